using System;
using System.Numerics;

namespace Kron.Decomposition;

/// <summary>The sum Σ A_i ⊗ B_i of one group as the product of two thin matrices in the rearranged weight.</summary>
internal sealed unsafe class KroneckerSum : IDisposable
{
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
        int split = group.R * group.M1 * group.N1;
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
        long columns = DenseMatrix.Padded(_matrix.Short);
        _matrix.ForEachPanel<double>((part, first, count, panel) =>
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
                count, columns, _longSide.Columns, _longSide.Row(first), _longSide.Stride, 1,
                _shortSide.Pointer, _shortSide.Stride, panel.Pointer, panel.Stride);
            energies[part] += _matrix.SumOfSquares(first, count, panel);
            if (write)
            {
                _matrix.Write(first, count, panel);
            }
        });

        double energy = 0;
        foreach (double value in energies)
        {
            energy += value;
        }

        return energy;
    }

    /// <summary>Frees the factors.</summary>
    public void Dispose()
    {
        _longSide.Dispose();
        _shortSide.Dispose();
    }
}
