namespace Kron.Benchmarks.Peers.Convolutions;

/// <summary>A convolution of stride 1 as a library sees it.</summary>
/// <param name="Images">Images of a call.</param>
/// <param name="Inputs">Channels of an image.</param>
/// <param name="Outputs">Channels of a result.</param>
/// <param name="Size">Rows and columns of an image.</param>
/// <param name="Kernel">Rows and columns of a kernel.</param>
/// <param name="Dilation">Pixels from tap to tap along each axis.</param>
/// <param name="Padding">Rows of zeros above and below, columns of zeros left and right.</param>
/// <param name="Groups">Parts of the channels that have nothing to do with one another.</param>
/// <param name="Accumulates">Whether the result is added to what the target holds.</param>
internal readonly record struct ConvolutionShape(
    int Images,
    int Inputs,
    int Outputs,
    Extent Size,
    Extent Kernel,
    Extent Dilation,
    Extent Padding,
    int Groups = 1,
    bool Accumulates = false)
{
    public Extent OutSize => new(
        Size.H + (2 * Padding.H) - (Dilation.H * (Kernel.H - 1)),
        Size.W + (2 * Padding.W) - (Dilation.W * (Kernel.W - 1)));

    public long[] Source => [Images, Inputs, Size.H, Size.W];

    public long[] Target => [Images, Outputs, OutSize.H, OutSize.W];

    /// <summary>[outputs, inputs, rows, columns], or [groups, …] with what each group has of them.</summary>
    public long[] Weights => Groups == 1
        ? [Outputs, Inputs, Kernel.H, Kernel.W]
        : [Groups, Outputs / Groups, Inputs / Groups, Kernel.H, Kernel.W];

    /// <summary>Whether a result is a single pixel that every pixel of the image goes into: a matrix product.</summary>
    public bool IsProduct => Groups == 1 && OutSize == new Extent(1, 1) && Kernel == Size;
}

/// <summary>Rows and columns.</summary>
internal readonly record struct Extent(int H, int W)
{
    public int Area => H * W;
}
