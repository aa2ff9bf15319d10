using System;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>
/// The leading eigenvalues of a positive semidefinite operator, without vectors, by the block Lanczos method with full
/// orthogonalisation and without restarts.
/// </summary>
/// <remarks>
/// A narrow block reaches a high polynomial degree in few vectors, so that spectra without gaps cost a fraction of what
/// <see cref="BlockKrylov"/>, which must deliver vectors of any multiplicity, spends on them. Ritz values are at most the
/// eigenvalues; <see cref="GainBound"/> says how much they may miss. Golub and Underwood (1977).
/// </remarks>
internal static class BlockLanczos
{
    /// <summary>Vectors of a block.</summary>
    public const int Block = 12;

    private const double Tolerance = 3e-5;

    // A residual at this level of the operator's norm is rounding.
    private const double RoundingLevel = 1e-13;

    // As many Ritz values as a block has vectors, no further apart than this part of the largest, may be copies of which more are hidden.
    private const double Cluster = 1e-6;

    // A check costs as much as a few blocks.
    private const double CheckGrowth = 1.25;

    /// <summary>Finds eigenvalues.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="trace">Its trace.</param>
    /// <param name="capacity">The most vectors of the basis; below the operator's size by more than a block.</param>
    /// <param name="values">Receives the eigenvalues, descending.</param>
    /// <param name="slack">Receives the most that the sum of the true eigenvalues exceeds theirs by.</param>
    /// <param name="cancellation">Ends the iteration.</param>
    /// <returns>False when the basis filled up first, or when an eigenvalue has too many copies for the block to show.</returns>
    public static bool TrySolve(
        ISymmetricOperator op, double trace, int capacity, Span<double> values, out double slack, CancellationToken cancellation)
    {
        using var basis = new KrylovBasis(op, Block, capacity, values.Length + 1, seed: 0, cancellation);
        basis.Start();
        for (int check = values.Length + (2 * Block); !basis.IsFull;)
        {
            cancellation.ThrowIfCancellationRequested();
            basis.Extend();
            if (basis.Dimension >= check)
            {
                if (basis.Test(values.Length, trace, Tolerance, RoundingLevel, out _, out slack))
                {
                    basis.Values[..values.Length].CopyTo(values);
                    return !MayHideCopies(values);
                }

                check = (int)(basis.Dimension * CheckGrowth);
            }
        }

        slack = 0;
        return false;
    }

    /// <summary>Bytes that a basis takes.</summary>
    public static long Bytes(long size, long capacity) => sizeof(double) * ((size * (capacity + Block)) + (capacity * capacity));

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
}
