using System;

namespace Kron.Decomposition;

/// <summary>Products of one shape whose left, or right, factors are solved for together.</summary>
/// <remarks>
/// Let T be the weight the block is fitted to and V = T·(C + λI). With B fixed, each row block i1 of all A solves
/// N·x = b with N[(t, j1), (t', j1')] = Σ C[(j1, j2), (j1', j2')]·⟨B_t[·, j2], B_t'[·, j2']⟩, one matrix for all i1, and
/// b[(t, j1), i1] = Σ B_t[i2, j2]·V[(i1, i2), (j1, j2)]; likewise with A and B exchanged. The objective is
/// tr(T(C + λI)Tᵀ) − 2⟨x, b⟩ + ⟨x, N·x⟩. Before each half step the fixed factors are made orthonormal as vectors, which leaves
/// the sum of products as it is and gives N no eigenvalue below the least of C + λI.
/// </remarks>
internal sealed unsafe class TermBlock : IDisposable
{
    // A system of more unknowns, 512 MiB, is not solved; possible only above InputMoments.MaxFullSize.
    private const int MaxSystem = 8192;

    private const int Band = 96;
    private const double ShiftGrowth = 10;

    private readonly ShapeGroup _shape;
    private readonly int[]? _columns;
    private readonly int _inputs;

    /// <summary>Reads factors.</summary>
    /// <param name="shape">The shape; its R is the number of products.</param>
    /// <param name="columns">The stored input of each logical one, or null when they agree.</param>
    /// <param name="inputs">Inputs that exist.</param>
    /// <param name="a">A [r, m1, n1].</param>
    /// <param name="b">B [r, m2, n2].</param>
    public TermBlock(ShapeGroup shape, int[]? columns, int inputs, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        (_shape, _columns, _inputs) = (shape, columns, inputs);
        Left = new TermFactors(shape.R, shape.M1, shape.N1);
        Right = new TermFactors(shape.R, shape.M2, shape.N2);
        Left.Load(a);
        Right.Load(b);
    }

    public TermFactors Left { get; }

    public TermFactors Right { get; }

    /// <summary>The unknowns of a system that one product adds, at most.</summary>
    public static int UnknownsPerTerm(ShapeGroup shape) => shape.N1 == 1 || shape.N2 == 1 ? 1 : Math.Max(shape.N1, shape.N2);

    /// <summary>weight += sign · Σ A_t ⊗ B_t.</summary>
    public void AddTo(DenseMatrix weight, double sign)
    {
        var matrix = new RearrangedMatrix(new WeightSource(weight, _columns), _shape);
        using KroneckerSum sum = KroneckerSum.Load<double>(matrix, _shape.R, Left.ToArray(), Right.ToArray(), sign);
        sum.AddTo(read: true, write: true);
    }

    /// <summary>Solves for one kind of factor; keeps those it has where the solution is no better.</summary>
    /// <param name="solvesLeft">Whether the left factors are solved for.</param>
    /// <param name="moments">C.</param>
    /// <param name="damping">λ.</param>
    /// <param name="target">T.</param>
    /// <param name="product">V.</param>
    /// <returns>What the block adds to the objective tr(T(C + λI)Tᵀ) of no products; negative.</returns>
    public double HalfStep(bool solvesLeft, MomentMatrix moments, double damping, DenseMatrix target, DenseMatrix product)
    {
        TermFactors solved = solvesLeft ? Left : Right, fixedFactors = solvesLeft ? Right : Left;
        var side = new FactorSide(_shape, _columns, _inputs, solvesLeft);
        fixedFactors.Orthonormalise(solved);
        using DenseMatrix rightHandSides = Contract(product, side, fixedFactors);
        if (side.Fixed == 1)
        {
            // N is C + λI for each product: it cancels from the solution.
            solved.Exchange(Contract(target, side, fixedFactors)).Dispose();
            return -DenseMatrices.Dot(solved.Values, rightHandSides);
        }

        if (solved.Values.Rows > MaxSystem)
        {
            return Part(moments, damping, product);
        }

        using var normal = new DenseMatrix(solved.Values.Rows, solved.Values.Rows);
        Fill(side, fixedFactors, moments, damping, normal);
        double before = Quadratic(normal, solved.Values, rightHandSides);
        double shift = 0;
        var solution = new DenseMatrix(rightHandSides.Rows, rightHandSides.Columns);
        DenseMatrices.Copy(rightHandSides, solution);
        while (!CholeskySolver.TrySolve(normal, solution))
        {
            // Single precision has left C + λI indefinite.
            shift = shift == 0 ? damping : ShiftGrowth * shift;
            Fill(side, fixedFactors, moments, damping + shift, normal);
        }

        // With orthonormal fixed factors a shift of C is one of N.
        double after = -DenseMatrices.Dot(solution, rightHandSides) - (shift * DenseMatrices.Dot(solution, solution));
        if (after < before)
        {
            solved.Exchange(solution).Dispose();
            return after;
        }

        solution.Dispose();
        return before;
    }

