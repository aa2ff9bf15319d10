using System;
using System.Collections.Generic;

namespace Kron.Decomposition;

/// <summary>The kernels of one output, seen along each axis: A = T(C, c) ⊗ T(h, n_h) ⊗ T(w, n_w).</summary>
internal sealed unsafe class StructuredAxes : IDisposable
{
    private readonly (int Channels, int Height, int Width) _kernel;
    private readonly (int Channels, int Height, int Width) _structured;
    private readonly WindowMatrix _channels;
    private readonly WindowMatrix _height;
    private readonly WindowMatrix _width;
    private readonly DenseMatrix _values;
    private readonly double[] _scratch;

    public StructuredAxes((int Channels, int Height, int Width) kernel, (int Channels, int Height, int Width) structured)
    {
        _kernel = kernel;
        _structured = structured;
        _channels = new WindowMatrix(kernel.Channels, structured.Channels);
        _height = new WindowMatrix(kernel.Height, structured.Height);
        _width = new WindowMatrix(kernel.Width, structured.Width);
        _values = new DenseMatrix(1, (long)kernel.Channels * kernel.Height * kernel.Width);
        _scratch = new double[Math.Max(_channels.Scratch, Math.Max(_height.Scratch, _width.Scratch))];
    }

    private delegate void LineAction(WindowMatrix matrix, double* line, long stride);

    /// <summary>α = A⁺·W, rounded.</summary>
    public void Project(ReadOnlySpan<float> weight, Span<float> alpha)
    {
        for (int i = 0; i < weight.Length; i++)
        {
            _values.Pointer[i] = weight[i];
        }

        ForEachLine((matrix, line, stride) =>
        {
            matrix.Project(line, stride, _scratch);
            matrix.Solve(line, stride);
        });
        int next = 0;
        foreach (long offset in Offsets())
        {
            alpha[next++] = (float)_values.Pointer[offset];
        }
    }

    /// <summary>W = A·α, rounded.</summary>
    public void Expand(ReadOnlySpan<float> alpha, Span<float> weight)
    {
        Expand(alpha);
        for (int i = 0; i < weight.Length; i++)
        {
            weight[i] = (float)_values.Pointer[i];
        }
    }

    /// <summary>‖W − A·α‖²_F.</summary>
    public double SquaredDistance(ReadOnlySpan<float> weight, ReadOnlySpan<float> alpha)
    {
        Expand(alpha);
        double sum = 0;
        for (int i = 0; i < weight.Length; i++)
        {
            double difference = weight[i] - _values.Pointer[i];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _values.Dispose();

    private void Expand(ReadOnlySpan<float> alpha)
    {
        _values.Clear();
        int next = 0;
        foreach (long offset in Offsets())
        {
            _values.Pointer[offset] = alpha[next++];
        }

        ForEachLine(static (matrix, line, stride) => matrix.Expand(line, stride));
    }

    /// <summary>Runs over all lines along the width, then along the height, then along the channels.</summary>
    private void ForEachLine(LineAction body)
    {
        (int channels, int height, int width) = _kernel;
        for (long line = 0; line < (long)channels * height; line++)
        {
            body(_width, _values.Pointer + (line * width), 1);
        }

        for (int c = 0; c < channels; c++)
        {
            for (int x = 0; x < width; x++)
            {
                body(_height, _values.Pointer + ((long)c * height * width) + x, width);
            }
        }

        for (long line = 0; line < (long)height * width; line++)
        {
            body(_channels, _values.Pointer + line, (long)height * width);
        }
    }

    /// <summary>Where α's entries lie among W's.</summary>
    private IEnumerable<long> Offsets()
    {
        for (long c = 0; c < _structured.Channels; c++)
        {
            for (long y = 0; y < _structured.Height; y++)
            {
                for (long x = 0; x < _structured.Width; x++)
                {
                    yield return (((c * _kernel.Height) + y) * _kernel.Width) + x;
                }
            }
        }
    }
}
