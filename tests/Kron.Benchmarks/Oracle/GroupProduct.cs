using System;
using System.Threading.Tasks;

namespace Kron.Benchmarks.Oracle;

/// <summary>
/// The r products A_i ⊗ B_i of a shape group in double, by the identity Y_i = A_i · X · B_iᵀ, forward and backward. Holds
/// the cheaper order only: A first is B first of the transposed equation Y_iᵀ = B_i · Xᵀ · A_iᵀ.
/// </summary>
internal sealed class GroupProduct
{
    private readonly bool _exchanged;
    private readonly int _m1;
    private readonly int _m2;
    private readonly int _n1;
    private readonly int _n2;
    private readonly double[] _left;
    private readonly double[] _right;

    public GroupProduct(ShapeGroup g, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        _exchanged = (long)g.M1 * g.N2 * (g.N1 + g.M2) < (long)g.N1 * g.M2 * (g.N2 + g.M1);
        (_m1, _m2, _n1, _n2) = _exchanged ? (g.M2, g.M1, g.N2, g.N1) : (g.M1, g.M2, g.N1, g.N2);
        Terms = g.R;
        _left = Widen(_exchanged ? b : a);
        _right = Widen(_exchanged ? a : b);
    }

    public int Terms { get; }

    /// <summary>Terms summed into one value, both contractions.</summary>
    public int Length => (_n1 * Terms) + _n2;

    /// <summary>The products of each term, [r][m], of one input [n].</summary>
    public double[][] Forward(double[] x)
    {
        double[] input = _exchanged ? Transpose(x, _n2, _n1) : x;
        var products = new double[Terms][];
        Parallel.For(0, Terms, t =>
        {
            double[] z = Inner(input, t);
            var y = new double[_m1 * _m2];
            for (int i1 = 0; i1 < _m1; i1++)
            {
                ReadOnlySpan<double> row = LeftRow(t, i1);
                for (int i2 = 0; i2 < _m2; i2++)
                {
                    y[(i1 * _m2) + i2] = Vectors.Dot(row, z.AsSpan(i2 * _n1, _n1));
                }
            }

            products[t] = _exchanged ? Transpose(y, _m1, _m2) : y;
        });
        return products;
    }

    /// <summary>Adds the gradients of A [r, m1, n1] and B [r, m2, n2] and of the input, given those of the terms' products.</summary>
    public void Backward(double[] x, double[][] gradients, double[] da, double[] db, double[] dx)
    {
        double[] input = _exchanged ? Transpose(x, _n2, _n1) : x;
        double[] columns = Transpose(input, _n1, _n2);
        double[] dLeft = _exchanged ? db : da;
        double[] dRight = _exchanged ? da : db;
        var dInput = new double[Terms][];
        Parallel.For(0, Terms, t =>
        {
            double[] dy = _exchanged ? Transpose(gradients[t], _m2, _m1) : gradients[t];
            double[] dyColumns = Transpose(dy, _m1, _m2);
            double[] zRows = Transpose(Inner(input, t), _m2, _n1);
            double[] left = Transpose(_left.AsSpan(t * _m1 * _n1, _m1 * _n1), _m1, _n1);
            double[] right = Transpose(_right.AsSpan(t * _m2 * _n2, _m2 * _n2), _m2, _n2);
            var dz = new double[_m2 * _n1];
            for (int i2 = 0; i2 < _m2; i2++)
            {
                for (int j1 = 0; j1 < _n1; j1++)
                {
                    dz[(i2 * _n1) + j1] = Vectors.Dot(left.AsSpan(j1 * _m1, _m1), dyColumns.AsSpan(i2 * _m1, _m1));
                }

                for (int j2 = 0; j2 < _n2; j2++)
                {
                    dRight[(((t * _m2) + i2) * _n2) + j2] += Vectors.Dot(dz.AsSpan(i2 * _n1, _n1), columns.AsSpan(j2 * _n1, _n1));
                }
            }

            for (int i1 = 0; i1 < _m1; i1++)
            {
                for (int j1 = 0; j1 < _n1; j1++)
                {
                    dLeft[(((t * _m1) + i1) * _n1) + j1] += Vectors.Dot(dy.AsSpan(i1 * _m2, _m2), zRows.AsSpan(j1 * _m2, _m2));
                }
            }

            double[] dzRows = Transpose(dz, _m2, _n1);
            var d = new double[_n1 * _n2];
            for (int j1 = 0; j1 < _n1; j1++)
            {
                for (int j2 = 0; j2 < _n2; j2++)
                {
                    d[(j1 * _n2) + j2] = Vectors.Dot(dzRows.AsSpan(j1 * _m2, _m2), right.AsSpan(j2 * _m2, _m2));
                }
            }

            dInput[t] = _exchanged ? Transpose(d, _n1, _n2) : d;
        });

        foreach (double[] term in dInput)
        {
            for (int i = 0; i < dx.Length; i++)
            {
                dx[i] += term[i];
            }
        }
    }

    /// <summary>B_t · Xᵀ, [m2][n1].</summary>
    private double[] Inner(double[] input, int t)
    {
        var z = new double[_m2 * _n1];
        for (int i2 = 0; i2 < _m2; i2++)
        {
            ReadOnlySpan<double> row = _right.AsSpan(((t * _m2) + i2) * _n2, _n2);
            for (int j1 = 0; j1 < _n1; j1++)
            {
                z[(i2 * _n1) + j1] = Vectors.Dot(row, input.AsSpan(j1 * _n2, _n2));
            }
        }

        return z;
    }

    private ReadOnlySpan<double> LeftRow(int t, int i1) => _left.AsSpan(((t * _m1) + i1) * _n1, _n1);

    private static double[] Transpose(ReadOnlySpan<double> matrix, int rows, int columns)
    {
        var result = new double[matrix.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                result[(column * rows) + row] = matrix[(row * columns) + column];
            }
        }

        return result;
    }

    private static double[] Widen(ReadOnlySpan<float> values)
    {
        var result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = values[i];
        }

        return result;
    }
}
