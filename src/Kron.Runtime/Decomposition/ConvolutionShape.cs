using System;
using Kron.CompilerServices;

namespace Kron.Decomposition;

/// <summary>
/// A convolution: the sizes of its kernels W [o, c, h, w], as <c>nn.Conv2d</c> stores them, and how they slide over an image
/// [c, H, W], which a weight does not tell but a layer is compiled for.
/// </summary>
/// <param name="Outputs">Output channels o.</param>
/// <param name="Inputs">Input channels c.</param>
/// <param name="KernelHeight">Rows h of the kernels.</param>
/// <param name="KernelWidth">Columns w of the kernels.</param>
/// <param name="Height">Rows H of the input image.</param>
/// <param name="Width">Columns W of the input image.</param>
public sealed record ConvolutionShape(int Outputs, int Inputs, int KernelHeight, int KernelWidth, int Height, int Width)
{
    /// <summary>Rows from one output to the next.</summary>
    public int StrideH { get; init; } = 1;

    /// <summary>Columns from one output to the next.</summary>
    public int StrideW { get; init; } = 1;

    /// <summary>Rows of zeros above and below the image.</summary>
    public int PaddingH { get; init; }

    /// <summary>Columns of zeros left and right of the image.</summary>
    public int PaddingW { get; init; }

    internal ImageWindow Window => new(Inputs, Height, Width, KernelHeight, KernelWidth, StrideH, StrideW, PaddingH, PaddingW);

    /// <summary>Checks what the compiler's diagnostics check.</summary>
    /// <exception cref="ArgumentException">A size is not positive, a padding negative, the kernel larger than the padded image, or the layer too large.</exception>
    internal void Check(string parameter)
    {
        if (Outputs < 1 || Inputs < 1 || KernelHeight < 1 || KernelWidth < 1 || Height < 1 || Width < 1 || StrideH < 1 || StrideW < 1)
        {
            throw new ArgumentException($"Every size and stride of a convolution must be at least 1, but it is {this}.", parameter);
        }

        Limit("Padding", Math.Max(PaddingH, PaddingW));
        if (PaddingH < 0 || PaddingW < 0)
        {
            throw new ArgumentException($"Padding must be at least 0, but is {PaddingH} × {PaddingW}.", parameter);
        }

        (long height, long width) = ((long)Height + (2 * PaddingH), (long)Width + (2 * PaddingW));
        if (KernelHeight > height || KernelWidth > width)
        {
            throw new ArgumentException($"A kernel of {KernelHeight} × {KernelWidth} does not fit the image, which is {height} × {width} with its padding.", parameter);
        }

        Limit("The number of inputs", (Int128)Inputs * Height * Width);
        Limit("The number of values in a kernel", (Int128)KernelHeight * KernelWidth);
        Limit("The number of outputs", (Int128)Outputs * (((height - KernelHeight) / StrideH) + 1) * (((width - KernelWidth) / StrideW) + 1));

        void Limit(string what, Int128 value)
        {
            if (value > ShapeChecks.MaxSize)
            {
                throw new ArgumentException($"{what} must be at most {ShapeChecks.MaxSize}, but is {value}.", parameter);
            }
        }
    }
}
