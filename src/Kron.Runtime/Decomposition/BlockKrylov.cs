using System;

namespace Kron.Decomposition;

/// <summary>
/// The leading eigenpairs of a positive semidefinite operator by the block Krylov method with full orthogonalisation,
/// Rayleigh–Ritz extraction and thick restarts, run until a residual test passes.
/// </summary>
/// <remarks>
/// The block is wider than the wanted rank, so that no eigenvalue's multiplicity can hide a direction. For Ritz pairs
/// (θ_i, y_i) with residuals ρ_i = ‖G y_i − θ_i y_i‖ every θ_i lies within ρ_i of an eigenvalue, so the energy still to be
/// gained by rotating them is at most Σ ρ_i; the iteration stops once that is small beside the energy left unexplained.
/// Musco and Musco (2015) for block Krylov iteration; Wu and Simon (2000) for the thick restart.
/// </remarks>
internal static unsafe class BlockKrylov
{
    // Columns beyond the rank: one block more than needed converges, the rest speeds the others up.
    private const int Oversampling = 2;
    private const int MaxColumns = 240;

    // A residual at this level of the operator's norm is rounding.
    private const double RoundingLevel = 1e-13;

    /// <summary>Columns of a block for a rank.</summary>
    public static int BlockColumns(int rank)
    {
        // Whole register tiles of three vectors.
        int tile = 3 * DenseMatrix.Padded(1);
        return (rank + Oversampling + tile - 1) / tile * tile;
    }

    /// <summary>Columns of the basis for a rank.</summary>
    public static int BasisColumns(int rank)
    {
        int block = BlockColumns(rank);
        return Math.Clamp(MaxColumns / block, 4, 8) * block;
    }

    /// <summary>Finds the leading eigenvectors; the operator must have at least twice <see cref="BasisColumns"/> rows.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="rank">The number of eigenvectors.</param>
    /// <param name="totalEnergy">The operator's trace.</param>
    /// <param name="options">Seed, limit and tolerance.</param>
    /// <param name="vectors">Receives the eigenvectors as its leading columns, Size × at least rank.</param>
    /// <returns>The number of products and whether the test passed.</returns>
    public static (int Iterations, bool Converged) Solve(ISymmetricOperator op, int rank, double totalEnergy, FitOptions options, DenseMatrix vectors)
    {
        int size = op.Size, block = BlockColumns(rank), capacity = BasisColumns(rank);
        int kept = Math.Max(1, capacity / block / 4) * block;

        using var basis = new DenseMatrix(size, capacity);
        using var image = new DenseMatrix(size, capacity);
        using var next = new DenseMatrix(size, block);
        using var projected = new DenseMatrix(capacity, capacity);
        using var ritz = new DenseMatrix(capacity, kept);
        using var scratch = new DenseMatrix(size, kept);
        var values = new double[kept];
        var orthogonaliser = new Orthogonaliser(new Random(options.Seed));

        orthogonaliser.FillRandom(next);
        orthogonaliser.Orthonormalise(basis, 0, next);
        int dimension = 0, iteration = 0;
        while (true)
        {
            if (dimension + block > capacity)
            {
                Restart(basis, image, projected, ritz, values, scratch, dimension, kept);
                dimension = kept;
            }

            CopyColumns(next, 0, basis, dimension, block);
            op.Apply(next.Pointer, next.Stride, image.Pointer + dimension, image.Stride, block);
            Project(basis, image, projected, dimension, block);
            dimension += block;
            iteration++;

            int found = Math.Min(kept, dimension);
            RayleighRitz(projected, dimension, values.AsSpan(0, found), ritz);
            Combine(basis, dimension, ritz, found, scratch);
            (double sum, double largest) = Residuals(image, dimension, ritz, values, scratch, rank);
            bool converged = sum <= 2 * options.Tolerance * Math.Max(0, totalEnergy - Sum(values, rank))
                || largest <= RoundingLevel * values[0];
            if (converged || iteration >= options.MaxIterations)
            {
                Combine(basis, dimension, ritz, found, scratch);
                CopyColumns(scratch, 0, vectors, 0, rank);
                return (iteration, converged);
            }

            CopyColumns(image, dimension - block, next, 0, block);
            orthogonaliser.Orthonormalise(basis, dimension, next);
        }
    }

