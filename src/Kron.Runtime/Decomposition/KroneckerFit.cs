using System;
using System.Collections.Generic;
using System.Diagnostics;
using Kron.CompilerServices;

namespace Kron.Decomposition;

/// <summary>Fits dense weights to a layer's parameters, and expands parameters to the dense weight they stand for.</summary>
/// <remarks>
/// <para>
/// A weight is W [outputs × inputs] of a fully-connected layer, inputs in the order the layer reads them, or the kernels W [o, c, h, w] of a
/// convolution, as <c>nn.Linear</c> and <c>nn.Conv2d</c> store them. Strides and paddings play no part.
/// </para>
/// <para>
/// One shape group is fitted optimally (<see cref="Kpsvd"/>). Several are fitted greedily in declared order, each to what
/// the groups before it left over (arXiv 1512.09194, section 3), then in sweeps each anew to what all others leave over
/// (backfitting, arXiv 1912.02955); neither ever increases the error. With <see cref="FitOptions.Inputs"/> these factors are
/// only the start of a fit to the layer's outputs. Where
/// m1·m2 or n1·n2 exceed the layer's outputs or inputs, the weight is read as extended by zeros and the excess is dropped.
/// </para>
/// <para>A structured layer's α = A⁺·W is the projection of <see cref="StructuredFit"/>.</para>
/// </remarks>
public static class KroneckerFit
{
    /// <summary>Writes the parameters nearest to a dense weight.</summary>
    /// <param name="definition">The layer.</param>
    /// <param name="weight">W [outputs × inputs] or [o, c, h, w], row-major.</param>
    /// <param name="parameters">The layer's parameters in canonical order; all but the bias are written, which is left alone.</param>
    /// <param name="options">Options of the iterative solver; null for the defaults.</param>
    /// <returns>What the fit reached.</returns>
    /// <exception cref="InvalidOperationException">The layer applies its nonlinearity per term, or it is a pool or a normalisation, so it has no dense weight.</exception>
    /// <exception cref="NotSupportedException"><see cref="FitOptions.Inputs"/> are given for a convolution or a structured layer.</exception>
    /// <exception cref="ArgumentException">
    /// A length does not fit, an entry is not finite, or the moments are those of no samples or of other inputs; nothing is written.
    /// </exception>
    /// <exception cref="OperationCanceledException"><see cref="FitOptions.CancellationToken"/> was cancelled; nothing is written.</exception>
    public static FitReport Fit(LayerDefinition definition, ReadOnlySpan<float> weight, Span<float> parameters, FitOptions? options = null)
    {
        long start = Stopwatch.GetTimestamp();
        options ??= FitOptions.Default;
        options.Validate(nameof(options));
        Check(definition, weight.Length, parameters.Length);
        if (options.Inputs != null)
        {
            CalibratedFit.Check(definition, options.Inputs);
        }

        double energy = WeightChecks.Energy(weight, definition.WeightColumns, options.WeightName);
        CalibrationResult? calibration = options.Inputs != null ? default(CalibrationResult) : null;
        ParameterLayout layout = ParameterLayout.Of(definition);

        FittedGroups fitted = new([], 0, 0, 0);
        switch (definition.Kind)
        {
            case LayerKind.Dense:
                weight.CopyTo(parameters);
                break;
            case LayerKind.Structured:
                double error = StructuredFit.Project(
                    weight, definition.Channels, definition.Kernel, definition.Structured, parameters[..layout.WeightLength], options).RelativeError;
                fitted = new FittedGroups([], error, error, 0);
                break;
            default:
                (float[] factors, fitted) = definition.Groups.Count == 1
                    ? FitOne(definition, weight, energy, options)
                    : Backfitting.Fit(definition, weight, energy, options);
                if (options.Inputs != null)
                {
                    calibration = CalibratedFit.Improve(definition, weight, factors, options.Inputs, options);
                    fitted = fitted with { RelativeError = calibration.Value.WeightError };
                }

                StoredFactors.Write(definition, factors, parameters);
                break;
        }

        return new FitReport
        {
            RelativeError = fitted.RelativeError,
            GreedyError = fitted.GreedyError,
            Sweeps = fitted.Sweeps,
            OutputError = calibration?.Error,
            InitialOutputError = calibration?.InitialError,
            Groups = [.. fitted.Groups],
            Parameters = layout.WeightLength,
            DenseParameters = weight.Length,
            MultiplyAdds = definition.MultiplyAdds,
            DenseMultiplyAdds = LayerCosts.DenseMultiplyAdds(definition),
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    /// <summary>Writes the dense weight that a layer's parameters stand for: Σ A_i ⊗ B_i with padding cut and the formulation's reordering undone, or A·α.</summary>
    /// <param name="definition">The layer.</param>
    /// <param name="parameters">The layer's parameters in canonical order.</param>
    /// <param name="weight">Receives W [outputs × inputs] or [o, c, h, w], row-major; must not overlap the parameters.</param>
    /// <exception cref="InvalidOperationException">The layer applies its nonlinearity per term, or it is a pool or a normalisation, so it has no dense weight.</exception>
    /// <exception cref="ArgumentException">A length does not fit or the spans overlap; nothing is written.</exception>
    public static void Expand(LayerDefinition definition, ReadOnlySpan<float> parameters, Span<float> weight)
    {
        Check(definition, weight.Length, parameters.Length);
        if (parameters.Overlaps(weight))
        {
            throw new ArgumentException("weight must not overlap the parameters.", nameof(weight));
        }

        parameters = parameters[..ParameterLayout.Of(definition).WeightLength];
        switch (definition.Kind)
        {
            case LayerKind.Dense:
                parameters.CopyTo(weight);
                break;
            case LayerKind.Structured:
                StructuredFit.Expand(parameters, definition.Channels, definition.Kernel, definition.Structured, weight);
                break;
            default:
                ExpandFactors(definition, StoredFactors.Read(definition, parameters), weight);
                break;
        }
    }

    /// <summary>Fits one group to a rearranged weight and rounds its factors to single precision.</summary>
    /// <param name="matrix">The weight.</param>
    /// <param name="group">The shape.</param>
    /// <param name="energy">The weight's sum of squares.</param>
    /// <param name="options">Of the iterative solver.</param>
    /// <param name="start">Factors that are near, where the iterative solver starts; or empty.</param>
    /// <param name="target">Receives A, then B.</param>
    /// <returns>What the solver says; the error is left to the caller.</returns>
    internal static GroupFit FitGroup(
        RearrangedMatrix matrix, ShapeGroup group, double energy, FitOptions options, ReadOnlySpan<float> start, Span<float> target)
    {
        KroneckerFactors factors = KroneckerFactors.Compute(matrix, group, energy, options, start);
        Round(factors.A, target);
        Round(factors.B, target[factors.A.Length..]);
        return new GroupFit
        {
            Shape = group,
            SingularValues = Array.AsReadOnly(factors.SingularValues),
            RelativeError = 0,
            Iterations = factors.Iterations,
            Converged = factors.Converged,
        };
    }

    /// <summary>Floats of a group's factors.</summary>
    internal static int FactorLength(ShapeGroup group) => checked((int)(group.R * (group.LengthA + group.LengthB)));

    /// <summary>Floats of all factors.</summary>
    internal static int FactorLength(IReadOnlyList<ShapeGroup> groups)
    {
        int length = 0;
        foreach (ShapeGroup group in groups)
        {
            length = checked(length + FactorLength(group));
        }

        return length;
    }

    internal static int[]? Map(LayerDefinition definition, ShapeGroup group) => InputOrder.Columns(group, definition.Image);

    /// <summary>Fits a layer of one group, whose weight is read where it lies.</summary>
    private static unsafe (float[] Factors, FittedGroups Groups) FitOne(
        LayerDefinition definition, ReadOnlySpan<float> weight, double energy, FitOptions options)
    {
        ShapeGroup group = definition.Groups[0];
        var factors = new float[FactorLength(group)];
        fixed (float* pointer = weight)
        {
            var source = new WeightSource(pointer, definition.Channels, definition.WeightColumns, Map(definition, group));
            var matrix = new RearrangedMatrix(source, group);
            GroupFit fit = FitGroup(matrix, group, energy, options, start: default, factors);
            using KroneckerSum sum = KroneckerSum.Load(matrix, group, factors, -1);
            double rest = sum.AddTo(read: true, write: false);
            double error = energy > 0 ? Math.Sqrt(rest / energy) : 0;
            return (factors, new FittedGroups([fit with { RelativeError = error }], error, error, 0));
        }
    }

    private static unsafe void ExpandFactors(LayerDefinition definition, ReadOnlySpan<float> factors, Span<float> weight)
    {
        if (definition.Groups.Count == 1)
        {
            fixed (float* pointer = weight)
            {
                var source = new WeightSource(pointer, definition.Channels, definition.WeightColumns, Map(definition, definition.Groups[0]));
                Add(new RearrangedMatrix(source, definition.Groups[0]), definition.Groups[0], factors, first: true);
            }

            return;
        }

        int columns = definition.WeightColumns;
        using var total = new DenseMatrix(definition.Channels, columns);
        ReadOnlySpan<float> rest = factors;
        foreach (ShapeGroup group in definition.Groups)
        {
            var matrix = new RearrangedMatrix(new WeightSource(total, Map(definition, group)), group);
            Add(matrix, group, rest, first: false);
            rest = rest[FactorLength(group)..];
        }

        for (int i = 0; i < definition.Channels; i++)
        {
            Span<float> row = weight.Slice(i * columns, columns);
            for (int j = 0; j < row.Length; j++)
            {
                row[j] = (float)total.Row(i)[j];
            }
        }
    }

    private static void Add(RearrangedMatrix matrix, ShapeGroup group, ReadOnlySpan<float> factors, bool first)
    {
        using KroneckerSum sum = KroneckerSum.Load(matrix, group, factors[..FactorLength(group)], 1);
        sum.AddTo(read: !first, write: true);
    }

    private static void Round(double[] values, Span<float> rounded)
    {
        for (int i = 0; i < values.Length; i++)
        {
            rounded[i] = (float)values[i];
        }
    }

    private static void Check(LayerDefinition definition, int weightLength, int parametersLength)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (definition.Nonlinearity == Nonlinearity.PerTerm && !definition.IsDense)
        {
            throw new InvalidOperationException(
                $"{definition.Name} applies its nonlinearity to each product, Σ f((A_i ⊗ B_i) x + b_i); it is not f of one linear map, "
                + "so there is no dense weight to fit or to expand to. Initialise and train it instead.");
        }

        if (!definition.HasWeight)
        {
            throw new InvalidOperationException(
                $"{definition.Name} is a layer of kind {definition.Kind}, which has no dense weight to fit or to expand to.");
        }

        (int channels, int height, int width) = definition.Kernel;
        WeightChecks.Length(
            weightLength,
            (long)definition.Channels * definition.WeightColumns,
            definition.Window is null
                ? $"outputs × inputs = {definition.Outputs} × {definition.Inputs}"
                : $"o × c × h × w = {definition.Channels} × {channels} × {height} × {width}",
            "weight");
        WeightChecks.Length(parametersLength, ParameterLayout.Of(definition).Length, "the layer's parameters", "parameters");
    }
}
