using System;

namespace Kron.Decomposition;

/// <summary>
/// The leading eigenpairs of a positive semidefinite operator by the block Krylov method with full orthogonalisation,
/// Rayleigh–Ritz extraction and thick restarts, run until a residual test passes. Vectors are rows.
/// </summary>
/// <remarks>
/// The block is wider than the wanted rank, so that no eigenvalue's multiplicity can hide a direction.
/// Musco and Musco (2015) for block Krylov iteration; Wu and Simon (2000) for the thick restart; <see cref="GainBound"/> for
/// the test.
/// </remarks>
internal static class BlockKrylov
{
    // Columns beyond the rank: one block more than needed converges, the rest speeds the others up.
    private const int Oversampling = 4;
    private const int BlockStep = 4;
    private const int MaxVectors = 240;
    private const int MinBlocks = 4;

    /// <summary>Vectors of a block for a rank.</summary>
    public static int BlockVectors(int rank) => (rank + Oversampling + BlockStep - 1) / BlockStep * BlockStep;

    /// <summary>Vectors of the basis for a rank.</summary>
    public static int BasisVectors(int rank)
    {
        int block = BlockVectors(rank);
        return Math.Max(MaxVectors / block, MinBlocks) * block;
    }

    /// <summary>Finds the leading eigenvectors; the operator must have at least twice <see cref="BasisVectors"/> rows.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="rank">The number of eigenvectors.</param>
    /// <param name="totalEnergy">The operator's trace.</param>
    /// <param name="options">Seed and tolerance.</param>
    /// <param name="vectors">
    /// <see cref="BlockVectors"/> rows of the operator's size. The first ones are near the wanted vectors; all receive the
    /// leading Ritz vectors, orthonormal.
    /// </param>
    /// <param name="given">How many those first ones are.</param>
    /// <param name="noise">The operator's rounding errors, as part of its norm; smaller residuals are not pursued.</param>
    /// <param name="iterations">Products made before, which count towards the limit.</param>
    /// <param name="limit">The most products; one is made in any case.</param>
    /// <returns>The number of products, those before included, and whether the test passed.</returns>
    public static (int Iterations, bool Converged) Solve(
        ISymmetricOperator op, int rank, double totalEnergy, FitOptions options, DenseMatrix vectors, int given, double noise, int iterations, int limit)
    {
        // A restart keeps a quarter of the blocks.
        int block = BlockVectors(rank), capacity = BasisVectors(rank), kept = capacity / block / MinBlocks * block;
        using var basis = new KrylovBasis(op, block, capacity, kept, options.Seed, options.CancellationToken);
        basis.Start(vectors, given);
        while (true)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            basis.Extend();
            iterations++;
            bool converged = basis.Test(rank, totalEnergy, options.Tolerance, noise, out double rest, out _);
            double? error = totalEnergy > 0 ? Math.Sqrt(rest / totalEnergy) : null;
            options.Progress?.Report(new FitProgress(FitStage.Solving, iterations, options.MaxIterations, error));
            if (converged || iterations >= limit)
            {
                basis.Extract(block, vectors);
                return (iterations, converged);
            }

            if (basis.IsFull)
            {
                basis.Restart(kept);
            }
        }
    }
}
