using System;

namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>How the library computes a convolution.</summary>
/// <param name="Algorithm">What it is asked for.</param>
/// <param name="Implementation">The name of what it has for that, such as <c>jit:avx512_core</c>.</param>
internal sealed record ConvolutionWay(ConvolutionAlgorithm Algorithm, string Implementation)
{
    /// <summary>Whether it is one of Winograd's algorithms, by whatever name it was asked for.</summary>
    public bool IsWinograd => Implementation.Contains("wino", StringComparison.Ordinal);

    /// <summary>Whether the library does the same for both, whatever it was asked for.</summary>
    public bool IsSameAs(ConvolutionWay other) =>
        Implementation == other.Implementation && IsProduct == other.IsProduct;

    public override string ToString() => IsProduct ? $"inner product {Implementation}" : Implementation;

    private bool IsProduct => Algorithm == ConvolutionAlgorithm.InnerProduct;
}

/// <summary>What the library can be asked for, by its numbers; the inner product is a primitive of its own.</summary>
internal enum ConvolutionAlgorithm
{
    InnerProduct = 0,
    Direct = 1,
    Winograd = 2,
    Auto = 3,
}
