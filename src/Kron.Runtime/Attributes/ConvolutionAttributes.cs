using System;

namespace Kron;

/// <summary>Options that every convolution shares. Images are [channels, height, width], row-major, sample after sample (NCHW).</summary>
/// <remarks>The output has ⌊(H + 2p − h) / s⌋ + 1 rows for an input of H rows, a kernel of h, padding p and stride s; columns likewise.</remarks>
[AttributeUsage(AttributeTargets.Class)]
public abstract class ConvolutionAttribute : LayerAttribute
{
    private int? _strideH;
    private int? _strideW;
    private int? _paddingH;
    private int? _paddingW;

    private protected ConvolutionAttribute()
    {
    }

    /// <summary>Rows of the input image; required.</summary>
    public int Height { get; set; }

    /// <summary>Columns of the input image; required.</summary>
    public int Width { get; set; }

    /// <summary>Pixels from one output to the next, along both axes; 1 by default.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Zeros around the image, on all four sides; 0 by default.</summary>
    public int Padding { get; set; }

    /// <summary>
    /// Whether inference may run kernels of three taps in Winograd's form F(2, 3) or F(4, 3), along rows, where that is faster; true by
    /// default. Its rounding errors are about ten times those of the direct form. Training never uses it.
    /// </summary>
    public bool Winograd { get; set; } = true;

    /// <summary>The stride along the rows' axis; <see cref="Stride"/> where it is not set.</summary>
    public int StrideH { get => _strideH ?? Stride; set => _strideH = value; }

    /// <summary>The stride along the columns' axis; <see cref="Stride"/> where it is not set.</summary>
    public int StrideW { get => _strideW ?? Stride; set => _strideW = value; }

    /// <summary>Rows of zeros above and below; <see cref="Padding"/> where it is not set.</summary>
    public int PaddingH { get => _paddingH ?? Padding; set => _paddingH = value; }

    /// <summary>Columns of zeros left and right; <see cref="Padding"/> where it is not set.</summary>
    public int PaddingW { get => _paddingW ?? Padding; set => _paddingW = value; }
}

/// <summary>
/// Makes the partial class a Kronecker convolution, y = f(Σ_{i≤r} (A_i ⊗ B_i) ∗ x + b), with kernels A_i [o1, c1, h1, w1] and
/// B_i [o2, c2, h2, w2] whose product is the kernel [o1·o2, c1·c2, h1·h2, w1·w2] (arXiv 1512.09194, section 4). It runs as two
/// convolutions, the one with A dilated by (h2, w2), so it is the exact product for any sizes.
/// Further shapes are added with <see cref="KroneckerConvTermAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KroneckerConvAttribute : ConvolutionAttribute
{
    /// <summary>Declares the layer by its factors' shapes.</summary>
    /// <param name="o1">Output channels of A.</param>
    /// <param name="c1">Input channels of A.</param>
    /// <param name="h1">Rows of A's kernels.</param>
    /// <param name="w1">Columns of A's kernels.</param>
    /// <param name="o2">Output channels of B.</param>
    /// <param name="c2">Input channels of B.</param>
    /// <param name="h2">Rows of B's kernels.</param>
    /// <param name="w2">Columns of B's kernels.</param>
    /// <param name="r">The number of products of this shape.</param>
    public KroneckerConvAttribute(int o1, int c1, int h1, int w1, int o2, int c2, int h2, int w2, int r) =>
        (O1, C1, H1, W1, O2, C2, H2, W2, R) = (o1, c1, h1, w1, o2, c2, h2, w2, r);

    /// <summary>Output channels of A.</summary>
    public int O1 { get; }

    /// <summary>Input channels of A.</summary>
    public int C1 { get; }

    /// <summary>Rows of A's kernels.</summary>
    public int H1 { get; }

    /// <summary>Columns of A's kernels.</summary>
    public int W1 { get; }

    /// <summary>Output channels of B.</summary>
    public int O2 { get; }

    /// <summary>Input channels of B.</summary>
    public int C2 { get; }

    /// <summary>Rows of B's kernels.</summary>
    public int H2 { get; }

    /// <summary>Columns of B's kernels.</summary>
    public int W2 { get; }

    /// <summary>The number of products of this shape.</summary>
    public int R { get; }

    /// <summary>Whether f is applied after the sum or to each product.</summary>
    public Nonlinearity Nonlinearity { get; set; }
}

