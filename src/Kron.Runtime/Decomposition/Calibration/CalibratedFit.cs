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
/// While one kind of factor is fixed the other solves a linear least-squares problem, which is solved exactly,
/// or, where the system is too large to be made, improved by conjugate gradients (<see cref="TermBlock"/>), so each half step lowers the
/// objective. Several shape groups take turns (<see cref="Alternation"/>): each is fitted to what the others leave over.
/// </para>
/// <para>
/// λ follows from how much the samples tell (<see cref="InputMoments.Shrinkage"/>). Where they say nothing, the factors stay near
/// those of the weight itself. As one group starts from the least ‖W − Ŵ‖_F, a lower objective is a lower output error.
/// Dummy outputs and inputs count as zeros that are to be met, as in the decomposition.
/// </para>
/// </remarks>
internal static unsafe class CalibratedFit
{
    /// <summary>Improves factors.</summary>
    /// <param name="definition">The layer; it must have shape groups.</param>
    /// <param name="weight">W [outputs × inputs] row-major.</param>
    /// <param name="factors">The factors to start from, A.0, B.0, A.1, …; replaced by better ones, if any are found, in the form of <see cref="Kpsvd"/>.</param>
    /// <param name="moments">Of the layer's inputs.</param>
    /// <param name="options">When to end, and whom to tell.</param>
    /// <param name="maxSystem">Unknowns of the largest system to solve exactly; for tests.</param>
    /// <exception cref="ArgumentException">The moments are those of no samples or of samples of another length.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is written.</exception>
    public static CalibrationResult Improve(
        LayerDefinition definition,
        ReadOnlySpan<float> weight,
        Span<float> factors,
        InputMoments moments,
        FitOptions options,
        int maxSystem = TermBlock.MaxSystem)
    {
        Check(definition, moments);
        using var dense = DenseMatrix.Of(weight, definition.Inputs);
        using var product = new DenseMatrix(definition.Outputs, definition.Inputs);
        using var rest = new DenseMatrix(definition.Outputs, definition.Inputs);
        options.CancellationToken.ThrowIfCancellationRequested();
        moments.Matrix.Multiply(dense, product, options.CancellationToken);
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
            AddBlocks(definition, factors, maxSystem, blocks);
            double damping = moments.Shrinkage();
            double total = energy + (damping * DenseMatrices.Dot(dense, dense));
            using var alternation = new Alternation(moments.Matrix, damping, total, options, blocks, dense, rest, product);
            sweeps = alternation.Run();
            Store(blocks, result);
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
    /// <exception cref="NotSupportedException">The layer is a convolution or structured.</exception>
    public static void Check(LayerDefinition definition, InputMoments moments)
    {
        if (definition.Window is not null || definition.Kind == LayerKind.Structured)
        {
            throw new NotSupportedException(
                $"A fit to inputs needs a fully-connected layer, dense or a sum of Kronecker products, but {definition.Name} is {(definition.Window is null ? "structured" : "a convolution")}; "
                + $"fit its weight alone, without {nameof(FitOptions)}.{nameof(FitOptions.Inputs)}.");
        }

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

    private static void AddBlocks(LayerDefinition definition, ReadOnlySpan<float> factors, int maxSystem, List<TermBlock> blocks)
    {
        foreach (ShapeGroup group in definition.Groups)
        {
            int split = group.R * group.M1 * group.N1, length = KroneckerFit.FactorLength(group);
            blocks.Add(new TermBlock(group, KroneckerFit.Map(definition, group), definition.Inputs, factors[..split], factors[split..length], maxSystem));
            factors = factors[length..];
        }
    }

    /// <summary>Writes each group's products in the form of the decomposition.</summary>
    private static void Store(List<TermBlock> blocks, Span<float> factors)
    {
        foreach (TermBlock block in blocks)
        {
            TermFactors.Canonicalise(block.Left, block.Right);
            block.Left.Store(factors[..block.Left.Length]);
            factors = factors[block.Left.Length..];
            block.Right.Store(factors[..block.Right.Length]);
            factors = factors[block.Right.Length..];
        }
    }
}
