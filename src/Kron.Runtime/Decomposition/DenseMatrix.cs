using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Kron.Decomposition;

/// <summary>A zeroed row-major matrix of doubles in native memory, rows padded with zeros to whole vectors.</summary>
internal sealed unsafe class DenseMatrix : IDisposable
{
    private const int Alignment = 64;

    public DenseMatrix(long rows, long columns)
    {
        Rows = rows;
        Columns = columns;
        Stride = StrideFor(columns);
        nuint bytes = checked((nuint)(rows * Stride) * sizeof(double));
        Pointer = (double*)NativeMemory.AlignedAlloc(Math.Max(bytes, Alignment), Alignment);
        NativeMemory.Clear(Pointer, bytes);
        if (bytes > 0)
        {
            // The collector sees only the wrapper.
            GC.AddMemoryPressure((long)bytes);
        }

        _bytes = (long)bytes;
    }

    private readonly long _bytes;

    public long Rows { get; }

    public long Columns { get; }

    /// <summary>Doubles from one row to the next.</summary>
    public long Stride { get; }

    public double* Pointer { get; private set; }

    public double* Row(long row) => Pointer + (row * Stride);

    /// <summary>Columns rounded up to whole vectors.</summary>
    public static int Padded(long columns) => checked((int)((columns + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count));

    /// <summary>A copy of a matrix in single precision.</summary>
    public static DenseMatrix Of(ReadOnlySpan<float> values, int columns)
    {
        var matrix = new DenseMatrix(values.Length / columns, columns);
        for (int i = 0; i < matrix.Rows; i++)
        {
            ReadOnlySpan<float> row = values.Slice(i * columns, columns);
            for (int j = 0; j < row.Length; j++)
            {
                matrix.Row(i)[j] = row[j];
            }
        }

        return matrix;
    }

    public void Clear() => NativeMemory.Clear(Pointer, (nuint)_bytes);

    public void Dispose()
    {
        if (Pointer == null)
        {
            return;
        }

        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
        if (_bytes > 0)
        {
            GC.RemoveMemoryPressure(_bytes);
        }
    }

    private static long StrideFor(long columns)
    {
        long stride = Padded(columns);

        // Columns of a matrix whose rows lie a multiple of 4 KB apart share one cache set.
        return stride >= 256 && stride % 256 == 0 ? stride + (Alignment / sizeof(double)) : stride;
    }
}
