using Kron;

namespace Library;

[KroneckerLayer(6, 5, 7, 4, 2)]
public sealed partial class Fc1;
