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
    // A matrix of more rows, 512 MiB, is not made, and the factor stays as it is; possible only above InputMoments.MaxFullSize.
    private const int MaxSystem = 8192;

    private const int Band = 96;
    private const double ShiftGrowth = 10;
    private const double MaxShift = 1e6;

    // Of the extrapolation: how much farther it goes after a success, and how much less far after a failure.
    private const double StrideGrowth = 1.5;
    private const double StrideLoss = 0.3;

    private readonly ShapeGroup _shape;
    private readonly int[]? _columns;
    private readonly int _inputs;
    private readonly int _maxSystem;

    // The target of the last half step, what the block adds to its objective, and its right factors before the last left solution.
    private FitTarget? _target;
    private TermFactors? _former;
    private double _part;
    private double _stride = 1;

    /// <summary>Reads factors.</summary>
    /// <param name="shape">The shape; its R is the number of products.</param>
    /// <param name="columns">The stored input of each logical one, or null when they agree.</param>
    /// <param name="inputs">Inputs that exist.</param>
    /// <param name="a">A [r, m1, n1].</param>
    /// <param name="b">B [r, m2, n2].</param>
    /// <param name="maxSystem">Rows of the largest matrix to make; for tests.</param>
    public TermBlock(ShapeGroup shape, int[]? columns, int inputs, ReadOnlySpan<float> a, ReadOnlySpan<float> b, int maxSystem = MaxSystem)
    {
        (_shape, _columns, _inputs, _maxSystem) = (shape, columns, inputs, maxSystem);
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
    /// <param name="target">What the block is fitted to.</param>
    /// <returns>What the block adds to the objective tr(T(C + λI)Tᵀ) of no products; negative.</returns>
    public double HalfStep(bool solvesLeft, FitTarget target)
    {
        TermFactors solved = solvesLeft ? Left : Right, fixedFactors = solvesLeft ? Right : Left;
        fixedFactors.Orthonormalise(solved);
        if (solvesLeft && Extrapolate(target))
        {
            return _part;
        }

        using var solution = new TermFactors(solved.Terms, solved.Rows, solved.Columns);
        double? after = Solve(solvesLeft, fixedFactors, solved, solution, target, out double before);
        bool isBetter = after < before;
        if (isBetter)
        {
            solved.Exchange(solution);
        }

        return _part = isBetter ? after!.Value : before;
    }

    /// <summary>
    /// Solves for the left factors with right ones that have gone on in the direction in which the last alternation moved them, as
    /// alternating least squares take many small steps along narrow valleys (R. A. Harshman's extrapolation, 1970).
    /// Changes nothing where that is no better.
    /// </summary>
    private bool Extrapolate(FitTarget target)
    {
        bool isBetter = false;
        var now = Right.Clone();
        if (ReferenceEquals(target, _target))
        {
            using TermFactors left = Left.Clone(), right = Right.Clone();
            right.MoveFrom(_former!, _stride);
            right.Orthonormalise(null);
            double? after = Solve(solvesLeft: true, right, null, left, target, out _);
            isBetter = after < _part;
            if (isBetter)
            {
                Right.Exchange(right);
                Left.Exchange(left);
                _part = after!.Value;
            }

            _stride = isBetter ? StrideGrowth * _stride : StrideLoss * _stride;
        }

        _former?.Dispose();
        _former = now;
        _target = target;
        return isBetter;
    }

    /// <summary>Solves for one kind of factor.</summary>
    /// <param name="solvesLeft">Which.</param>
    /// <param name="fixedFactors">The others, orthonormal.</param>
    /// <param name="current">Those there are, if <paramref name="before"/> is wanted.</param>
    /// <param name="solution">Receives those that solve the problem.</param>
    /// <param name="target">What the block is fitted to.</param>
    /// <param name="before">The objective with <paramref name="current"/>.</param>
    /// <returns>The objective with the solution, or null where there is none.</returns>
    private double? Solve(
        bool solvesLeft, TermFactors fixedFactors, TermFactors? current, TermFactors solution, FitTarget target, out double before)
    {
        var side = new FactorSide(_shape, _columns, _inputs, solvesLeft);
        using DenseMatrix rightHandSides = Contract(target.Product, side, fixedFactors);
        before = double.PositiveInfinity;
        if (side.Fixed == 1)
        {
            // N is C + λI for each product: it cancels from the solution.
            using DenseMatrix values = Contract(target.Weight, side, fixedFactors);
            DenseMatrices.Copy(values, solution.Values);
            return -DenseMatrices.Dot(solution.Values, rightHandSides);
        }

        if (side.Solved > 1 && Math.Max(solution.Values.Rows, fixedFactors.Values.Rows) > _maxSystem)
        {
            before = Part(target);
            return null;
        }

        using var normal = new DenseMatrix(solution.Values.Rows, solution.Values.Rows);
        Fill(side, fixedFactors, target.Moments, target.Damping, normal);
        before = current != null ? Quadratic(normal, current.Values, rightHandSides) : before;
        DenseMatrices.Copy(rightHandSides, solution.Values);
        double shift = 0;
        while (!CholeskySolver.TrySolve(normal, solution.Values))
        {
            // Single precision has left C + λI indefinite.
            shift = shift == 0 ? target.Damping : ShiftGrowth * shift;
            if (!(shift < MaxShift * target.Damping))
            {
                return null;
            }

            Fill(side, fixedFactors, target.Moments, target.Damping + shift, normal);
        }

        // With orthonormal fixed factors a shift of C is one of N.
        return -DenseMatrices.Dot(solution.Values, rightHandSides) - (shift * DenseMatrices.Dot(solution.Values, solution.Values));
    }

    /// <summary>Frees the factors.</summary>
    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
        _former?.Dispose();
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
    private double Part(FitTarget target)
    {
        using var weight = new DenseMatrix(target.Weight.Rows, target.Weight.Columns);
        AddTo(weight, 1);
        return target.Moments.Energy(weight) + (target.Damping * DenseMatrices.Dot(weight, weight)) - (2 * DenseMatrices.Dot(weight, target.Product));
    }
}
