using System;

namespace Kron.Decomposition;

/// <summary>The leading singular triplets of a rearranged weight, as the factors of the nearest sum of Kronecker products.</summary>
internal sealed unsafe class LeadingTriplets : IDisposable
{
    // Up to this short side the Gram matrix and its tridiagonalisation cost less than a few dozen passes over the weight.
    private const int GramLimit = 1024;

    private LeadingTriplets(DenseMatrix longSide, DenseMatrix shortSide, double[] singularValues) =>
        (LongSide, ShortSide, SingularValues) = (longSide, shortSide, singularValues);

    /// <summary>√σ times the long singular vectors, Long × rank.</summary>
    public DenseMatrix LongSide { get; }

    /// <summary>√σ times the short singular vectors, Short × rank.</summary>
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
    public static LeadingTriplets Compute(RearrangedMatrix matrix, int rank, double energy, FitOptions options)
    {
        int count = Math.Min(rank, matrix.Short);
        using var vectors = new DenseMatrix(matrix.Short, count);
        (int iterations, bool converged) = LeadingVectors(matrix, count, energy, options, vectors);

        // With V orthonormal, R·V·Vᵀ is a projection of R whatever the accuracy of V: lengths are taken from R·V, not from the spectrum of RᵀR.
        using DenseMatrix products = Multiply(matrix, vectors);
        var lengths = new double[count];
        for (long i = 0; i < products.Rows; i++)
        {
            double* row = products.Row(i);
            for (int t = 0; t < count; t++)
            {
                lengths[t] += row[t] * row[t];
            }
        }

        var order = new int[count];
        for (int t = 0; t < count; t++)
        {
            lengths[t] = Math.Sqrt(lengths[t]);
            order[t] = t;
        }

        Array.Sort(order, (x, y) => lengths[x] != lengths[y] ? lengths[y].CompareTo(lengths[x]) : x.CompareTo(y));
        var singularValues = new double[rank];
        var longSide = new DenseMatrix(matrix.Long, rank);
        var shortSide = new DenseMatrix(matrix.Short, rank);
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
            CopyScaled(products, source, longSide, t, sign / Math.Sqrt(sigma));
            CopyScaled(vectors, source, shortSide, t, sign * Math.Sqrt(sigma));
        }

        return new LeadingTriplets(longSide, shortSide, singularValues) { Iterations = iterations, Converged = converged };
    }

    /// <summary>Frees the factors.</summary>
    public void Dispose()
    {
        LongSide.Dispose();
        ShortSide.Dispose();
    }

    private static (int Iterations, bool Converged) LeadingVectors(
        RearrangedMatrix matrix, int count, double energy, FitOptions options, DenseMatrix vectors)
    {
        var gram = new GramOperator(matrix);
        if (matrix.Short > GramLimit && 2L * BlockKrylov.BasisColumns(count) <= matrix.Short)
        {
            return BlockKrylov.Solve(gram, count, energy, options, vectors);
        }

        using DenseMatrix dense = gram.ToMatrix();
        SymmetricEigensolver.LeadingEigenpairs(dense, new double[count], vectors);
        return (1, true);
    }

    private static DenseMatrix Multiply(RearrangedMatrix matrix, DenseMatrix vectors)
    {
        var products = new DenseMatrix(matrix.Long, vectors.Columns);
        long columns = DenseMatrix.Padded(vectors.Columns);
        matrix.ForEachPanel((_, first, count, panel) =>
        {
            matrix.Read(first, count, panel);
            MatrixKernels.MultiplyAdd(
                count, columns, matrix.Short, panel.Pointer, panel.Stride, 1, vectors.Pointer, vectors.Stride, products.Row(first), products.Stride);
        });
        return products;
    }

    /// <summary>The sign of the first entry of largest magnitude.</summary>
    private static double Sign(DenseMatrix matrix, int column)
    {
        double largest = 0;
        for (long i = 0; i < matrix.Rows; i++)
        {
            double value = matrix.Row(i)[column];
            if (Math.Abs(value) > Math.Abs(largest))
            {
                largest = value;
            }
        }

        return largest < 0 ? -1 : 1;
    }

    private static void CopyScaled(DenseMatrix source, int sourceColumn, DenseMatrix destination, int destinationColumn, double scale)
    {
        for (long i = 0; i < source.Rows; i++)
        {
            destination.Row(i)[destinationColumn] = scale * source.Row(i)[sourceColumn];
        }
    }
}
