using Kron;

namespace Kron.Benchmarks;

// Shapes of the papers and of docs/performance.md. Biases and activations are left out: these measure the products.
[KroneckerLayer(64, 4, 256, 25, 5, Bias = BiasMode.None)]
public sealed partial class Svhn;

[KroneckerLayer(32, 32, 32, 32, 4, Bias = BiasMode.None)]
public sealed partial class Square;

[KroneckerLayer(16, 16, 28, 28, 4, Bias = BiasMode.None)]
public sealed partial class Mnist;

[KroneckerLayer(8, 8, 8, 8, 2, Bias = BiasMode.None)]
public sealed partial class Tiny;

[KroneckerLayer(60, 40, 192, 64, 10, Bias = BiasMode.None)]
public sealed partial class SvhnSequence;

[KroneckerLayer(512, 8, 512, 18, 5, Bias = BiasMode.None)]
public sealed partial class AlexNet;

[DenseLayer(256, 6400, Bias = BiasMode.None)]
public sealed partial class SvhnDense;

[DenseLayer(1024, 1024, Bias = BiasMode.None)]
public sealed partial class SquareDense;

[DenseLayer(256, 784, Bias = BiasMode.None)]
public sealed partial class MnistDense;
