using System.ComponentModel;

namespace Kron.CompilerServices;

/// <summary>What a layer computes.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum LayerKind
{
    /// <summary>A dense matrix, or a convolution with a dense kernel.</summary>
    Dense,

    /// <summary>A sum of Kronecker products.</summary>
    Kronecker,

    /// <summary>A vertical and then a horizontal convolution: the Kronecker products of A [1, c, d, 1] and B [o, 1, 1, d], stored as V [K, c, d, 1] and H [o, K, 1, d].</summary>
    LowRank,

    /// <summary>Box sums, then a small dense kernel.</summary>
    Structured,

    /// <summary>The maximum of each window.</summary>
    MaxPool,

    /// <summary>The mean of each window.</summary>
    AveragePool,

    /// <summary>Batch normalisation of the channels of an image.</summary>
    BatchNorm,
}
