using System;
using System.Collections.Generic;
using Kron.CompilerServices;

namespace Kron.Decomposition;

/// <summary>
/// Changes the factors of a layer so that Ŵ = Σ A_i ⊗ B_i agrees with a dense weight on the layer's own inputs: minimises
/// ‖(W − Ŵ)X‖²_F + λ‖W − Ŵ‖²_F = tr((W − Ŵ)(C + λI)(W − Ŵ)ᵀ), C the inputs' second moments, over all factors.
/// </summary>
/// <remarks>
/// <para>
/// While one kind of factor is fixed the other solves a linear least-squares problem, which is solved exactly
/// (<see cref="TermBlock"/>), so each half step lowers the objective. Several shape groups, and products too many for one
/// system, take turns: each is fitted to what the others leave over.
/// </para>
/// <para>
/// λ follows from how much the samples tell (<see cref="InputMoments.Shrinkage"/>). Where they say nothing, the factors stay near
/// those of the weight itself. As one group starts from the least ‖W − Ŵ‖_F, a lower objective is a lower output error.
/// Dummy outputs and inputs count as zeros that are to be met, as in the decomposition.
/// </para>
/// </remarks>
internal static unsafe class CalibratedFit
{
    // Unknowns of one system, of which each output row of a factor is a right-hand side.
    internal const int MaxUnknowns = 4096;

    /// <summary>Improves factors.</summary>
    /// <param name="definition">The layer; it must have shape groups.</param>
    /// <param name="weight">W [outputs × inputs] row-major.</param>
    /// <param name="factors">The factors to start from, A.0, B.0, A.1, …; replaced by better ones, if any are found, in the form of <see cref="Kpsvd"/>.</param>
    /// <param name="moments">Of the layer's inputs.</param>
    /// <param name="options">When to end, and whom to tell.</param>
    /// <param name="maxUnknowns">Unknowns of one system; for tests.</param>
    /// <exception cref="ArgumentException">The moments are those of no samples or of samples of another length.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is written.</exception>
    public static CalibrationResult Improve(
        LayerDefinition definition,
        ReadOnlySpan<float> weight,
        Span<float> factors,
        InputMoments moments,
        FitOptions options,
        int maxUnknowns = MaxUnknowns)
    {
        Check(definition, moments);
        using var dense = DenseMatrix.Of(weight, definition.Inputs);
        using var product = new DenseMatrix(definition.Outputs, definition.Inputs);
        using var rest = new DenseMatrix(definition.Outputs, definition.Inputs);
        options.CancellationToken.ThrowIfCancellationRequested();
        moments.Matrix.Multiply(dense, product);
        double energy = DenseMatrices.Dot(dense, product);
        CalibrationResult start = Measure(definition, factors, moments, dense, rest, energy);
        if (!(energy > 0))
        {
            return start;
        }

        List<TermBlock> blocks = [];
        float[] result = factors.ToArray();
        int sweeps;
        try
        {
            AddBlocks(definition, factors, maxUnknowns, blocks);
            double damping = moments.Shrinkage();
            sweeps = new Alternation(moments.Matrix, damping, energy + (damping * DenseMatrices.Dot(dense, dense)), options, blocks, rest, product).Run();
            Merge(definition, blocks, result);
        }
        finally
        {
            foreach (TermBlock block in blocks)
            {
                block.Dispose();
            }
        }

        CalibrationResult end = Measure(definition, result, moments, dense, rest, energy);
        options.CancellationToken.ThrowIfCancellationRequested();
        if (!(end.Error < start.Error))
        {
            return start with { Sweeps = sweeps };
        }

        result.CopyTo(factors);
        return end with { InitialError = start.Error, Sweeps = sweeps };
    }

    /// <summary>Checks that moments are those of a layer's inputs.</summary>
    public static void Check(LayerDefinition definition, InputMoments moments)
    {
        if (moments.Inputs != definition.Inputs)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The moments must be those of the {definition.Inputs} inputs of {definition.Name}, but are those of {moments.Inputs}."),
                nameof(moments));
        }

        if (moments.Samples == 0)
        {
            throw new ArgumentException(
                $"The moments of the inputs of {definition.Name} must be those of at least one sample, but none was added.", nameof(moments));
        }
    }

    /// <summary>The errors of factors; leaves W − Ŵ in <paramref name="rest"/>.</summary>
    private static CalibrationResult Measure(
        LayerDefinition definition, ReadOnlySpan<float> factors, InputMoments moments, DenseMatrix dense, DenseMatrix rest, double energy)
    {
        DenseMatrices.Copy(dense, rest);
        foreach (ShapeGroup group in definition.Groups)
        {
            int length = KroneckerFit.FactorLength(group);
            var matrix = new RearrangedMatrix(new WeightSource(rest, KroneckerFit.Map(definition, group)), group);
            using KroneckerSum sum = KroneckerSum.Load(matrix, group, factors[..length], -1);
            sum.AddTo(read: true, write: true);
            factors = factors[length..];
        }

        // Single precision may leave C with eigenvalues just below zero.
        double error = energy > 0 ? Math.Sqrt(Math.Max(0, moments.Matrix.Energy(rest)) / energy) : 0;
        double norm = DenseMatrices.Dot(dense, dense);
        return new CalibrationResult(error, error, norm > 0 ? Math.Sqrt(DenseMatrices.Dot(rest, rest) / norm) : 0, Sweeps: 0);
    }

    /// <summary>Cuts each group into as few blocks of products as the limit allows.</summary>
    private static void AddBlocks(LayerDefinition definition, ReadOnlySpan<float> factors, int maxUnknowns, List<TermBlock> blocks)
    {
        foreach (ShapeGroup group in definition.Groups)
        {
            int a = group.M1 * group.N1, b = group.M2 * group.N2;
            int count = ((group.R - 1) / Math.Clamp(maxUnknowns / TermBlock.UnknownsPerTerm(group), 1, group.R)) + 1;
            int[]? columns = KroneckerFit.Map(definition, group);
            for (int k = 0; k < count; k++)
            {
                int first = (int)((long)group.R * k / count), terms = (int)((long)group.R * (k + 1) / count) - first;
                blocks.Add(new TermBlock(
                    group with { R = terms }, columns, definition.Inputs, factors.Slice(first * a, terms * a), factors.Slice((group.R * a) + (first * b), terms * b)));
            }

            factors = factors[KroneckerFit.FactorLength(group)..];
        }
    }

    /// <summary>Writes each group's products as one decomposition.</summary>
    private static void Merge(LayerDefinition definition, List<TermBlock> blocks, Span<float> factors)
    {
        int block = 0;
        foreach (ShapeGroup group in definition.Groups)
        {
            using var left = new TermFactors(group.R, group.M1, group.N1);
            using var right = new TermFactors(group.R, group.M2, group.N2);
            for (int first = 0; first < group.R; block++)
            {
                blocks[block].Left.CopyTo(left, first);
                blocks[block].Right.CopyTo(right, first);
                first += blocks[block].Left.Terms;
            }

            TermFactors.Canonicalise(left, right);
            int split = group.R * group.M1 * group.N1, length = KroneckerFit.FactorLength(group);
            left.Store(factors[..split]);
            right.Store(factors[split..length]);
            factors = factors[length..];
        }
    }
}
