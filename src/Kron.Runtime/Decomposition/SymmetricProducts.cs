using System;

namespace Kron.Decomposition;

/// <summary>Products on all cores that are symmetric. Each entry is summed in one order, whatever the number of cores.</summary>
internal static unsafe class SymmetricProducts
{
    // Whole register tiles at every vector width.
    private const int Band = 96;

    /// <summary>G += XᵀX in the upper triangle (some entries below the diagonal change too).</summary>
    /// <param name="x">X [k × n].</param>
    /// <param name="gram">G [n × n].</param>
    public static void AddGram(DenseMatrix x, DenseMatrix gram) => AddGram(x.Rows, x.Pointer, x.Stride, x.Pointer, x.Stride, gram, 0);

    /// <summary>G += XᵀY in the upper triangle of the trailing block that starts at an index; the product must be symmetric.</summary>
    /// <param name="k">Rows of X and Y.</param>
    /// <param name="x">X.</param>
    /// <param name="ldx">Distance of X's rows.</param>
    /// <param name="y">Y, its rows padded to whole vectors.</param>
    /// <param name="ldy">Distance of Y's rows.</param>
    /// <param name="gram">G.</param>
    /// <param name="start">Where the block starts; whole vectors.</param>
    public static void AddGram(long k, double* x, long ldx, double* y, long ldy, DenseMatrix gram, long start)
    {
        long size = gram.Rows - start, padded = DenseMatrix.Padded(gram.Rows) - start;
        PartRunner.Run((int)((size + Band - 1) / Band), part =>
        {
            long i = (long)part * Band;
            MatrixKernels.MultiplyAdd(
                long.Min(Band, size - i), padded - i, k, x + i, 1, ldx, y + i, ldy, gram.Row(start + i) + start + i, gram.Stride);
        });
    }

    /// <summary>Copies the upper triangle to the lower.</summary>
    public static void Mirror(DenseMatrix matrix)
    {
        for (long i = 0; i < matrix.Rows; i += Band)
        {
            for (long j = i; j < matrix.Rows; j += Band)
            {
                MirrorBlock(matrix, i, j);
            }
        }
    }

    private static void MirrorBlock(DenseMatrix matrix, long i, long j)
    {
        long endI = long.Min(i + Band, matrix.Rows), endJ = long.Min(j + Band, matrix.Rows);
        for (long r = i; r < endI; r++)
        {
            for (long c = long.Max(j, r + 1); c < endJ; c++)
            {
                matrix.Row(c)[r] = matrix.Row(r)[c];
            }
        }
    }
}
