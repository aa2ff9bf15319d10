using System;
using System.Runtime.InteropServices;

namespace Kron.Decomposition;

/// <summary>A zeroed row-major matrix in native memory, rows padded with zeros to whole vectors.</summary>
/// <typeparam name="T">Single or double precision.</typeparam>
internal unsafe class DenseMatrix<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    // Columns of a matrix whose rows lie a multiple of this many bytes apart crowd into few sets of the first-level cache.
    private const int CrowdedStride = 2048;

    public DenseMatrix(long rows, long columns)
    {
        Rows = rows;
        Columns = columns;
        Stride = StrideFor(columns);
        nuint bytes = checked((nuint)(rows * Stride) * (nuint)sizeof(T));
        Pointer = (T*)NativeMemory.AlignedAlloc(Math.Max(bytes, Alignment), Alignment);
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

    /// <summary>Entries from one row to the next.</summary>
    public long Stride { get; }

    public T* Pointer { get; private set; }

    /// <summary>Columns rounded up to whole vectors of any width.</summary>
    public static int Padded(long columns) => checked((int)((columns + 15) / 16 * 16));

    public T* Row(long row) => Pointer + (row * Stride);

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
        return stride * sizeof(T) % CrowdedStride == 0 ? stride + (Alignment / sizeof(T)) : stride;
    }
}

/// <summary>A matrix of doubles.</summary>
internal sealed unsafe class DenseMatrix(long rows, long columns) : DenseMatrix<double>(rows, columns)
{
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
}
