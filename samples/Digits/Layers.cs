using Kron;

namespace Digits;

// The network is 3 × 40 × 40 pixels → four convolutions and two pools → 256 × 5 × 5 → 256 hidden units → 10 classes. Its
// hidden layer takes the shapes of Table 1 of arXiv 1512.09194; all else is the same in every network. Kron's source
// generator writes the code of each of these classes.

/// <summary>3 × 40 × 40 → 16 × 36 × 36.</summary>
[DenseConv(16, 3, 5, 5, Height = 40, Width = 40, Activation = Activation.Relu)]
internal sealed partial class Convolution1;

/// <summary>16 × 36 × 36 → 16 × 18 × 18.</summary>
[MaxPool(16, 36, 36, 2)]
internal sealed partial class Pool1;

/// <summary>16 × 18 × 18 → 32 × 14 × 14.</summary>
[DenseConv(32, 16, 5, 5, Height = 18, Width = 18, Activation = Activation.Relu)]
internal sealed partial class Convolution2;

/// <summary>32 × 14 × 14 → 32 × 7 × 7.</summary>
[MaxPool(32, 14, 14, 2)]
internal sealed partial class Pool2;

/// <summary>32 × 7 × 7 → 64 × 5 × 5.</summary>
[DenseConv(64, 32, 3, 3, Height = 7, Width = 7, Activation = Activation.Relu)]
internal sealed partial class Convolution3;

/// <summary>64 × 5 × 5 → 256 × 5 × 5: the paper's feature map.</summary>
[DenseConv(256, 64, 3, 3, Height = 5, Width = 5, Padding = 1, Activation = Activation.Relu)]
internal sealed partial class Convolution4;

/// <summary>The scores of the ten digits.</summary>
[DenseLayer(10, 256)]
internal sealed partial class Classifier;

/// <summary>Baseline: a dense 256 × 6400 matrix.</summary>
[DenseLayer(256, 6400, Activation = Activation.Relu)]
internal sealed partial class DenseHidden;

/// <summary>SVD-128: low rank is m1 = n2 = 1.</summary>
[KroneckerLayer(1, 256, 6400, 1, 128, Activation = Activation.Relu)]
internal sealed partial class Svd128;

/// <summary>SVD-64.</summary>
[KroneckerLayer(1, 256, 6400, 1, 64, Activation = Activation.Relu)]
internal sealed partial class Svd64;

/// <summary>SVD-12.</summary>
[KroneckerLayer(1, 256, 6400, 1, 12, Activation = Activation.Relu)]
internal sealed partial class Svd12;

/// <summary>KFC-rank: five products of one shape, the nonlinearity and a bias in each (Eq. 12).</summary>
[KroneckerLayer(64, 4, 256, 25, 5, Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm)]
internal sealed partial class KfcRank;

/// <summary>KFC-shape: one product in each formulation of the feature map, the nonlinearity and a bias in each (Eq. 12).</summary>
[KroneckerLayer(
    64, 4, 256, 25, 1, Formulation = Formulation.I, Channels = 256, Height = 5, Width = 5,
    Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm)]
[KroneckerTerm(128, 2, 1280, 5, 1, Formulation = Formulation.II)]
[KroneckerTerm(128, 2, 1280, 5, 1, Formulation = Formulation.III)]
internal sealed partial class KfcShape;

/// <summary><see cref="KfcRank"/> with one nonlinearity after the sum (Eq. 7), which can be fitted to a dense layer.</summary>
[KroneckerLayer(64, 4, 256, 25, 5, Activation = Activation.Relu)]
internal sealed partial class KfcRankSum;

/// <summary><see cref="KfcShape"/> with one nonlinearity after the sum (Eq. 7), which can be fitted to a dense layer.</summary>
[KroneckerLayer(64, 4, 256, 25, 1, Formulation = Formulation.I, Channels = 256, Height = 5, Width = 5, Activation = Activation.Relu)]
[KroneckerTerm(128, 2, 1280, 5, 1, Formulation = Formulation.II)]
[KroneckerTerm(128, 2, 1280, 5, 1, Formulation = Formulation.III)]
internal sealed partial class KfcShapeSum;
