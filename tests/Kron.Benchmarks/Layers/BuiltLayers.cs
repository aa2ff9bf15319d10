using Kron;

namespace Kron.Benchmarks.Layers;

// Compiled by the build, as a user's layers are: for what a process pays until its first result. All others are compiled at run time.

/// <summary>The SVHN digits' hidden layer of arXiv 1512.09194.</summary>
[KroneckerLayer(64, 4, 256, 25, 5)]
public sealed partial class SvhnDigits;

/// <summary>A layer that is one straight-line body.</summary>
[KroneckerLayer(8, 8, 8, 8, 2)]
public sealed partial class Tiny;

/// <summary>A square layer.</summary>
[KroneckerLayer(32, 32, 32, 32, 4)]
public sealed partial class Square;
