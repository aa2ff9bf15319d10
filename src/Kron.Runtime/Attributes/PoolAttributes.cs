using System;

namespace Kron;

/// <summary>Options that the pools with a sliding window share.</summary>
/// <remarks>The output has ⌊(H + 2p − h) / s⌋ + 1 rows for an input of H rows, a window of h, padding p and stride s; columns likewise.</remarks>
[AttributeUsage(AttributeTargets.Class)]
public abstract class PoolAttribute : Attribute
{
    private int? _stride;
    private int? _windowH;
    private int? _windowW;
    private int? _strideH;
    private int? _strideW;
    private int? _paddingH;
    private int? _paddingW;

    private protected PoolAttribute(int channels, int height, int width, int window) =>
        (Channels, Height, Width, Window) = (channels, height, width, window);

    /// <summary>Channels of the image.</summary>
    public int Channels { get; }

    /// <summary>Rows of the image.</summary>
    public int Height { get; }

    /// <summary>Columns of the image.</summary>
    public int Width { get; }

    /// <summary>The side of the window.</summary>
    public int Window { get; }

    /// <summary>Rows of the window; <see cref="Window"/> where it is not set.</summary>
    public int WindowH { get => _windowH ?? Window; set => _windowH = value; }

    /// <summary>Columns of the window; <see cref="Window"/> where it is not set.</summary>
    public int WindowW { get => _windowW ?? Window; set => _windowW = value; }

    /// <summary>Pixels from one window to the next; the window's own size where it is not set.</summary>
    public int Stride { get => _stride ?? Window; set => _stride = value; }

    /// <summary>Pixels around the image, at most half a window; 0 by default.</summary>
    public int Padding { get; set; }

    /// <summary>The stride along the rows' axis; <see cref="Stride"/>, else <see cref="WindowH"/>, where it is not set.</summary>
    public int StrideH { get => _strideH ?? _stride ?? WindowH; set => _strideH = value; }

    /// <summary>The stride along the columns' axis; <see cref="Stride"/>, else <see cref="WindowW"/>, where it is not set.</summary>
    public int StrideW { get => _strideW ?? _stride ?? WindowW; set => _strideW = value; }

    /// <summary>Rows of padding above and below; <see cref="Padding"/> where it is not set.</summary>
    public int PaddingH { get => _paddingH ?? Padding; set => _paddingH = value; }

    /// <summary>Columns of padding left and right; <see cref="Padding"/> where it is not set.</summary>
    public int PaddingW { get => _paddingW ?? Padding; set => _paddingW = value; }
}

/// <summary>Makes the partial class a maximum pool: the maximum of each window; padding never wins.</summary>
/// <remarks>
/// Of equal pixels the first, row by row, takes the gradient, as in PyTorch. Unlike there, NaN need not win: a window that
/// holds one yields NaN or the maximum of some of its other pixels, and its gradient may go nowhere.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class MaxPoolAttribute : PoolAttribute
{
    /// <summary>Declares the pool.</summary>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="window">The side of the window.</param>
    public MaxPoolAttribute(int channels, int height, int width, int window)
        : base(channels, height, width, window)
    {
    }
}

/// <summary>Makes the partial class an average pool: the mean of each window, the padding's zeros counted.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AvgPoolAttribute : PoolAttribute
{
    /// <summary>Declares the pool.</summary>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="window">The side of the window.</param>
    public AvgPoolAttribute(int channels, int height, int width, int window)
        : base(channels, height, width, window)
    {
    }
}

/// <summary>Makes the partial class a global average pool: the mean of each channel.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class GlobalAvgPoolAttribute : Attribute
{
    /// <summary>Declares the pool.</summary>
    /// <param name="channels">Channels of the image, and outputs.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    public GlobalAvgPoolAttribute(int channels, int height, int width) => (Channels, Height, Width) = (channels, height, width);

    /// <summary>Channels of the image, and outputs.</summary>
    public int Channels { get; }

    /// <summary>Rows of the image.</summary>
    public int Height { get; }

    /// <summary>Columns of the image.</summary>
    public int Width { get; }
}
