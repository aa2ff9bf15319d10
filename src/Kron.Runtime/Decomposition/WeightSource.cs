using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Kron.Decomposition;

/// <summary>
/// A dense weight [rows × columns] in single or double precision, read as if it were extended by zeros without end.
/// With a column map, logical column j is stored column map[j]; likewise rows.
/// </summary>
internal readonly unsafe struct WeightSource
{
    // Below this many entries a vector loop costs more than it saves.
    private const int ShortRun = 16;
    private const int CacheLine = 64;

    private readonly float* _single;
    private readonly double* _double;
    private readonly long _stride;
    private readonly int[]? _columnMap;
    private readonly int[]? _rowMap;

    public WeightSource(float* weight, int rows, int columns, int[]? columnMap, int[]? rowMap = null)
        : this(rows, columns, columns, columnMap)
    {
        _single = weight;
        _rowMap = rowMap;
    }

    public WeightSource(DenseMatrix weight, int[]? columnMap)
        : this((int)weight.Rows, (int)weight.Columns, weight.Stride, columnMap) => _double = weight.Pointer;

    private WeightSource(int rows, int columns, long stride, int[]? columnMap)
    {
        Rows = rows;
        Columns = columns;
        _stride = stride;
        _columnMap = columnMap;
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Whether it is in single precision.</summary>
    public bool IsSingle => _single != null;

    /// <summary>Copies a run out: vector k to <c>panel + k·panelStride</c>.</summary>
    /// <typeparam name="T">Float or double.</typeparam>
    /// <param name="run">The run.</param>
    /// <param name="panel">Where to.</param>
    /// <param name="panelStride">Distance of the vectors there.</param>
    /// <param name="rowStep">Weight rows from this run to the one that is read next.</param>
    public void Read<T>(in Run run, T* panel, long panelStride, long rowStep)
        where T : unmanaged
    {
        if (_columnMap == null && Valid(run, run.Column + ((run.Vectors - 1L) * run.VectorStep)) == run.Entries)
        {
            long first = Stored(run.Row, run.Column);
            if (_single != null)
            {
                ReadWhole(_single + first, run, panel, panelStride, rowStep * _stride);
            }
            else
            {
                ReadWhole(_double + first, run, panel, panelStride, rowStep * _stride);
            }

            return;
        }

        for (int k = 0; k < run.Vectors; k++, panel += panelStride)
        {
            long column = run.Column + ((long)k * run.VectorStep);
            int valid = Valid(run, column);
            for (int t = 0; t < valid; t++)
            {
                long stored = Stored(run.Row, column + ((long)t * run.EntryStep));
                panel[t] = _single != null ? Convert<float, T>(_single[stored]) : Convert<double, T>(_double[stored]);
            }

            new Span<T>(panel + valid, run.Entries - valid).Clear();
        }
    }

    /// <summary>Copies a run back; entries beyond the weight are dropped.</summary>
    public void Write(in Run run, double* panel, long panelStride)
    {
        for (int k = 0; k < run.Vectors; k++, panel += panelStride)
        {
            long column = run.Column + ((long)k * run.VectorStep);
            int valid = Valid(run, column);
            for (int t = 0; t < valid; t++)
            {
                long stored = Stored(run.Row, column + ((long)t * run.EntryStep));
                if (_single != null)
                {
                    _single[stored] = (float)panel[t];
                }
                else
                {
                    _double[stored] = panel[t];
                }
            }
        }
    }

    /// <summary>The sum of squares of a run's values that lie inside the weight.</summary>
    public double SumOfSquares(in Run run, double* panel, long panelStride)
    {
        double sum = 0;
        for (int k = 0; k < run.Vectors; k++, panel += panelStride)
        {
            int valid = Valid(run, run.Column + ((long)k * run.VectorStep));
            sum += MatrixKernels.Dot(panel, panel, valid);
        }

        return sum;
    }

    private long Stored(long row, long column) => ((_rowMap != null ? _rowMap[row] : row) * _stride) + (_columnMap != null ? _columnMap[column] : column);

    private int Valid(in Run run, long column)
    {
        if (run.Row < Rows && column + ((run.Entries - 1L) * run.EntryStep) < Columns)
        {
            return run.Entries;
        }

        return run.Row >= Rows || column >= Columns ? 0 : (int)(((Columns - column - 1) / run.EntryStep) + 1);
    }

    /// <summary>
    /// The common case, free of checks: no padding, no column map. What lies <paramref name="ahead"/> entries further on is asked for meanwhile:
    /// the next run lies in another row of the weight, where no hardware expects it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadWhole<TSource, T>(TSource* source, Run run, T* panel, long panelStride, long ahead)
        where TSource : unmanaged
        where T : unmanaged
    {
        if (run.EntryStep == 1 && run.Entries >= ShortRun)
        {
            for (int k = 0; k < run.Vectors; k++, source += run.VectorStep, panel += panelStride)
            {
                if (Sse.IsSupported)
                {
                    for (int t = 0; t < run.Entries; t += CacheLine / sizeof(TSource))
                    {
                        Sse.Prefetch0(source + ahead + t);
                    }
                }

                Copy(source, panel, run.Entries);
            }
        }
        else if (run.VectorStep == 1)
        {
            // Along the weight's row, whose neighbours go to different vectors.
            for (int t = 0; t < run.Entries; t++, source += run.EntryStep)
            {
                T* destination = panel + t;
                for (int k = 0; k < run.Vectors; k++, destination += panelStride)
                {
                    *destination = Convert<TSource, T>(source[k]);
                }
            }
        }
        else
        {
            for (int k = 0; k < run.Vectors; k++, source += run.VectorStep, panel += panelStride)
            {
                for (int t = 0; t < run.Entries; t++)
                {
                    panel[t] = Convert<TSource, T>(source[t * (long)run.EntryStep]);
                }
            }
        }
    }

    private static void Copy<TSource, T>(TSource* source, T* destination, int length)
        where TSource : unmanaged
        where T : unmanaged
    {
        if (typeof(TSource) == typeof(T))
        {
            new ReadOnlySpan<T>(source, length).CopyTo(new Span<T>(destination, length));
            return;
        }

        if (typeof(TSource) == typeof(float))
        {
            MatrixKernels.Widen((float*)source, (double*)destination, length);
        }
        else
        {
            MatrixKernels.Narrow((double*)source, (float*)destination, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Convert<TSource, T>(TSource value)
        where TSource : unmanaged
        where T : unmanaged
    {
        if (typeof(TSource) == typeof(T))
        {
            return Unsafe.BitCast<TSource, T>(value);
        }

        return typeof(TSource) == typeof(float)
            ? Unsafe.BitCast<double, T>(Unsafe.BitCast<TSource, float>(value))
            : Unsafe.BitCast<float, T>((float)Unsafe.BitCast<TSource, double>(value));
    }

    /// <summary>Equally spaced vectors of equally spaced entries of one weight row.</summary>
    /// <param name="Row">The weight's row.</param>
    /// <param name="Column">Logical column of the first entry of the first vector.</param>
    /// <param name="Vectors">The number of vectors.</param>
    /// <param name="VectorStep">Logical columns from one vector to the next.</param>
    /// <param name="Entries">Entries per vector.</param>
    /// <param name="EntryStep">Logical columns from one entry to the next.</param>
    internal readonly record struct Run(long Row, long Column, int Vectors, int VectorStep, int Entries, int EntryStep);
}
