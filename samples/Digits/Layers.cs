using Kron;

namespace Digits;

// The network is 3 × 32 × 32 pixels → 256 hidden units → 10 classes. Its first layer holds 99.7% of the parameters and
// is the one that is replaced. Kron's source generator writes the code of each of these classes.

/// <summary>The hidden layer as it is trained first: a dense 256 × 3072 matrix.</summary>
[DenseLayer(256, 3072, Activation = Activation.Relu)]
internal sealed partial class DenseHidden;

/// <summary>The second layer, the same in every network.</summary>
[DenseLayer(10, 256)]
internal sealed partial class Classifier;

/// <summary>Softmax regression: shows what the images demand of a linear model.</summary>
[DenseLayer(10, 3072)]
internal sealed partial class LinearModel;

/// <summary>
/// KFC-rank: twelve products of one shape. m1 and m2 are the paper's; n2 = m1 = 64 (two rows of pixels), so that each
/// product has m1·n1 + m2·n2 = 3072 + 256 parameters: exactly those of one rank of a low-rank layer.
/// </summary>
[KroneckerLayer(64, 4, 48, 64, 12, Activation = Activation.Relu)]
internal sealed partial class KfcRank;

/// <summary>Low rank with exactly the parameters of <see cref="KfcRank"/>: m1 = n2 = 1.</summary>
[KroneckerLayer(1, 256, 3072, 1, 12, Activation = Activation.Relu)]
internal sealed partial class LowRank12;

/// <summary>KFC-shape: one product in each formulation of the image, with the paper's m1 and m2 for a 256-unit layer in II and III.</summary>
[KroneckerLayer(2, 128, 3, 1024, 1, Formulation = Formulation.I, Channels = 3, Height = 32, Width = 32, Activation = Activation.Relu)]
[KroneckerTerm(128, 2, 96, 32, 1, Formulation = Formulation.II)]
[KroneckerTerm(128, 2, 96, 32, 1, Formulation = Formulation.III)]
internal sealed partial class KfcShape;

/// <summary>Low rank at the parameters of <see cref="KfcShape"/>, rounded up.</summary>
[KroneckerLayer(1, 256, 3072, 1, 47, Activation = Activation.Relu)]
internal sealed partial class LowRank47;

/// <summary><see cref="KfcRank"/> with the nonlinearity and a bias in each term, as in the paper's tables.</summary>
[KroneckerLayer(64, 4, 48, 64, 12, Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm)]
internal sealed partial class KfcRankPerTerm;

/// <summary><see cref="KfcShape"/> with the nonlinearity and a bias in each term, as in the paper's tables.</summary>
[KroneckerLayer(
    2, 128, 3, 1024, 1, Formulation = Formulation.I, Channels = 3, Height = 32, Width = 32,
    Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm)]
[KroneckerTerm(128, 2, 96, 32, 1, Formulation = Formulation.II)]
[KroneckerTerm(128, 2, 96, 32, 1, Formulation = Formulation.III)]
internal sealed partial class KfcShapePerTerm;