    /// <summary>Extends QᵀGQ by the block whose basis vectors start at a column.</summary>
    private static void Project(DenseMatrix basis, DenseMatrix image, DenseMatrix projected, int start, int block)
    {
        int dimension = start + block;
        for (int i = 0; i < dimension; i++)
        {
            new Span<double>(projected.Row(i) + start, block).Clear();
        }

        MatrixKernels.MultiplyAdd(
            dimension, block, basis.Rows, basis.Pointer, 1, basis.Stride, image.Pointer + start, image.Stride, projected.Pointer + start, projected.Stride);
        for (int i = 0; i < dimension; i++)
        {
            for (int j = start; j < dimension; j++)
            {
                if (i < start)
                {
                    projected.Row(j)[i] = projected.Row(i)[j];
                }
                else if (i < j)
                {
                    double mean = (projected.Row(i)[j] + projected.Row(j)[i]) / 2;
                    projected.Row(i)[j] = mean;
                    projected.Row(j)[i] = mean;
                }
            }
        }
    }

    private static void RayleighRitz(DenseMatrix projected, int dimension, Span<double> values, DenseMatrix ritz)
    {
        using var matrix = new DenseMatrix(dimension, dimension);
        CopyColumns(projected, 0, matrix, 0, dimension);
        SymmetricEigensolver.LeadingEigenpairs(matrix, values, ritz);
    }

    /// <summary>Product of the leading columns of a basis with the Ritz coefficients.</summary>
    private static void Combine(DenseMatrix source, int dimension, DenseMatrix ritz, int count, DenseMatrix destination)
    {
        destination.Clear();
        MatrixKernels.MultiplyAdd(
            source.Rows, count, dimension, source.Pointer, source.Stride, 1, ritz.Pointer, ritz.Stride, destination.Pointer, destination.Stride);
    }

    /// <summary>The sum and the largest of ρ_i over the leading pairs; overwrites the Ritz vectors by residuals.</summary>
    private static (double Sum, double Largest) Residuals(DenseMatrix image, int dimension, DenseMatrix ritz, double[] values, DenseMatrix ritzVectors, int rank)
    {
        var squares = new double[rank];
        long columns = DenseMatrix.Padded(rank);
        for (long i = 0; i < ritzVectors.Rows; i++)
        {
            double* row = ritzVectors.Row(i);
            for (int t = 0; t < rank; t++)
            {
                row[t] *= -values[t];
            }
        }

        MatrixKernels.MultiplyAdd(
            image.Rows, columns, dimension, image.Pointer, image.Stride, 1, ritz.Pointer, ritz.Stride, ritzVectors.Pointer, ritzVectors.Stride);
        for (long i = 0; i < ritzVectors.Rows; i++)
        {
            double* row = ritzVectors.Row(i);
            for (int t = 0; t < rank; t++)
            {
                squares[t] += row[t] * row[t];
            }
        }

        double sum = 0, largest = 0;
        foreach (double square in squares)
        {
            double residual = Math.Sqrt(square);
            sum += residual;
            largest = Math.Max(largest, residual);
        }

        return (sum, largest);
    }

    /// <summary>Replaces the basis by its leading Ritz vectors.</summary>
    private static void Restart(
        DenseMatrix basis, DenseMatrix image, DenseMatrix projected, DenseMatrix ritz, double[] values, DenseMatrix scratch, int dimension, int kept)
    {
        Combine(basis, dimension, ritz, kept, scratch);
        CopyColumns(scratch, 0, basis, 0, kept);
        Combine(image, dimension, ritz, kept, scratch);
        CopyColumns(scratch, 0, image, 0, kept);
        projected.Clear();
        for (int i = 0; i < kept; i++)
        {
            projected.Row(i)[i] = values[i];
        }
    }

    private static void CopyColumns(DenseMatrix source, long sourceColumn, DenseMatrix destination, long destinationColumn, int count)
    {
        for (long i = 0; i < destination.Rows; i++)
        {
            new ReadOnlySpan<double>(source.Row(i) + sourceColumn, count).CopyTo(new Span<double>(destination.Row(i) + destinationColumn, count));
        }
    }

    private static double Sum(double[] values, int count)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += values[i];
        }

        return sum;
    }
}
