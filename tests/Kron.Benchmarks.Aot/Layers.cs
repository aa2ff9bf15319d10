using Kron;

namespace Kron.Benchmarks.Aot;

/// <summary>A layer that is one straight-line body.</summary>
[KroneckerLayer(8, 8, 8, 8, 2)]
internal sealed partial class Tiny;

/// <summary>A square layer.</summary>
[KroneckerLayer(32, 32, 32, 32, 4)]
internal sealed partial class Square;

/// <summary>The SVHN digits' hidden layer of arXiv 1512.09194.</summary>
[KroneckerLayer(64, 4, 256, 25, 5, Activation = Activation.Relu)]
internal sealed partial class SvhnDigits;

/// <summary>A layer whose shapes fill no vector.</summary>
[KroneckerLayer(30, 10, 60, 40, 10, Activation = Activation.Gelu)]
internal sealed partial class Ragged;

/// <summary>A layer with weights beyond the first-level cache.</summary>
[KroneckerLayer(512, 8, 512, 18, 5)]
internal sealed partial class Large;

/// <summary>A convolution.</summary>
[KroneckerConv(8, 8, 3, 1, 8, 8, 1, 3, 2, Height = 16, Width = 16, Padding = 1, Activation = Activation.Relu)]
internal sealed partial class Convolution;
