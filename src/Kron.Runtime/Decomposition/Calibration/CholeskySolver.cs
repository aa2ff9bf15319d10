using System;

namespace Kron.Decomposition;

/// <summary>Solves symmetric positive definite systems by a blocked Cholesky factorisation N = UᵀU on all cores.</summary>
internal static unsafe class CholeskySolver
{
    // Whole vectors and register tiles; a panel of that many rows stays in the second-level cache.
    private const int Block = 96;

    // Columns of the right-hand sides, or of a panel, that one part takes.
    private const int Slice = 24;
    private const int PanelSlice = 192;

    // A pivot below this part of the largest diagonal entry is rounding.
    private const double RoundingLevel = 1e-14;

    /// <summary>Solves N·X = B.</summary>
    /// <param name="normal">N, of which the upper triangle is read; destroyed.</param>
    /// <param name="rightHandSides">B, a row per unknown; receives X.</param>
    /// <returns>False where N is not definite beyond rounding; then B is as it was.</returns>
    public static bool TrySolve(DenseMatrix normal, DenseMatrix rightHandSides)
    {
        if (!TryFactorise(normal))
        {
            return false;
        }

        Substitute(normal, rightHandSides);
        return true;
    }

    /// <summary>Finds U.</summary>
    /// <param name="n">N, of which the upper triangle is read; receives U there.</param>
    /// <returns>False where N is not definite beyond rounding.</returns>
    public static bool TryFactorise(DenseMatrix n)
    {
        double negligible = 0;
        for (int i = 0; i < n.Rows; i++)
        {
            negligible = Math.Max(negligible, RoundingLevel * n.Row(i)[i]);
        }

        int size = (int)n.Rows;
        using var negative = new DenseMatrix(Block, size);
        for (int start = 0; start < size; start += Block)
        {
            int count = Math.Min(Block, size - start), next = start + count;
            for (int k = start; k < next; k++)
            {
                double* row = n.Row(k);
                for (int p = start; p < k; p++)
                {
                    MatrixKernels.Axpy(-n.Row(p)[k], n.Row(p) + k, row + k, next - k);
                }

                if (!(row[k] > negligible))
                {
                    return false;
                }

                Divide(row + k, Math.Sqrt(row[k]), next - k);
            }

            if (next == size)
            {
                return true;
            }

            // U12 = U11⁻ᵀ N12, then N22 −= U12ᵀ U12.
            DenseMatrix mirror = negative;
            int first = start;
            PartRunner.Run((size - next + PanelSlice - 1) / PanelSlice, part =>
            {
                int column = next + (part * PanelSlice), columns = Math.Min(PanelSlice, size - column);
                for (int k = 0; k < count; k++)
                {
                    double* row = n.Row(first + k) + column;
                    for (int p = 0; p < k; p++)
                    {
                        MatrixKernels.Axpy(-n.Row(first + p)[first + k], n.Row(first + p) + column, row, columns);
                    }

                    Divide(row, n.Row(first + k)[first + k], columns);
                    for (int j = 0; j < columns; j++)
                    {
                        mirror.Row(k)[column + j] = -row[j];
                    }
                }
            });
            SymmetricProducts.AddGram(count, negative.Pointer + next, negative.Stride, n.Row(start) + next, n.Stride, n, next);
        }

        return true;
    }

    /// <summary>Forward and backward substitution; between them the intermediate is kept negated, as the kernels only add.</summary>
    /// <param name="u">U.</param>
    /// <param name="x">B, a row per unknown; receives X.</param>
    public static void Substitute(DenseMatrix u, DenseMatrix x)
    {
        int size = (int)u.Rows, columns = DenseMatrix.Padded(x.Columns);
        PartRunner.Run((columns + Slice - 1) / Slice, part =>
        {
            int column = part * Slice, width = Math.Min(Slice, columns - column);
            for (int start = 0; start < size; start += Block)
            {
                int count = Math.Min(Block, size - start);
                MatrixKernels.MultiplyAdd(
                    count, width, start, u.Pointer + start, 1, u.Stride, x.Pointer + column, x.Stride, x.Row(start) + column, x.Stride);
                for (int k = start; k < start + count; k++)
                {
                    double* row = x.Row(k) + column;
                    for (int p = start; p < k; p++)
                    {
                        MatrixKernels.Axpy(u.Row(p)[k], x.Row(p) + column, row, width);
                    }

                    Divide(row, -u.Row(k)[k], width);
                }
            }

            for (int start = (size - 1) / Block * Block; start >= 0; start -= Block)
            {
                int count = Math.Min(Block, size - start), next = start + count;
                MatrixKernels.MultiplyAdd(
                    count, width, size - next, u.Row(start) + next, u.Stride, 1, x.Row(next) + column, x.Stride, x.Row(start) + column, x.Stride);
                for (int k = next - 1; k >= start; k--)
                {
                    double* row = x.Row(k) + column;
                    for (int p = k + 1; p < next; p++)
                    {
                        MatrixKernels.Axpy(u.Row(k)[p], x.Row(p) + column, row, width);
                    }

                    Divide(row, -u.Row(k)[k], width);
                }
            }
        });
    }

    private static void Divide(double* values, double divisor, int length)
    {
        for (int i = 0; i < length; i++)
        {
            values[i] /= divisor;
        }
    }
}
