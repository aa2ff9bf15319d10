using System;
using System.Collections.Generic;
using System.Diagnostics;
using Kron.CompilerServices;

namespace Kron.Decomposition;

/// <summary>Fits dense weights to a layer's factors, and expands factors to the dense weight they stand for.</summary>
/// <remarks>
/// One shape group is fitted optimally (<see cref="Kpsvd"/>). Several are fitted greedily in declared order, each to what
/// the groups before it left over (arXiv 1512.09194, section 3), which never increases the error. Where
/// m1·m2 or n1·n2 exceed the layer's outputs or inputs, the weight is read as extended by zeros and the excess is dropped.
/// </remarks>
public static class KroneckerFit
{
    /// <summary>Writes the factors nearest to a dense weight.</summary>
    /// <param name="definition">The layer.</param>
    /// <param name="weight">W [outputs × inputs] row-major, inputs in the order the layer reads them.</param>
    /// <param name="parameters">The layer's parameters in canonical order; the factors are written, the bias is left alone.</param>
    /// <param name="options">Options of the iterative solver; null for the defaults.</param>
    /// <returns>What the fit reached.</returns>
    /// <exception cref="InvalidOperationException">The layer applies its nonlinearity per term, so it has no dense weight.</exception>
    /// <exception cref="ArgumentException">A length does not fit or an entry is not finite; nothing is written.</exception>
    public static FitReport Fit(LayerDefinition definition, ReadOnlySpan<float> weight, Span<float> parameters, FitOptions? options = null)
    {
        long start = Stopwatch.GetTimestamp();
        options ??= FitOptions.Default;
        options.Validate(nameof(options));
        Check(definition, weight.Length, parameters.Length);
        double energy = WeightChecks.Energy(weight, definition.Inputs, options.WeightName);

        List<GroupFit> groups = [];
        if (definition.IsDense)
        {
            weight.CopyTo(parameters);
        }
        else
        {
            float[] factors = FitGroups(definition, weight, energy, options, groups);
            factors.CopyTo(parameters);
        }

        var info = new LayerInfo(definition, []);
        ParameterLayout layout = ParameterLayout.Of(definition);
        return new FitReport
        {
            RelativeError = groups.Count == 0 ? 0 : groups[^1].RelativeError,
            Groups = groups.AsReadOnly(),
            Parameters = layout.Length - (layout.Bias?.Length ?? 0),
            DenseParameters = weight.Length,
            MultiplyAdds = info.MultiplyAdds,
            DenseMultiplyAdds = info.DenseMultiplyAdds,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    /// <summary>Writes the dense weight that a layer's factors stand for: Σ A_i ⊗ B_i with padding cut and the formulation's reordering undone.</summary>
    /// <param name="definition">The layer.</param>
    /// <param name="parameters">The layer's parameters in canonical order.</param>
    /// <param name="weight">Receives W [outputs × inputs], row-major; must not overlap the parameters.</param>
    /// <exception cref="InvalidOperationException">The layer applies its nonlinearity per term, so it has no dense weight.</exception>
    /// <exception cref="ArgumentException">A length does not fit or the spans overlap; nothing is written.</exception>
    public static unsafe void Expand(LayerDefinition definition, ReadOnlySpan<float> parameters, Span<float> weight)
    {
        Check(definition, weight.Length, parameters.Length);
        if (parameters.Overlaps(weight))
        {
            throw new ArgumentException("weight must not overlap the parameters.", nameof(weight));
        }

        if (definition.IsDense)
        {
            parameters[..weight.Length].CopyTo(weight);
            return;
        }

        if (definition.Groups.Count == 1)
        {
            fixed (float* pointer = weight)
            {
                var source = new WeightSource(pointer, definition.Outputs, definition.Inputs, Map(definition, definition.Groups[0]));
                Add(new RearrangedMatrix(source, definition.Groups[0]), definition.Groups[0], parameters, first: true);
            }

            return;
        }

        using var total = new DenseMatrix(definition.Outputs, definition.Inputs);
        ReadOnlySpan<float> rest = parameters;
        foreach (ShapeGroup group in definition.Groups)
        {
            var matrix = new RearrangedMatrix(new WeightSource(total, Map(definition, group)), group);
            Add(matrix, group, rest, first: false);
            rest = rest[FactorLength(group)..];
        }

        for (int i = 0; i < definition.Outputs; i++)
        {
            Span<float> row = weight.Slice(i * definition.Inputs, definition.Inputs);
            for (int j = 0; j < row.Length; j++)
            {
                row[j] = (float)total.Row(i)[j];
            }
        }
    }

    private static unsafe float[] FitGroups(
        LayerDefinition definition, ReadOnlySpan<float> weight, double energy, FitOptions options, List<GroupFit> reports)
    {
        int length = 0;
        foreach (ShapeGroup group in definition.Groups)
        {
            length = checked(length + FactorLength(group));
        }

        var factors = new float[length];
        if (definition.Groups.Count == 1)
        {
            fixed (float* pointer = weight)
            {
                var source = new WeightSource(pointer, definition.Outputs, definition.Inputs, Map(definition, definition.Groups[0]));
                reports.Add(FitGroup(source, definition.Groups[0], energy, energy, keepRest: false, options, factors, out _));
            }

            return factors;
        }

        using var residual = new DenseMatrix(definition.Outputs, definition.Inputs);
        for (int i = 0; i < definition.Outputs; i++)
        {
            ReadOnlySpan<float> row = weight.Slice(i * definition.Inputs, definition.Inputs);
            for (int j = 0; j < row.Length; j++)
            {
                residual.Row(i)[j] = row[j];
            }
        }

        double rest = energy;
        Span<float> target = factors;
        foreach (ShapeGroup group in definition.Groups)
        {
            var source = new WeightSource(residual, Map(definition, group));
            reports.Add(FitGroup(source, group, energy, rest, keepRest: true, options, target, out rest));
            target = target[FactorLength(group)..];
        }

        return factors;
    }

    /// <summary>Fits one group to a residual and takes the rounded factors away from it.</summary>
    private static GroupFit FitGroup(
        WeightSource residual, ShapeGroup group, double energy, double energyBefore, bool keepRest, FitOptions options, Span<float> target, out double rest)
    {
        var matrix = new RearrangedMatrix(residual, group);
        KroneckerFactors factors = KroneckerFactors.Compute(matrix, group, energyBefore, options);
        Span<float> a = target[..factors.A.Length], b = target.Slice(factors.A.Length, factors.B.Length);
        Round(factors.A, a);
        Round(factors.B, b);
        using KroneckerSum sum = KroneckerSum.Load<float>(matrix, group.R, a, b, -1);
        rest = sum.AddTo(read: true, write: keepRest);
        return new GroupFit
        {
            Shape = group,
            SingularValues = Array.AsReadOnly(factors.SingularValues),
            RelativeError = energy > 0 ? Math.Sqrt(rest / energy) : 0,
            Iterations = factors.Iterations,
            Converged = factors.Converged,
        };
    }

    private static void Add(RearrangedMatrix matrix, ShapeGroup group, ReadOnlySpan<float> factors, bool first)
    {
        int split = group.R * group.M1 * group.N1;
        using KroneckerSum sum = KroneckerSum.Load(matrix, group.R, factors[..split], factors[split..FactorLength(group)], 1);
        sum.AddTo(read: !first, write: true);
    }

    private static void Round(double[] values, Span<float> rounded)
    {
        for (int i = 0; i < values.Length; i++)
        {
            rounded[i] = (float)values[i];
        }
    }

    private static int[]? Map(LayerDefinition definition, ShapeGroup group) => FormulationMap.Columns(group.Formulation, definition.Image);

    private static int FactorLength(ShapeGroup group) =>
        checked(group.R * ((group.M1 * group.N1) + (group.M2 * group.N2)));

    private static void Check(LayerDefinition definition, int weightLength, int parametersLength)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (definition.Nonlinearity == Nonlinearity.PerTerm && !definition.IsDense)
        {
            throw new InvalidOperationException(
                $"{definition.Name} applies its nonlinearity to each product, Σ f((A_i ⊗ B_i) x + b_i); it is not f of one linear map, "
                + "so there is no dense weight to fit or to expand to. Initialise and train it instead.");
        }

        WeightChecks.Length(
            weightLength, (long)definition.Outputs * definition.Inputs, $"outputs × inputs = {definition.Outputs} × {definition.Inputs}", "weight");
        WeightChecks.Length(parametersLength, ParameterLayout.Of(definition).Length, "the layer's parameters", "parameters");
    }
}