/// <summary>
/// Adds a further shape group to a <see cref="KroneckerConvAttribute"/> layer; o1·o2, c1·c2, h1·h2 and w1·w2 must agree with it.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class KroneckerConvTermAttribute : Attribute
{
    /// <summary>Declares the shape group by its factors' shapes.</summary>
    /// <param name="o1">Output channels of A.</param>
    /// <param name="c1">Input channels of A.</param>
    /// <param name="h1">Rows of A's kernels.</param>
    /// <param name="w1">Columns of A's kernels.</param>
    /// <param name="o2">Output channels of B.</param>
    /// <param name="c2">Input channels of B.</param>
    /// <param name="h2">Rows of B's kernels.</param>
    /// <param name="w2">Columns of B's kernels.</param>
    /// <param name="r">The number of products of this shape.</param>
    public KroneckerConvTermAttribute(int o1, int c1, int h1, int w1, int o2, int c2, int h2, int w2, int r) =>
        (O1, C1, H1, W1, O2, C2, H2, W2, R) = (o1, c1, h1, w1, o2, c2, h2, w2, r);

    /// <summary>Output channels of A.</summary>
    public int O1 { get; }

    /// <summary>Input channels of A.</summary>
    public int C1 { get; }

    /// <summary>Rows of A's kernels.</summary>
    public int H1 { get; }

    /// <summary>Columns of A's kernels.</summary>
    public int W1 { get; }

    /// <summary>Output channels of B.</summary>
    public int O2 { get; }

    /// <summary>Input channels of B.</summary>
    public int C2 { get; }

    /// <summary>Rows of B's kernels.</summary>
    public int H2 { get; }

    /// <summary>Columns of B's kernels.</summary>
    public int W2 { get; }

    /// <summary>The number of products of this shape.</summary>
    public int R { get; }
}

/// <summary>
/// Makes the partial class a low-rank convolution (arXiv 1511.06067): a vertical convolution V [rank, c, d, 1] and then a
/// horizontal one H [o, rank, 1, d], with strides (s, 1) then (1, s) and paddings (p, 0) then (0, p). It is the
/// <see cref="KroneckerConvAttribute"/> of A [1, c, d, 1] and B [o, 1, 1, d] under its own name.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LowRankConvAttribute : ConvolutionAttribute
{
    /// <summary>Declares the layer.</summary>
    /// <param name="outChannels">Output channels o.</param>
    /// <param name="inChannels">Input channels c.</param>
    /// <param name="kernel">The side d of the full kernel.</param>
    /// <param name="rank">The channels between the two convolutions.</param>
    public LowRankConvAttribute(int outChannels, int inChannels, int kernel, int rank) =>
        (OutChannels, InChannels, Kernel, Rank) = (outChannels, inChannels, kernel, rank);

    /// <summary>Output channels.</summary>
    public int OutChannels { get; }

    /// <summary>Input channels.</summary>
    public int InChannels { get; }

    /// <summary>The side of the full kernel.</summary>
    public int Kernel { get; }

    /// <summary>The channels between the two convolutions.</summary>
    public int Rank { get; }
}

/// <summary>Makes the partial class a convolution with a dense kernel [o, c, h, w]: the baseline, by the same compiler.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DenseConvAttribute : ConvolutionAttribute
{
    /// <summary>Declares the layer.</summary>
    /// <param name="o">Output channels.</param>
    /// <param name="c">Input channels.</param>
    /// <param name="h">Rows of the kernel.</param>
    /// <param name="w">Columns of the kernel.</param>
    public DenseConvAttribute(int o, int c, int h, int w) => (O, C, H, W) = (o, c, h, w);

    /// <summary>Output channels.</summary>
    public int O { get; }

    /// <summary>Input channels.</summary>
    public int C { get; }

    /// <summary>Rows of the kernel.</summary>
    public int H { get; }

    /// <summary>Columns of the kernel.</summary>
    public int W { get; }
}
