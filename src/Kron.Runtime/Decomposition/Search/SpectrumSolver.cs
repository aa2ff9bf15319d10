using System;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>Finds the leading singular values of a rearranged weight by the cheaper of two ways, on the calling thread.</summary>
internal static unsafe class SpectrumSolver
{
    // Lanczos columns per wanted value on spectra without gaps, and what the basis may grow to before the direct way is taken.
    private const double UsualColumns = 4.5;
    private const double MostColumns = 9;

    // Cost of a multiply-add relative to one of the Gram matrix: narrow products, and sweeps over a matrix beyond the caches.
    private const double NarrowCost = 1.4;
    private const double SweepCost = 6;

    // Rounding of the Gram matrix and its eigenvalues, relative to its trace.
    private const double DirectSlack = 1e-12;

    /// <summary>Computes a spectrum.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="shape">The shape to rearrange it by.</param>
    /// <param name="count">How many values are wanted; at most the shape's.</param>
    /// <param name="energy">‖W‖²_F.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static Spectrum Solve(WeightSource weight, SearchShape shape, int count, double energy, CancellationToken cancellationToken)
    {
        if (energy == 0)
        {
            return new Spectrum(shape, new double[count], 0, 0);
        }

        using var copy = new RearrangedCopy(new RearrangedMatrix(weight, shape.Group(1)));
        if (LanczosPays(copy.Size, (long)shape.M1 * shape.M2 * shape.N1 * shape.N2, count))
        {
            var values = new double[count];
            int capacity = (int)Math.Min(copy.Size - BlockLanczos.Block - 1, (MostColumns * count) + (8 * BlockLanczos.Block));
            if (BlockLanczos.TrySolve(copy, count, energy, capacity, values, out double slack, cancellationToken))
            {
                return new Spectrum(shape, values, slack, energy);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        using DenseMatrix gram = copy.ToGram();
        cancellationToken.ThrowIfCancellationRequested();
        double[] all = SymmetricEigensolver.Eigenvalues(gram);
        return new Spectrum(shape, all, DirectSlack * energy, energy);
    }

    /// <summary>Bytes that <see cref="Solve"/> allocates at most.</summary>
    public static long Bytes(SearchShape shape)
    {
        long size = shape.Short;
        return (sizeof(float) * (long)shape.M1 * shape.M2 * shape.N1 * shape.N2) + (sizeof(double) * size * size);
    }

    private static bool LanczosPays(double size, double length, int count)
    {
        double columns = (UsualColumns * count) + (4 * BlockLanczos.Block);
        double direct = (length * size / 2) + (SweepCost * 2 / 3 * size * size * size);
        double lanczos = (NarrowCost * 2 * columns * length) + (NarrowCost * 2 * columns * columns * size) + (SweepCost * columns * columns * columns);
        return columns < size / 2 && lanczos < direct;
    }
}
