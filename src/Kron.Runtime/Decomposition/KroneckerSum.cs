using System;
using System.Numerics;

namespace Kron.Decomposition;

/// <summary>The sum Σ A_i ⊗ B_i of one group as the product of two thin matrices in the rearranged weight.</summary>
internal sealed unsafe class KroneckerSum : IDisposable
{
    // A panel's rows of this length stay in the first two levels of cache.
    private const int StripColumns = 384;

    private readonly RearrangedMatrix _matrix;
    private readonly DenseMatrix _longSide;
    private readonly DenseMatrix _shortSide;

    private KroneckerSum(RearrangedMatrix matrix, int rank)
    {
        _matrix = matrix;
        _longSide = new DenseMatrix(matrix.Long, rank);
        _shortSide = new DenseMatrix(rank, matrix.Short);
    }

    /// <summary>Reads a group's factors as a layer stores them.</summary>
    /// <param name="matrix">The rearranged weight that the sum is to meet.</param>
    /// <param name="group">The shape.</param>
    /// <param name="factors">A [r, m1, n1], then B [r, m2, n2].</param>
    /// <param name="sign">1 or −1: what the sum is multiplied by.</param>
    public static KroneckerSum Load(RearrangedMatrix matrix, ShapeGroup group, ReadOnlySpan<float> factors, double sign)
    {
        int split = (int)(group.R * group.LengthA);
        return Load(matrix, group.R, factors[..split], factors[split..], sign);
    }

    /// <summary>Reads factors.</summary>
    /// <param name="matrix">The rearranged weight that the sum is to meet.</param>
    /// <param name="rank">The number of products.</param>
    /// <param name="a">A [r, m1, n1].</param>
    /// <param name="b">B [r, m2, n2].</param>
    /// <param name="sign">1 or −1: what the sum is multiplied by.</param>
    public static KroneckerSum Load<T>(RearrangedMatrix matrix, int rank, ReadOnlySpan<T> a, ReadOnlySpan<T> b, double sign)
        where T : INumberBase<T>
    {
        var sum = new KroneckerSum(matrix, rank);
        ReadOnlySpan<T> longFactors = matrix.RightIsShort ? a : b, shortFactors = matrix.RightIsShort ? b : a;
        int longLength = (int)matrix.Long, shortLength = matrix.Short;
        for (int t = 0; t < rank; t++)
        {
            ReadOnlySpan<T> column = longFactors.Slice(t * longLength, longLength);
            for (int i = 0; i < longLength; i++)
            {
                sum._longSide.Row(i)[t] = sign * double.CreateTruncating(column[i]);
            }

            ReadOnlySpan<T> row = shortFactors.Slice(t * shortLength, shortLength);
            for (int i = 0; i < shortLength; i++)
            {
                sum._shortSide.Row(t)[i] = double.CreateTruncating(row[i]);
            }
        }

        return sum;
    }

    /// <summary>Computes weight + sum.</summary>
    /// <param name="read">Whether the weight is read, or taken as zero.</param>
    /// <param name="write">Whether the result is written to the weight.</param>
    /// <returns>The sum of squares of the result, padding left out.</returns>
    public double AddTo(bool read, bool write)
    {
        var energies = new double[_matrix.Parts];
        if (read && !write && _matrix.IsSingle && _matrix.IsWhole)
        {
            _matrix.ForEachPanel<float>((part, first, count, panel) =>
            {
                _matrix.Read(first, count, panel);
                energies[part] += Measure(first, count, panel);
            });
        }
        else
        {
            _matrix.ForEachPanel<double>((part, first, count, panel) =>
            {
                energies[part] += AddTo(first, count, panel, read);
                if (write)
                {
                    _matrix.Write(first, count, panel);
                }
            });
        }

        double energy = 0;
        foreach (double value in energies)
        {
            energy += value;
        }

        return energy;
    }

    private double AddTo(long first, int count, DenseMatrix<double> panel, bool read)
    {
        if (read)
        {
            _matrix.Read(first, count, panel);
        }
        else
        {
            panel.Clear();
        }

        MatrixKernels.MultiplyAdd(
            count, DenseMatrix.Padded(_matrix.Short), _longSide.Columns, _longSide.Row(first), _longSide.Stride, 1,
            _shortSide.Pointer, _shortSide.Stride, panel.Pointer, panel.Stride);
        return _matrix.SumOfSquares(first, count, panel);
    }

    /// <summary>The sum of squares of a panel + sum, a few columns at a time.</summary>
    private double Measure(long first, int count, DenseMatrix<float> panel)
    {
        int columns = DenseMatrix.Padded(_matrix.Short), rank = (int)_longSide.Columns;
        using var strip = new DenseMatrix(count, Math.Min(columns, StripColumns));
        double sum = 0;
        for (int column = 0; column < columns; column += StripColumns)
        {
            int width = Math.Min(StripColumns, columns - column);
            for (int i = 0; i < count; i++)
            {
                MatrixKernels.Widen(panel.Row(i) + column, strip.Row(i), width);
            }

            MatrixKernels.MultiplyAdd(
                count, width, rank, _longSide.Row(first), _longSide.Stride, 1, _shortSide.Pointer + column, _shortSide.Stride, strip.Pointer, strip.Stride);
            for (int i = 0; i < count; i++)
            {
                sum += MatrixKernels.Dot(strip.Row(i), strip.Row(i), width);
            }
        }

        return sum;
    }

    /// <summary>Frees the factors.</summary>
    public void Dispose()
    {
        _longSide.Dispose();
        _shortSide.Dispose();
    }
}