    /// <summary>Frees the factors.</summary>
    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }

    /// <summary>b, one row per unknown: the rearranged weight times the fixed factors.</summary>
    private DenseMatrix Contract(DenseMatrix weight, FactorSide side, TermFactors fixedFactors)
    {
        TermFactors solved = side.SolvesLeft ? Left : Right;
        var result = new DenseMatrix(solved.Values.Rows, solved.Rows);
        int terms = fixedFactors.Terms, fixedColumns = side.Fixed, solvedColumns = side.Solved;
        RearrangedProduct.Run(
            new RearrangedMatrix(new WeightSource(weight, _columns), _shape),
            side.SolvesLeft,
            terms,
            (index, row) =>
            {
                (long i, long f) = long.DivRem(index, fixedColumns);
                for (int t = 0; t < terms; t++)
                {
                    row[t] = fixedFactors.Values.Row(((long)t * fixedColumns) + f)[i];
                }
            },
            (index, row) =>
            {
                (long i, long s) = long.DivRem(index, solvedColumns);
                for (int t = 0; t < terms; t++)
                {
                    result.Row(((long)t * solvedColumns) + s)[i] = row[t];
                }
            });
        return result;
    }

    private void Fill(in FactorSide side, TermFactors fixedFactors, MomentMatrix moments, double damping, DenseMatrix normal)
    {
        if (side.Solved == 1)
        {
            FillScalar(side, fixedFactors, moments, damping, normal);
        }
        else
        {
            using DenseMatrix gram = fixedFactors.Gram();
            moments.Normal(side, fixedFactors, gram, damping, normal);
        }

        for (long k = 0; k < normal.Rows; k++)
        {
            // A product that is zero stays so.
            double* row = normal.Row(k);
            row[k] = row[k] == 0 ? 1 : row[k];
        }
    }

    /// <summary>N[t, t'] = tr(F_t (C + λI) F_t'ᵀ), where each fixed factor has all inputs for columns, which may be many.</summary>
    private static void FillScalar(FactorSide side, TermFactors fixedFactors, MomentMatrix moments, double damping, DenseMatrix normal)
    {
        int terms = fixedFactors.Terms, rows = fixedFactors.Rows;
        using var weights = new DenseMatrix((long)terms * rows, side.Inputs);
        using var products = new DenseMatrix((long)terms * rows, side.Inputs);
        for (int t = 0; t < terms; t++)
        {
            for (int f = 0; f < side.Fixed; f++)
            {
                int stored = side.Stored(0, f);
                double* column = fixedFactors.Values.Row(((long)t * side.Fixed) + f);
                for (int i = 0; i < rows && stored >= 0; i++)
                {
                    weights.Row(((long)t * rows) + i)[stored] = column[i];
                }
            }
        }

        moments.Multiply(weights, products);
        for (int t = 0; t < terms; t++)
        {
            for (int u = 0; u < terms; u++)
            {
                // A factor is orthogonal to the others.
                double sum = t == u ? damping * fixedFactors.SquaredNorm(t) : 0;
                for (int i = 0; i < rows; i++)
                {
                    sum += MatrixKernels.Dot(weights.Row(((long)t * rows) + i), products.Row(((long)u * rows) + i), side.Inputs);
                }

                normal.Row(t)[u] = sum;
            }
        }
    }

    /// <summary>⟨x, N·x⟩ − 2⟨x, b⟩ over all columns.</summary>
    private static double Quadratic(DenseMatrix normal, DenseMatrix x, DenseMatrix b)
    {
        var sums = new double[(normal.Rows + Band - 1) / Band];
        PartRunner.Run(sums.Length, part =>
        {
            long first = (long)part * Band;
            long rows = long.Min(Band, normal.Rows - first);
            using var product = new DenseMatrix(rows, x.Columns);
            MatrixKernels.MultiplyAdd(
                rows, DenseMatrix.Padded(x.Columns), normal.Rows, normal.Row(first), normal.Stride, 1, x.Pointer, x.Stride, product.Pointer, product.Stride);
            for (long k = 0; k < rows; k++)
            {
                double* values = x.Row(first + k);
                sums[part] += MatrixKernels.Dot(values, product.Row(k), x.Columns) - (2 * MatrixKernels.Dot(values, b.Row(first + k), x.Columns));
            }
        });

        double total = 0;
        foreach (double sum in sums)
        {
            total += sum;
        }

        return total;
    }

    /// <summary>The same without N, from the products themselves.</summary>
    private double Part(MomentMatrix moments, double damping, DenseMatrix product)
    {
        using var weight = new DenseMatrix(product.Rows, product.Columns);
        AddTo(weight, 1);
        return moments.Energy(weight) + (damping * DenseMatrices.Dot(weight, weight)) - (2 * DenseMatrices.Dot(weight, product));
    }
}
