using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>
/// Finds the leading singular values of a rearranged weight by the cheapest of three ways: all eigenvalues of the Gram
/// matrix, the leading ones by products with it, or by products with the weight.
/// </summary>
internal static unsafe class SpectrumSolver
{
    // Lanczos vectors per wanted value on spectra without gaps, and what the basis may grow to before the direct way is taken.
    private const double UsualVectors = 6;
    private const double MostVectors = 10;
    private const int MoreUsual = 120;
    private const int MoreMost = 300;

    // Cost of a multiply-add relative to one that makes the Gram matrix: in narrow products with the weight, in those with a Gram matrix, which
    // is in double precision, and in the sweeps of an eigenproblem, which wait for memory.
    private const double NarrowCost = 1.5;
    private const double GramCost = 3;
    private const double SweepCost = 20;

    // Rounding of the Gram matrix and its eigenvalues, relative to its trace.
    private const double DirectSlack = 1e-12;

    /// <summary>Computes a spectrum.</summary>
    /// <param name="weight">The weight, in single precision.</param>
    /// <param name="shape">The shape to rearrange it by.</param>
    /// <param name="count">How many values are wanted; at most the shape's.</param>
    /// <param name="energy">‖W‖²_F.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static Spectrum Solve(WeightSource weight, SearchShape shape, int count, double energy, CancellationToken cancellation)
    {
        if (energy == 0)
        {
            return new Spectrum(shape, new double[count], 0, 0);
        }

        var matrix = new RearrangedMatrix(weight, shape.Group(1));
        int capacity = Capacity(shape.Short, count);
        var values = new double[count];
        Way way = Cheapest(shape, count);
        if (way == Way.Weight && TryWeight(matrix, capacity, energy, values, out double slack, cancellation))
        {
            return new Spectrum(shape, values, slack, energy);
        }

        using var gram = new DenseMatrix(matrix.Short, matrix.Short);
        GramMatrix.Compute(matrix, gram, cancellation);
        if (way == Way.Gram && BlockLanczos.TrySolve(new DenseOperator(gram), energy, capacity, values, out slack, cancellation))
        {
            return new Spectrum(shape, values, slack, energy);
        }

        return new Spectrum(shape, SymmetricEigensolver.Eigenvalues(gram, cancellation), DirectSlack * energy, energy);
    }

    /// <summary>Bytes that <see cref="Solve"/> usually allocates.</summary>
    public static long Bytes(SearchShape shape, int count)
    {
        long size = shape.Short, basis = BlockLanczos.Bytes(size, Capacity(shape.Short, count)), gram = GramMatrix.Bytes(size);
        return Cheapest(shape, count) switch
        {
            Way.Weight => (sizeof(float) * shape.Entries) + basis,
            Way.Gram => gram + basis,
            _ => gram,
        };
    }

    private static int Capacity(int size, int count) =>
        (int)Math.Min(0.6 * size, (MostVectors * count) + MoreMost);

    private static Way Cheapest(SearchShape shape, int count)
    {
        double size = shape.Short, length = shape.Entries, vectors = (UsualVectors * count) + MoreUsual;
        if (vectors >= size / 2)
        {
            return Way.Direct;
        }

        double gram = length * size / 2, iteration = (NarrowCost * 2 * vectors * vectors * size) + (SweepCost * vectors * vectors * vectors);
        double direct = gram + (SweepCost * 2 / 3 * size * size * size);
        double byGram = gram + iteration + (GramCost * vectors * size * size);
        double byWeight = iteration + (NarrowCost * 2 * vectors * length);
        return direct <= Math.Min(byGram, byWeight) ? Way.Direct : byGram <= byWeight ? Way.Gram : Way.Weight;
    }

    /// <summary>Copies the weight out as it is rearranged, since many narrow products read it, and iterates.</summary>
    private static bool TryWeight(
        RearrangedMatrix matrix, int capacity, double energy, Span<double> values, out double slack, CancellationToken cancellation)
    {
        float* copy = (float*)NativeMemory.Alloc(checked((nuint)(matrix.Long * matrix.Short)), sizeof(float));
        try
        {
            int length = checked((int)matrix.Long), size = matrix.Short;
            matrix.ForEachPanel<float>(
                (_, first, count, panel) =>
                {
                    matrix.Read(first, count, panel);
                    for (int k = 0; k < count; k++)
                    {
                        new ReadOnlySpan<float>(panel.Row(k), size).CopyTo(new Span<float>(copy + ((first + k) * size), size));
                    }
                },
                cancellation);

            // Rows of the copy are blocks of one row.
            var rearranged = new RearrangedMatrix(new WeightSource(copy, length, size, null), new ShapeGroup(length, 1, 1, size, 1));
            using var gram = new GramOperator<double>(rearranged, cancellation);
            return BlockLanczos.TrySolve(gram, energy, capacity, values, out slack, cancellation);
        }
        finally
        {
            NativeMemory.Free(copy);
        }
    }

    private enum Way
    {
        Direct,
        Gram,
        Weight,
    }
}
