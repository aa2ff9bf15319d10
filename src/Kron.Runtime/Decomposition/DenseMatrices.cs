using System;

namespace Kron.Decomposition;

/// <summary>Whole matrices of one size, entry by entry.</summary>
internal static unsafe class DenseMatrices
{
    /// <summary>⟨X, Y⟩.</summary>
    public static double Dot(DenseMatrix x, DenseMatrix y)
    {
        double sum = 0;
        for (long i = 0; i < x.Rows; i++)
        {
            sum += MatrixKernels.Dot(x.Row(i), y.Row(i), x.Columns);
        }

        return sum;
    }

    /// <summary>Y += a·X.</summary>
    public static void Axpy(double a, DenseMatrix x, DenseMatrix y)
    {
        for (long i = 0; i < x.Rows; i++)
        {
            MatrixKernels.Axpy(a, x.Row(i), y.Row(i), x.Columns);
        }
    }

    /// <summary>Y ← a·Y.</summary>
    public static void Scale(double a, DenseMatrix y)
    {
        for (long i = 0; i < y.Rows; i++)
        {
            foreach (ref double value in new Span<double>(y.Row(i), (int)y.Columns))
            {
                value *= a;
            }
        }
    }

    /// <summary>Y ← X.</summary>
    public static void Copy(DenseMatrix x, DenseMatrix y)
    {
        for (long i = 0; i < x.Rows; i++)
        {
            new ReadOnlySpan<double>(x.Row(i), (int)x.Columns).CopyTo(new Span<double>(y.Row(i), (int)x.Columns));
        }
    }
}
