using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;
using Kron.Decomposition;

namespace Kron.Training;

/// <summary>Takes a trained network over into another one of the same layers, some of them structured, low-rank or Kronecker where the first has dense ones.</summary>
/// <remarks>
/// <code>
/// var network = new Sequential(new Conv1(), new Pool1(), new Conv2(), new Fc1(), new Fc2());       // trained
/// var small = new Sequential(new Conv1(), new Pool1(), new Conv2LowRank(), new Fc1Kfc(), new Fc2());
/// Console.WriteLine(LayerConversion.Convert(network, small));
/// </code>
/// Batch normalisation is a layer like any other here; <see cref="BatchNormFolding"/> takes it out first where that is wanted.
/// </remarks>
public static class LayerConversion
{
    private static readonly string s_defaultName = new FitOptions().WeightName;

    /// <summary>Fits or copies each layer of a trained network to the layer in its place in the target, biases and states included, and commits it.</summary>
    /// <param name="trained">The trained network, which stays as it is.</param>
    /// <param name="target">
    /// As many layers. One that computes the same as its counterpart from equal parameters (the same class, say) receives a copy; an object of
    /// the trained network itself is left alone; any other must have the counterpart's inputs, outputs, window, stride, padding and
    /// activation, and receives the parameters whose dense weight is nearest to the counterpart's.
    /// </param>
    /// <param name="options">How to fit, by the index of the layer; null, here or as a result, for the defaults.</param>
    /// <returns>What became of each layer.</returns>
    /// <exception cref="ArgumentException">
    /// Two layers do not agree, or a weight is not finite; the message names the layer, what was expected and what came. The target is untouched.
    /// </exception>
    /// <exception cref="NotSupportedException"><see cref="FitOptions.Inputs"/> are given for a convolution or a structured layer; the target is untouched.</exception>
    /// <exception cref="OperationCanceledException">The token of an option was cancelled; the target is untouched.</exception>
    public static ConversionReport Convert(Sequential trained, Sequential target, Func<int, FitOptions?>? options = null)
    {
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(target);
        Check(trained, target);

        List<LayerUpdate> updates = [];
        List<ConvertedLayer> layers = [];
        for (int i = 0; i < target.Count; i++)
        {
            int first = IndexOf(target, target[i]);
            if (first < i)
            {
                layers.Add(layers[first] with { Index = i });
                continue;
            }

            FitReport? fit = null;
            if (!ReferenceEquals(trained[i], target[i]))
            {
                LayerUpdate update = LayerUpdate.Difference(trained[i], target[i]) is null
                    ? LayerUpdate.Copy(trained[i], target[i])
                    : Fit(trained[i], target[i], OptionsFor(i, options), out fit);
                updates.Add(update);
            }

            layers.Add(ConvertedLayer.Of(i, trained[i], target[i], fit));
        }

        foreach (LayerUpdate update in updates)
        {
            update.Apply();
        }

        return new ConversionReport
        {
            Layers = layers.AsReadOnly(),
            ParametersBefore = trained.ParameterCount,
            ParametersAfter = target.ParameterCount,
        };
    }

    private static FitOptions OptionsFor(int layer, Func<int, FitOptions?>? options)
    {
        FitOptions given = options?.Invoke(layer) ?? FitOptions.Default;
        return given.WeightName == s_defaultName ? given with { WeightName = FormattableString.Invariant($"{layer}.{s_defaultName}") } : given;
    }

    private static LayerUpdate Fit(ILayer source, ILayer target, FitOptions options, out FitReport? report)
    {
        LayerDefinition trained = LayerUpdate.DefinitionOf(source)!, wanted = LayerUpdate.DefinitionOf(target)!;
        ParameterLayout from = ParameterLayout.Of(trained), to = ParameterLayout.Of(wanted);
        var parameters = new float[to.Length];
        if (LayerDifference.OfFactors(trained, wanted) is null)
        {
            // Only the bias is new.
            report = null;
            source.Parameters[..from.WeightLength].CopyTo(parameters);
        }
        else
        {
            report = KroneckerFit.Fit(wanted, DenseWeight(source, trained), parameters, options);
        }

        if (from.Bias is { } bias)
        {
            source.Parameters.Slice(bias.Offset, bias.Length).CopyTo(parameters.AsSpan(to.Bias!.Offset));
        }

        return new LayerUpdate(target, parameters, []);
    }

    private static ReadOnlySpan<float> DenseWeight(ILayer layer, LayerDefinition definition)
    {
        if (definition.IsDense)
        {
            return layer.Parameters[..ParameterLayout.Of(definition).WeightLength];
        }

        var weight = new float[definition.Channels * definition.WeightColumns];
        KroneckerFit.Expand(definition, layer.Parameters, weight);
        return weight;
    }

    /// <summary>Finds every disagreement before the first fit, which may take minutes.</summary>
    private static void Check(Sequential trained, Sequential target)
    {
        if (trained.Count != target.Count)
        {
            throw new ArgumentException(
                $"Expected a target with {trained.Count} layers, one for each of the trained network, but it has {target.Count}.", nameof(target));
        }

        for (int i = 0; i < target.Count; i++)
        {
            int first = IndexOf(target, target[i]), own = IndexOf(trained, target[i]);
            if (!ReferenceEquals(trained[first], trained[i]))
            {
                throw new ArgumentException(
                    $"The target uses one object as layers {first} and {i}, but the trained network has two: {LayerUpdate.NameOf(target[i])} cannot be both.",
                    nameof(target));
            }

            if (own >= 0 && !ReferenceEquals(trained[i], target[i]))
            {
                throw new ArgumentException(
                    $"Layer {i} of the target, {LayerUpdate.NameOf(target[i])}, is layer {own} of the trained network, which would be overwritten; expected an object of its own.",
                    nameof(target));
            }

            if (!ReferenceEquals(trained[i], target[i]) && Difference(trained[i], target[i]) is { } difference)
            {
                throw new ArgumentException(
                    $"Layer {i}, {LayerUpdate.NameOf(trained[i])}, cannot become {LayerUpdate.NameOf(target[i])}: {difference}.", nameof(target));
            }
        }
    }

    /// <summary>Why a layer can be neither copied nor fitted to another one; null where it can.</summary>
    private static string? Difference(ILayer source, ILayer target)
    {
        string? difference = LayerUpdate.Difference(source, target);
        return difference is not null && LayerUpdate.DefinitionOf(source) is { HasWeight: true } trained && LayerUpdate.DefinitionOf(target) is { HasWeight: true } wanted
            ? FitDifference(trained, wanted)
            : difference;
    }

    private static string? FitDifference(LayerDefinition trained, LayerDefinition wanted)
    {
        if (LayerDifference.OfSizes(trained, wanted) is { } sizes)
        {
            return sizes;
        }

        if (LayerDifference.OfActivation(trained, wanted) is { } activation)
        {
            return activation;
        }

        if (LayerDifference.IsPerTerm(wanted))
        {
            return "a layer that applies its nonlinearity to each product is not f of one dense weight, so there is nothing to fit";
        }

        return trained.Bias != BiasMode.None && wanted.Bias == BiasMode.None
            ? "the one has a bias, the other none (Bias = BiasMode.None), so it would be lost"
            : null;
    }

    private static int IndexOf(Sequential network, ILayer layer)
    {
        for (int i = 0; i < network.Count; i++)
        {
            if (ReferenceEquals(network[i], layer))
            {
                return i;
            }
        }

        return -1;
    }
}
