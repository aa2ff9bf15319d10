using Kron;

namespace Edge;

// The network is 28 × 28 pixels → two convolutions with a pool after each → 16 × 5 × 5 → 128 hidden units → 10 classes, with
// some 4,000 parameters. Kron's source generator writes the code of each of these classes,
// and the build puts the weights of the file digits.safetensors into the program.

/// <summary>28 × 28 → 8 × 24 × 24.</summary>
[DenseConv(8, 1, 5, 5, Height = 28, Width = 28, Activation = Activation.Relu, Weights = "digits.safetensors#0")]
internal sealed partial class Convolution1;

/// <summary>8 × 24 × 24 → 8 × 12 × 12.</summary>
[MaxPool(8, 24, 24, 2)]
internal sealed partial class Pool1;

/// <summary>8 × 12 × 12 → 16 × 10 × 10: vertical kernels in one factor, horizontal ones in the other.</summary>
[KroneckerConv(4, 2, 3, 1, 4, 4, 1, 3, 2, Height = 12, Width = 12, Activation = Activation.Relu, Weights = "digits.safetensors#2")]
internal sealed partial class Convolution2;

/// <summary>16 × 10 × 10 → 16 × 5 × 5.</summary>
[MaxPool(16, 10, 10, 2)]
internal sealed partial class Pool2;

/// <summary>16 × 25 → 128: one factor over the channels, the other over their pixels.</summary>
[KroneckerLayer(16, 8, 16, 25, 4, Activation = Activation.Relu, Weights = "digits.safetensors#4")]
internal sealed partial class Hidden;

/// <summary>The scores of the ten digits.</summary>
[DenseLayer(10, 128, Weights = "digits.safetensors#5")]
internal sealed partial class Classifier;
