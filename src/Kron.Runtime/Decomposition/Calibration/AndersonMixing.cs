using System.Collections.Generic;

namespace Kron.Decomposition;

/// <summary>
/// Where a fixed-point iteration x → g(x) seems to lead: the combination of the last g(x) whose g(x) − x, combined alike, is
/// shortest (D. G. Anderson, J. ACM 12, 1965; H. F. Walker and P. Ni, SIAM J. Numer. Anal. 49, 2011, section 2).
/// </summary>
internal sealed unsafe class AndersonMixing
{
    private const int MaxDifferences = 10;
    private const double Ridge = 1e-10;

    // Differences of g(x) − x, and of g(x), from one step to the next.
    private readonly List<(double[] Residual, double[] Value)> _differences = [];
    private double[]? _residual;
    private double[]? _value;

    /// <summary>Forgets all steps.</summary>
    public void Clear()
    {
        _differences.Clear();
        _residual = null;
    }

    /// <summary>Adds a step.</summary>
    /// <param name="x">x.</param>
    /// <param name="value">g(x).</param>
    /// <returns>The next x to try, or null while there is nothing to combine.</returns>
    public double[]? Add(double[] x, double[] value)
    {
        double[] residual = Difference(value, x);
        if (_residual != null)
        {
            _differences.Add((Difference(residual, _residual), Difference(value, _value!)));
            if (_differences.Count > MaxDifferences)
            {
                _differences.RemoveAt(0);
            }
        }

        (_residual, _value) = (residual, value);
        return Combine();
    }

    private double[]? Combine()
    {
        int count = _differences.Count;
        if (count == 0)
        {
            return null;
        }

        using var gram = new DenseMatrix(count, count);
        using var weights = new DenseMatrix(count, 1);
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                gram.Row(i)[j] = Dot(_differences[i].Residual, _differences[j].Residual);
            }

            gram.Row(i)[i] *= 1 + Ridge;
            weights.Row(i)[0] = Dot(_differences[i].Residual, _residual!);
        }

        if (!CholeskySolver.TrySolve(gram, weights))
        {
            return null;
        }

        double[] result = [.. _value!];
        for (int i = 0; i < count; i++)
        {
            fixed (double* target = result, source = _differences[i].Value)
            {
                MatrixKernels.Axpy(-weights.Row(i)[0], source, target, result.Length);
            }
        }

        return result;
    }

    private static double[] Difference(double[] x, double[] y)
    {
        double[] result = [.. x];
        fixed (double* target = result, source = y)
        {
            MatrixKernels.Axpy(-1, source, target, result.Length);
        }

        return result;
    }

    private static double Dot(double[] x, double[] y)
    {
        fixed (double* left = x, right = y)
        {
            return MatrixKernels.Dot(left, right, x.Length);
        }
    }
}
