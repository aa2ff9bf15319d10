using System;
using System.Threading;

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
    /// <summary>Unknowns of a system that is solved exactly, of which each output row of a factor is a right-hand side.</summary>
    public const int MaxSystem = 4096;

    // Rows of a weight that a normal matrix may be made from.
    private const int MaxDesignRows = 1024;

    // Entries of all diagonal blocks, 512 MiB; without them the conjugate gradients are not preconditioned.
    private const long MaxPreconditioner = 1L << 26;

    // Of the inexact solution: the most iterations, and the part of what all gained below which one is the last.
    private const int MaxIterations = 10;
    private const double LittleGain = 0.02;

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
    /// <param name="maxSystem">Unknowns of the largest system to solve exactly; for tests.</param>
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

    /// <summary>Whether the products have outputs or inputs that a weight of so many outputs lacks.</summary>
    public bool IsPadded(long outputs) => (long)_shape.M1 * _shape.M2 > outputs || (long)_shape.N1 * _shape.N2 > _inputs;

    /// <summary>weight += sign · Σ A_t ⊗ B_t.</summary>
    public void AddTo(DenseMatrix weight, double sign) => TermFactors.AddProducts(_shape, _columns, Left, Right, weight, sign);

    /// <summary>Product ← (Σ A_t ⊗ B_t)·(C + λI).</summary>
    public void Multiply(MomentMatrix moments, double damping, DenseMatrix product, CancellationToken cancellation)
    {
        moments.Multiply(_shape, _columns, Left, Right, product, cancellation);
        using var weight = new DenseMatrix(product.Rows, product.Columns);
        AddTo(weight, damping);
        DenseMatrices.Axpy(1, weight, product);
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

        using TermFactors solution = solved.Clone();
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
    /// <param name="solution">Receives those that solve the problem; an inexact solution starts from what it is.</param>
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

        if (!IsSmall(side, fixedFactors))
        {
            (before, double reached) = SolveInexactly(side, fixedFactors, solution, rightHandSides, target);
            return reached;
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

    /// <summary>Takes note that the weight to be fitted has changed.</summary>
    public void ForgetTarget() => _target = null;

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

    /// <summary>Whether N, and what it is made from, have no more rows than the limit.</summary>
    private bool IsSmall(in FactorSide side, TermFactors fixedFactors) =>
        side.Solved == 1
        || ((long)side.Solved * fixedFactors.Terms <= _maxSystem && (IsDesignSmall(side, fixedFactors) || fixedFactors.Values.Rows <= _maxSystem));

    /// <summary>Whether N is made in fewer operations from the design matrix than from pairs of products.</summary>
    private static bool IsDesignSmall(in FactorSide side, TermFactors fixedFactors) =>
        side.Solved == 1
        || ((long)fixedFactors.Terms * side.Solved * fixedFactors.Rows <= MaxDesignRows && 2L * side.Solved * fixedFactors.Rows <= fixedFactors.Terms + 1);

    /// <summary>Improves a solution by conjugate gradients without N, preconditioned by N's diagonal blocks, one for each product.</summary>
    private (double Before, double After) SolveInexactly(FactorSide side, TermFactors fixedFactors, TermFactors solution, DenseMatrix rightHandSides, FitTarget target)
    {
        var blocks = new DenseMatrix?[solution.Terms];
        try
        {
            bool fits = side.Fixed <= MaxSystem && (long)blocks.Length * side.Solved * side.Solved <= MaxPreconditioner;
            for (int t = 0; t < blocks.Length && fits; t++)
            {
                target.Cancellation.ThrowIfCancellationRequested();
                using TermFactors one = fixedFactors.Single(t);
                using DenseMatrix gram = one.Gram();
                var block = new DenseMatrix(side.Solved, side.Solved);
                blocks[t] = block;
                target.Moments.Normal(side, one, gram, target.Damping, block);
                if (!CholeskySolver.TryFactorise(block))
                {
                    // Of a product that is zero, or of a C that single precision has left indefinite.
                    block.Dispose();
                    blocks[t] = null;
                }
            }

            using var direction = new TermFactors(solution.Terms, solution.Rows, solution.Columns);
            using var product = new DenseMatrix((long)_shape.M1 * _shape.M2, _inputs);
            var solver = new ConjugateGradients(
                (p, result) =>
                {
                    DenseMatrices.Copy(p, direction.Values);
                    (TermFactors left, TermFactors right) = side.SolvesLeft ? (direction, fixedFactors) : (fixedFactors, direction);
                    target.Moments.Multiply(_shape, _columns, left, right, product, target.Cancellation);
                    using DenseMatrix contracted = Contract(product, side, fixedFactors);
                    DenseMatrices.Copy(contracted, result);

                    // The fixed factors are orthonormal.
                    DenseMatrices.Axpy(target.Damping, p, result);
                },
                (residual, result) => Precondition(blocks, residual, result));
            return solver.Run(solution.Values, rightHandSides, MaxIterations, LittleGain, target.Cancellation);
        }
        finally
        {
            foreach (DenseMatrix? block in blocks)
            {
                block?.Dispose();
            }
        }
    }

    private static void Precondition(DenseMatrix?[] blocks, DenseMatrix residual, DenseMatrix result)
    {
        DenseMatrices.Copy(residual, result);
        long rows = residual.Rows / blocks.Length;
        PartRunner.Run(blocks.Length, t =>
        {
            if (blocks[t] == null)
            {
                return;
            }

            using var part = new DenseMatrix(rows, residual.Columns);
            for (long k = 0; k < rows; k++)
            {
                MatrixKernels.Axpy(1, residual.Row((t * rows) + k), part.Row(k), residual.Columns);
            }

            CholeskySolver.Substitute(blocks[t]!, part);
            for (long k = 0; k < rows; k++)
            {
                new ReadOnlySpan<double>(part.Row(k), (int)part.Columns).CopyTo(new Span<double>(result.Row((t * rows) + k), (int)part.Columns));
            }
        });
    }

    private void Fill(in FactorSide side, TermFactors fixedFactors, MomentMatrix moments, double damping, DenseMatrix normal)
    {
        if (IsDesignSmall(side, fixedFactors))
        {
            FillFromDesign(side, fixedFactors, moments, damping, normal);
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

    /// <summary>N[(t, s), (t', s')] = tr(F_t,s (C + λI) F_t',s'ᵀ), F_t,s the weight that a one in column s of the solved factor t makes of each row.</summary>
    private static void FillFromDesign(FactorSide side, TermFactors fixedFactors, MomentMatrix moments, double damping, DenseMatrix normal)
    {
        int rows = fixedFactors.Rows;
        using var weights = new DenseMatrix(normal.Rows * rows, side.Inputs);
        using var products = new DenseMatrix(normal.Rows * rows, side.Inputs);
        for (long k = 0; k < normal.Rows; k++)
        {
            (long t, long s) = long.DivRem(k, side.Solved);
            for (int f = 0; f < side.Fixed; f++)
            {
                int stored = side.Stored((int)s, f);
                double* column = fixedFactors.Values.Row((t * side.Fixed) + f);
                for (int i = 0; i < rows && stored >= 0; i++)
                {
                    weights.Row((k * rows) + i)[stored] = column[i];
                }
            }
        }

        moments.Multiply(weights, products);
        for (long k = 0; k < normal.Rows; k++)
        {
            for (long l = 0; l < normal.Rows; l++)
            {
                // A factor is orthogonal to the others.
                double sum = k == l ? damping * fixedFactors.SquaredNorm((int)(k / side.Solved)) : 0;
                for (int i = 0; i < rows; i++)
                {
                    sum += MatrixKernels.Dot(weights.Row((k * rows) + i), products.Row((l * rows) + i), side.Inputs);
                }

                normal.Row(k)[l] = sum;
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
}
