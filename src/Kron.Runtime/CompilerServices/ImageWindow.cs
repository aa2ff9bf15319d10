using System.ComponentModel;

namespace Kron.CompilerServices;

/// <summary>A window that slides over an image [channels, height, width].</summary>
/// <param name="Channels">Channels of the input.</param>
/// <param name="Height">Rows of the input.</param>
/// <param name="Width">Columns of the input.</param>
/// <param name="KernelH">Rows of the window; of a convolution, of the full kernel.</param>
/// <param name="KernelW">Columns of the window.</param>
/// <param name="StrideH">Rows from one output to the next.</param>
/// <param name="StrideW">Columns from one output to the next.</param>
/// <param name="PaddingH">Rows around the image, above and below.</param>
/// <param name="PaddingW">Columns around the image, left and right.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record ImageWindow(int Channels, int Height, int Width, int KernelH, int KernelW, int StrideH, int StrideW, int PaddingH, int PaddingW)
{
    /// <summary>Rows of the output.</summary>
    public int OutHeight => ((Height + (2 * PaddingH) - KernelH) / StrideH) + 1;

    /// <summary>Columns of the output.</summary>
    public int OutWidth => ((Width + (2 * PaddingW) - KernelW) / StrideW) + 1;

    /// <summary>Pixels of each output channel.</summary>
    public int Pixels => OutHeight * OutWidth;
}
