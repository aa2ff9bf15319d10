using System;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>
/// The leading eigenvalues of a positive semidefinite operator, without vectors, by the block Lanczos method with full
/// orthogonalisation and without restarts.
/// </summary>
/// <remarks>
/// A narrow block reaches a high polynomial degree in few columns, so spectra without gaps cost a third of what
/// <see cref="BlockKrylov"/>, which must deliver vectors of any multiplicity, spends on them. The Ritz values are at most
/// the eigenvalues; what they miss is at most the sum of the residuals. Golub and Underwood (1977).
/// </remarks>
internal static unsafe class BlockLanczos
{
    private const double Tolerance = 1e-5;

    // A residual at this level of the operator's norm is rounding.
    private const double RoundingLevel = 1e-13;

    // As many Ritz values as the block is wide, no further apart than this part of the largest, may be copies of which more are hidden.
    private const double Cluster = 1e-6;

    // A check costs about as much as two blocks.
    private const double CheckGrowth = 1.2;

    /// <summary>Columns of a block: one register tile.</summary>
    public static int Block => 3 * DenseMatrix.Padded(1);

    /// <summary>Finds eigenvalues.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="count">How many.</param>
    /// <param name="trace">The operator's trace.</param>
    /// <param name="capacity">The most columns of the basis; below the operator's size by more than a block.</param>
    /// <param name="values">Receives the eigenvalues, descending.</param>
    /// <param name="slack">Receives the most that the sum of the true eigenvalues exceeds theirs by.</param>
    /// <param name="cancellationToken">Ends the iteration.</param>
    /// <returns>False when the basis filled up first, or when an eigenvalue has too many copies for the block to show.</returns>
    public static bool TrySolve(
        ISymmetricOperator op, int count, double trace, int capacity, Span<double> values, out double slack, CancellationToken cancellationToken)
    {
        int size = op.Size, block = Block;
        using var basis = new DenseMatrix(size, capacity);
        using var next = new DenseMatrix(size, block);
        using var image = new DenseMatrix(size, block);
        using var projected = new DenseMatrix(capacity, capacity);
        using var coefficients = new DenseMatrix(capacity, block);
        var orthogonaliser = new Orthogonaliser(new Random(0));
        orthogonaliser.FillRandom(next);
        orthogonaliser.Orthonormalise(basis, 0, next);

        int check = count + (2 * block);
        for (int dimension = 0; dimension + block <= capacity;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (long i = 0; i < size; i++)
            {
                new ReadOnlySpan<double>(next.Row(i), block).CopyTo(new Span<double>(basis.Row(i) + dimension, block));
            }

            op.Apply(next.Pointer, next.Stride, image.Pointer, image.Stride, block);
            dimension += block;
            Project(basis, image, dimension, projected, coefficients);
            if (dimension >= check)
            {
                double missing = Residual(projected, dimension, image, values, out double largest);
                if (missing <= 2 * Tolerance * Math.Max(0, trace - Sum(values)) || largest <= RoundingLevel * values[0])
                {
                    slack = missing;
                    return !MayHideCopies(values);
                }

                check = (int)(dimension * CheckGrowth);
            }

            for (long i = 0; i < size; i++)
            {
                new ReadOnlySpan<double>(image.Row(i), block).CopyTo(new Span<double>(next.Row(i), block));
            }

            orthogonaliser.Orthonormalise(basis, dimension, next);
        }

        slack = 0;
        return false;
    }

    /// <summary>Extends QᵀGQ by the last block's columns and takes their part within the basis off its image.</summary>
    private static void Project(DenseMatrix basis, DenseMatrix image, int dimension, DenseMatrix projected, DenseMatrix coefficients)
    {
        int block = Block, start = dimension - block;
        coefficients.Clear();
        MatrixKernels.MultiplyAdd(
            dimension, block, basis.Rows, basis.Pointer, 1, basis.Stride, image.Pointer, image.Stride, coefficients.Pointer, coefficients.Stride);
        for (int i = 0; i < dimension; i++)
        {
            double* row = coefficients.Row(i);
            for (int j = 0; j < block; j++)
            {
                double value = i < start ? row[j] : (row[j] + coefficients.Row(start + j)[i - start]) / 2;
                projected.Row(i)[start + j] = value;
                projected.Row(start + j)[i] = value;
            }
        }

        for (int i = 0; i < dimension; i++)
        {
            double* row = coefficients.Row(i);
            for (int j = 0; j < block; j++)
            {
                row[j] = -row[j];
            }
        }

        MatrixKernels.MultiplyAdd(
            basis.Rows, block, dimension, basis.Pointer, basis.Stride, 1, coefficients.Pointer, coefficients.Stride, image.Pointer, image.Stride);
    }

    /// <summary>The leading Ritz values, and the sum of the norms of their residuals, which lie in the last block's image alone.</summary>
    private static double Residual(DenseMatrix projected, int dimension, DenseMatrix image, Span<double> values, out double largest)
    {
        int block = Block, count = values.Length;
        using var matrix = new DenseMatrix(dimension, dimension);
        using var ritz = new DenseMatrix(dimension, count);
        using var gram = new DenseMatrix(block, block);
        for (int i = 0; i < dimension; i++)
        {
            new ReadOnlySpan<double>(projected.Row(i), dimension).CopyTo(new Span<double>(matrix.Row(i), dimension));
        }

        SymmetricEigensolver.LeadingEigenpairs(matrix, values, ritz);
        MatrixKernels.MultiplyAdd(block, block, image.Rows, image.Pointer, 1, image.Stride, image.Pointer, image.Stride, gram.Pointer, gram.Stride);
        double sum = 0;
        largest = 0;
        for (int t = 0; t < count; t++)
        {
            double square = 0;
            for (int i = 0; i < block; i++)
            {
                for (int j = 0; j < block; j++)
                {
                    square += ritz.Row(dimension - block + i)[t] * gram.Row(i)[j] * ritz.Row(dimension - block + j)[t];
                }
            }

            double residual = Math.Sqrt(Math.Max(0, square));
            sum += residual;
            largest = Math.Max(largest, residual);
        }

        return sum;
    }

    private static bool MayHideCopies(ReadOnlySpan<double> values)
    {
        // Copies of zero hide nothing.
        double width = Cluster * values[0];
        for (int first = 0; first + Block <= values.Length && values[first] > width; first++)
        {
            if (values[first] - values[first + Block - 1] <= width)
            {
                return true;
            }
        }

        return false;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value;
        }

        return sum;
    }
}
