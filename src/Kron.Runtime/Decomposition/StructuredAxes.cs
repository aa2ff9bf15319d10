using System;
using System.Collections.Generic;

namespace Kron.Decomposition;

/// <summary>The kernels of one output, W = A·α, and memory to go from one to the other.</summary>
internal sealed unsafe class StructuredAxes : IDisposable
{
    private readonly (int Channels, int Height, int Width) _kernel;
    private readonly (int Channels, int Height, int Width) _structured;
    private readonly WindowAxes _axes;
    private readonly DenseMatrix _values;

    public StructuredAxes((int Channels, int Height, int Width) kernel, (int Channels, int Height, int Width) structured)
    {
        _kernel = kernel;
        _structured = structured;
        _axes = new WindowAxes(kernel, structured);
        _values = new DenseMatrix(1, (long)kernel.Channels * kernel.Height * kernel.Width);
    }

    /// <summary>α = A⁺·W, rounded.</summary>
    public void Project(ReadOnlySpan<float> weight, Span<float> alpha)
    {
        for (int i = 0; i < weight.Length; i++)
        {
            _values.Pointer[i] = weight[i];
        }

        _axes.ForEachLine(_values.Pointer, static (matrix, line, stride, scratch) =>
        {
            matrix.Project(line, stride, scratch);
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

        _axes.ForEachLine(_values.Pointer, static (matrix, line, stride, _) => matrix.Expand(line, stride));
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
