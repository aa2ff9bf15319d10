using System;
using System.Linq;

namespace Kron.Decomposition;

/// <summary>The leading singular triplets of a rearranged weight, as the factors of the nearest sum of Kronecker products. Vectors are rows.</summary>
internal sealed unsafe class LeadingTriplets : IDisposable
{
    // Up to this short side the Gram matrix's eigenproblem takes a few milliseconds and is exact to rounding.
    private const int DirectLimit = 256;

    // Beyond this one its memory counts.
    private const int GramLimit = 1024;

    // The cost of the two, in multiply-adds: passes that a Krylov iteration usually makes, and what the eigenproblem, which waits for memory, makes up for.
    private const int UsualPasses = 24;
    private const int EigenproblemCost = 12;

    // Norms whose squares and rounding errors are normal numbers of single precision.
    private const double MinSingleNorm = 1e-9, MaxSingleNorm = 1e15;

    // Residuals at this level of the operator's norm are rounding.
    private const double SingleNoise = 1e-5, DoubleNoise = 1e-13;

    private LeadingTriplets(DenseMatrix longSide, DenseMatrix shortSide, double[] singularValues) =>
        (LongSide, ShortSide, SingularValues) = (longSide, shortSide, singularValues);

    /// <summary>√σ times the long singular vectors, rank × Long.</summary>
    public DenseMatrix LongSide { get; }

    /// <summary>√σ times the short singular vectors, rank × Short.</summary>
    public DenseMatrix ShortSide { get; }

    /// <summary>Descending, rank entries; zeros beyond the numerical rank.</summary>
    public double[] SingularValues { get; }

    /// <summary>Passes over the weight that the subspace took.</summary>
    public int Iterations { get; private init; }

    /// <summary>Whether the solver reached its tolerance.</summary>
    public bool Converged { get; private init; }

    /// <summary>Computes the leading triplets.</summary>
    /// <param name="matrix">The rearranged weight.</param>
    /// <param name="rank">The number of triplets.</param>
    /// <param name="energy">‖R‖²_F.</param>
    /// <param name="options">Of the iterative solver.</param>
    /// <param name="start">Short-side vectors near the wanted ones, any number × Short, of any lengths: with them few passes are needed. Or empty.</param>
    public static LeadingTriplets Compute(RearrangedMatrix matrix, int rank, double energy, FitOptions options, ReadOnlySpan<float> start = default)
    {
        int count = Math.Min(rank, matrix.Short);
        using var vectors = new DenseMatrix(count, matrix.Short);
        using var products = new DenseMatrix(count, matrix.Long);
        (int iterations, bool converged) = Solve(matrix, count, energy, options, start, vectors, products);

        // With V orthonormal, R·V·Vᵀ is a projection of R whatever the accuracy of V: lengths are taken from R·V, not from the spectrum of RᵀR.
        var lengths = new double[count];
        for (int t = 0; t < count; t++)
        {
            lengths[t] = Math.Sqrt(MatrixKernels.Dot(products.Row(t), products.Row(t), matrix.Long));
        }

        int[] order = [.. Enumerable.Range(0, count).OrderByDescending(t => lengths[t])];
        var singularValues = new double[rank];
        var longSide = new DenseMatrix(rank, matrix.Long);
        var shortSide = new DenseMatrix(rank, matrix.Short);
        double negligible = Math.ScaleB(lengths[order[0]] * Math.Max(1, matrix.Short), -52);
        for (int t = 0; t < count; t++)
        {
            int source = order[t];
            double sigma = lengths[source];
            if (!(sigma > negligible))
            {
                break;
            }

            singularValues[t] = sigma;
            double sign = Sign(matrix.RightIsShort ? products : vectors, source);
            MatrixKernels.Axpy(sign / Math.Sqrt(sigma), products.Row(source), longSide.Row(t), matrix.Long);
            MatrixKernels.Axpy(sign * Math.Sqrt(sigma), vectors.Row(source), shortSide.Row(t), matrix.Short);
        }

        return new LeadingTriplets(longSide, shortSide, singularValues) { Iterations = iterations, Converged = converged };
    }

    /// <summary>Frees the factors.</summary>
    public void Dispose()
    {
        LongSide.Dispose();
        ShortSide.Dispose();
    }

    /// <summary>Orthonormal short-side vectors and R's products with them.</summary>
    private static (int Iterations, bool Converged) Solve(
        RearrangedMatrix matrix, int count, double energy, FitOptions options, ReadOnlySpan<float> start, DenseMatrix vectors, DenseMatrix products)
    {
        if (2L * BlockKrylov.BasisVectors(count) <= matrix.Short && Iterates(matrix, count, !start.IsEmpty))
        {
            return Iterate(matrix, count, energy, options, start, vectors, products);
        }

        using var dense = new DenseMatrix(matrix.Short, matrix.Short);
        GramMatrix.Compute(matrix, dense, options.CancellationToken);
        using var columns = new DenseMatrix(matrix.Short, count);
        SymmetricEigensolver.LeadingEigenpairs(dense, new double[count], columns, options.CancellationToken);
        for (int t = 0; t < count; t++)
        {
            for (int i = 0; i < matrix.Short; i++)
            {
                vectors.Row(t)[i] = columns.Row(i)[t];
            }
        }

        Multiply(matrix, vectors, products, options);
        return (1, true);
    }

