using Kron;

namespace Library;

[DenseLayer(2, 3, Weights = "trained.safetensors")]
public sealed partial class Trained;
