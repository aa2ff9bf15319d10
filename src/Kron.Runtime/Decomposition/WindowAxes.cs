using System;

namespace Kron.Decomposition;

/// <summary>The matrix A = T(C, c) ⊗ T(h, n_h) ⊗ T(w, n_w) of a structured weight, axis by axis over the kernels of one output.</summary>
internal sealed unsafe class WindowAxes
{
    private readonly (int Channels, int Height, int Width) _kernel;
    private readonly WindowMatrix _channels;
    private readonly WindowMatrix _height;
    private readonly WindowMatrix _width;
    private readonly double[] _scratch;

    public WindowAxes((int Channels, int Height, int Width) kernel, (int Channels, int Height, int Width) structured)
    {
        _kernel = kernel;
        _channels = new WindowMatrix(kernel.Channels, structured.Channels);
        _height = new WindowMatrix(kernel.Height, structured.Height);
        _width = new WindowMatrix(kernel.Width, structured.Width);
        _scratch = new double[Math.Max(_channels.Scratch, Math.Max(_height.Scratch, _width.Scratch))];
    }

    /// <summary>Works on one line along an axis.</summary>
    /// <param name="matrix">The axis's T.</param>
    /// <param name="line">The line's first value.</param>
    /// <param name="stride">Distance of its values.</param>
    /// <param name="scratch">Memory enough for <see cref="WindowMatrix.Project"/>.</param>
    public delegate void LineAction(WindowMatrix matrix, double* line, long stride, Span<double> scratch);

    /// <summary>Replaces kernels [C, h, w] by the nearest ones in the range of A, A·A⁺·W.</summary>
    public void Project(double* values) => ForEachLine(values, static (matrix, line, stride, scratch) => matrix.Project(line, stride, scratch));

    /// <summary>Runs over all lines along the width, then along the height, then along the channels; an axis whose T is the identity is left out.</summary>
    public void ForEachLine(double* values, LineAction body)
    {
        (int channels, int height, int width) = _kernel;
        if (!_width.IsIdentity)
        {
            for (long line = 0; line < (long)channels * height; line++)
            {
                body(_width, values + (line * width), 1, _scratch);
            }
        }

        if (!_height.IsIdentity)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int x = 0; x < width; x++)
                {
                    body(_height, values + ((long)c * height * width) + x, width, _scratch);
                }
            }
        }

        if (!_channels.IsIdentity)
        {
            for (long line = 0; line < (long)height * width; line++)
            {
                body(_channels, values + line, (long)height * width, _scratch);
            }
        }
    }
}
