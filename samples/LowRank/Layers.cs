using Kron;

namespace LowRank;

// The network is 3 × 32 × 32 pixels → five convolutions of 3 × 3, each with batch normalisation and Relu, two pools → the
// mean of each of 64 channels → 10 classes. The second convolution takes 32 channels to 64; the three behind it keep 64
// and are objects of one class. These four do 93% of the multiply-adds and take three forms: dense, low-rank, structured.
// For inference the normalisation is folded into the convolution before it, which then has a bias and the Relu: the
// classes whose names end in Folded. Kron's source generator writes the code of each of these classes.

/// <summary>The first convolution, 3 × 32 × 32 → 32 × 32 × 32, dense in every network.</summary>
[DenseConv(32, 3, 3, 3, Height = 32, Width = 32, Padding = 1, Bias = BiasMode.None)]
internal sealed partial class First;

/// <inheritdoc cref="First"/>
[DenseConv(32, 3, 3, 3, Height = 32, Width = 32, Padding = 1, Activation = Activation.Relu)]
internal sealed partial class FirstFolded;

/// <summary>Behind <see cref="First"/>.</summary>
[BatchNorm2d(32, 32, 32, Activation = Activation.Relu)]
internal sealed partial class FirstNorm;

/// <summary>32 × 32 × 32 → 32 × 16 × 16.</summary>
[MaxPool(32, 32, 32, 2)]
internal sealed partial class FirstPool;

/// <summary>The second convolution, 32 × 16 × 16 → 64 × 16 × 16, dense.</summary>
[DenseConv(64, 32, 3, 3, Height = 16, Width = 16, Padding = 1, Bias = BiasMode.None)]
internal sealed partial class SecondDense;

/// <inheritdoc cref="SecondDense"/>
[DenseConv(64, 32, 3, 3, Height = 16, Width = 16, Padding = 1, Activation = Activation.Relu)]
internal sealed partial class SecondDenseFolded;

/// <summary>Columns, then rows, through 32 channels: half of the dense multiply-adds.</summary>
[LowRankConv(64, 32, 3, 32, Height = 16, Width = 16, Padding = 1, Bias = BiasMode.None)]
internal sealed partial class SecondLowRank;

/// <inheritdoc cref="SecondLowRank"/>
[LowRankConv(64, 32, 3, 32, Height = 16, Width = 16, Padding = 1, Activation = Activation.Relu)]
internal sealed partial class SecondLowRankFolded;

/// <summary>Sums of 2 × 2 pixels, then a kernel of 2 × 2: 4/9 of the dense multiply-adds.</summary>
[StructuredConv(64, 32, 3, 32, 2, Height = 16, Width = 16, Padding = 1, Bias = BiasMode.None)]
internal sealed partial class SecondStructured;

/// <inheritdoc cref="SecondStructured"/>
[StructuredConv(64, 32, 3, 32, 2, Height = 16, Width = 16, Padding = 1, Activation = Activation.Relu)]
internal sealed partial class SecondStructuredFolded;

/// <summary>Behind the second convolution.</summary>
[BatchNorm2d(64, 16, 16, Activation = Activation.Relu)]
internal sealed partial class SecondNorm;

/// <summary>64 × 16 × 16 → 64 × 8 × 8.</summary>
[MaxPool(64, 16, 16, 2)]
internal sealed partial class SecondPool;

/// <summary>A further convolution, 64 × 8 × 8 → 64 × 8 × 8, dense.</summary>
[DenseConv(64, 64, 3, 3, Height = 8, Width = 8, Padding = 1, Bias = BiasMode.None)]
internal sealed partial class FurtherDense;

/// <inheritdoc cref="FurtherDense"/>
[DenseConv(64, 64, 3, 3, Height = 8, Width = 8, Padding = 1, Activation = Activation.Relu)]
internal sealed partial class FurtherDenseFolded;

/// <summary>Columns, then rows, through 48 channels: half of the dense multiply-adds.</summary>
[LowRankConv(64, 64, 3, 48, Height = 8, Width = 8, Padding = 1, Bias = BiasMode.None)]
internal sealed partial class FurtherLowRank;

/// <inheritdoc cref="FurtherLowRank"/>
[LowRankConv(64, 64, 3, 48, Height = 8, Width = 8, Padding = 1, Activation = Activation.Relu)]
internal sealed partial class FurtherLowRankFolded;

/// <summary>Sums of 2 × 2 pixels, then a kernel of 2 × 2: 4/9 of the dense multiply-adds.</summary>
[StructuredConv(64, 64, 3, 64, 2, Height = 8, Width = 8, Padding = 1, Bias = BiasMode.None)]
internal sealed partial class FurtherStructured;

/// <inheritdoc cref="FurtherStructured"/>
[StructuredConv(64, 64, 3, 64, 2, Height = 8, Width = 8, Padding = 1, Activation = Activation.Relu)]
internal sealed partial class FurtherStructuredFolded;

/// <summary>Behind a further convolution.</summary>
[BatchNorm2d(64, 8, 8, Activation = Activation.Relu)]
internal sealed partial class FurtherNorm;

/// <summary>The mean of each channel.</summary>
[GlobalAvgPool(64, 8, 8)]
internal sealed partial class Mean;

/// <summary>The scores of the ten classes.</summary>
[DenseLayer(10, 64)]
internal sealed partial class Classifier;