    private static (int Iterations, bool Converged) Iterate(
        RearrangedMatrix matrix, int count, double energy, FitOptions options, ReadOnlySpan<float> start, DenseMatrix vectors, DenseMatrix products)
    {
        int size = matrix.Short, iterations = 0;
        using var block = new DenseMatrix(BlockKrylov.BlockVectors(count), size);
        int given = (int)Math.Min(block.Rows, start.Length / size);
        for (int i = 0; i < given; i++)
        {
            for (int j = 0; j < size; j++)
            {
                block.Row(i)[j] = start[(i * size) + j];
            }
        }

        double norm = Math.Sqrt(energy);
        if (norm is > MinSingleNorm and < MaxSingleNorm && options.MaxIterations > 1)
        {
            // Whatever rounding does to the subspace, the passes in double precision that follow measure it, and go on where it does not do.
            using var approximate = new GramOperator<float>(matrix, options.CancellationToken);
            (iterations, _) = BlockKrylov.Solve(approximate, count, energy, options, block, given, SingleNoise, 0, options.MaxIterations - 1);
            given = (int)block.Rows;
        }

        using var exact = new GramOperator<double>(matrix, options.CancellationToken);
        int before = iterations;
        (iterations, bool converged) = BlockKrylov.Solve(exact, count, energy, options, block, given, DoubleNoise, iterations, options.MaxIterations);
        for (int t = 0; t < count; t++)
        {
            new ReadOnlySpan<double>(block.Row(t), size).CopyTo(new Span<double>(vectors.Row(t), size));
        }

        if (iterations == before + 1)
        {
            Recombine(exact, vectors, products);
        }
        else
        {
            Multiply(matrix, vectors, products, options);
        }

        return (iterations, converged);
    }

    /// <summary>R·V of vectors V that are combinations of those that R was multiplied with last.</summary>
    private static void Recombine(GramOperator<double> gram, DenseMatrix vectors, DenseMatrix products)
    {
        long block = gram.Vectors.Rows;
        using var combination = new DenseMatrix(vectors.Rows, block);
        MatrixKernels.MultiplyRowsAdd(
            vectors.Rows, block, DenseMatrix.Padded(vectors.Columns), vectors.Pointer, vectors.Stride, gram.Vectors.Pointer, gram.Vectors.Stride,
            combination.Pointer, combination.Stride);
        for (long i = 0; i < products.Columns; i++)
        {
            for (int t = 0; t < vectors.Rows; t++)
            {
                products.Row(t)[i] = MatrixKernels.Dot(combination.Row(t), gram.Products.Row(i), block);
            }
        }
    }

    private static bool Iterates(RearrangedMatrix matrix, int count, bool warm)
    {
        if (matrix.Short <= DirectLimit || matrix.Short > GramLimit)
        {
            return matrix.Short > GramLimit;
        }

        double gram = ((double)matrix.Long * matrix.Short / 2) + ((double)EigenproblemCost * matrix.Short * matrix.Short);
        double pass = 2.0 * matrix.Long * BlockKrylov.BlockVectors(count);
        return (warm ? UsualPasses / 4 : UsualPasses) * pass < gram;
    }

    private static void Multiply(RearrangedMatrix matrix, DenseMatrix vectors, DenseMatrix products, FitOptions options)
    {
        if (matrix.IsSingle)
        {
            Multiply<float>(matrix, vectors, products, options);
        }
        else
        {
            Multiply<double>(matrix, vectors, products, options);
        }
    }

    private static void Multiply<T>(RearrangedMatrix matrix, DenseMatrix vectors, DenseMatrix products, FitOptions options)
        where T : unmanaged
    {
        long count = vectors.Rows, columns = DenseMatrix.Padded(matrix.Short);
        matrix.ForEachPanel<T>(
            (_, first, rows, panel) =>
            {
                matrix.Read(first, rows, panel);
                using var product = new DenseMatrix(rows, count);
                MatrixKernels.MultiplyRowsAdd(rows, count, columns, panel.Pointer, panel.Stride, vectors.Pointer, vectors.Stride, product.Pointer, product.Stride);
                for (int i = 0; i < rows; i++)
                {
                    for (int t = 0; t < count; t++)
                    {
                        products.Row(t)[first + i] = product.Row(i)[t];
                    }
                }
            },
            options.CancellationToken);
    }

    /// <summary>The sign of the first entry of largest magnitude.</summary>
    private static double Sign(DenseMatrix matrix, int row)
    {
        double largest = 0;
        foreach (double value in new ReadOnlySpan<double>(matrix.Row(row), checked((int)matrix.Columns)))
        {
            if (Math.Abs(value) > Math.Abs(largest))
            {
                largest = value;
            }
        }

        return largest < 0 ? -1 : 1;
    }
}
