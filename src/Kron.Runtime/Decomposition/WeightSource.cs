using System;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kron.Decomposition;

/// <summary>
/// A dense weight [rows × columns] in single or double precision, read as if it were extended by zeros without end.
/// With a column map, logical column j is stored column map[j].
/// </summary>
internal readonly unsafe struct WeightSource
{
    // Below this many entries a vector loop costs more than it saves.
    private const int ShortRun = 16;

    private readonly float* _single;
    private readonly double* _double;
    private readonly long _stride;
    private readonly int[]? _columnMap;

    public WeightSource(float* weight, int rows, int columns, int[]? columnMap)
        : this(rows, columns, columns, columnMap) => _single = weight;

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

    /// <summary>Copies a run out: vector k to <c>panel + k·panelStride</c>.</summary>
    public void Read(in Run run, double* panel, long panelStride)
    {
        if (_single != null && _columnMap == null && Valid(run, run.Column + ((run.Vectors - 1L) * run.VectorStep)) == run.Entries)
        {
            ReadWhole(_single + Stored(run.Row, run.Column), run, panel, panelStride);
            return;
        }

        for (int k = 0; k < run.Vectors; k++, panel += panelStride)
        {
            long column = run.Column + ((long)k * run.VectorStep);
            int valid = Valid(run, column);
            for (int t = 0; t < valid; t++)
            {
                long stored = Stored(run.Row, column + ((long)t * run.EntryStep));
                panel[t] = _single != null ? _single[stored] : _double[stored];
            }

            for (int t = valid; t < run.Entries; t++)
            {
                panel[t] = 0;
            }
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

    private long Stored(long row, long column) => (row * _stride) + (_columnMap != null ? _columnMap[column] : column);

    private int Valid(in Run run, long column)
    {
        if (run.Row < Rows && column + ((run.Entries - 1L) * run.EntryStep) < Columns)
        {
            return run.Entries;
        }

        return run.Row >= Rows || column >= Columns ? 0 : (int)(((Columns - column - 1) / run.EntryStep) + 1);
    }

    /// <summary>The common case, free of checks: single precision, no padding, no column map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadWhole(float* source, Run run, double* panel, long panelStride)
    {
        int lanes = Vector<double>.Count;
        int entries = run.Entries, whole = run.EntryStep == 1 && entries >= ShortRun ? entries - (entries % (2 * lanes)) : 0;
        long step = run.EntryStep;
        for (int k = 0; k < run.Vectors; k++, source += run.VectorStep, panel += panelStride)
        {
            int t = 0;
            for (; t < whole; t += 2 * lanes)
            {
                Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(source + t), out Vector<double> low, out Vector<double> high);
                Unsafe.WriteUnaligned(panel + t, low);
                Unsafe.WriteUnaligned(panel + t + lanes, high);
            }

            for (; t < entries; t++)
            {
                panel[t] = source[t * step];
            }
        }
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
