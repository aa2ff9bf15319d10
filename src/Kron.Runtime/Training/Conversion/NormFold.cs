using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;
using Kron.Decomposition;

namespace Kron.Training;

/// <summary>One layer with the batch normalisation behind it, as the parameters of a single layer.</summary>
internal static class NormFold
{
    public static LayerUpdate Of(ILayer layer, ILayer norm, ILayer into)
    {
        LayerDefinition linear = Definition(layer, nameof(layer)), normal = Definition(norm, nameof(norm)), target = Definition(into, nameof(into));
        CheckLinear(linear);
        CheckNorm(linear, normal);
        CheckTarget(linear, normal, target);

        ParameterLayout from = ParameterLayout.Of(linear), to = ParameterLayout.Of(target);
        (double[] scale, double[] shift) = Affine(norm, normal);
        if (from.Bias is { } bias)
        {
            for (int i = 0; i < shift.Length; i++)
            {
                shift[i] += scale[i] * layer.Parameters[bias.Offset + i];
            }
        }

        var parameters = new float[to.Length];
        layer.Parameters[..from.WeightLength].CopyTo(parameters);
        foreach ((ParameterTensor tensor, int axis) in WithAllOutputs(linear, from))
        {
            Scale(parameters.AsSpan(tensor.Offset, tensor.Length), tensor.Shape, axis, scale);
        }

        if (to.Bias is { } moved)
        {
            for (int i = 0; i < shift.Length; i++)
            {
                parameters[moved.Offset + i] = (float)shift[i];
            }
        }
        else if (shift.Any(value => value != 0))
        {
            throw new InvalidOperationException(
                $"{target.Name} has no bias, but the normalisation {normal.Name} adds one to its outputs; Bias = BiasMode.Shared is needed.");
        }

        return new LayerUpdate(into, parameters, []);
    }

    /// <summary>s = γ / √(σ² + ε) and t = β − s·μ of each channel.</summary>
    private static (double[] Scale, double[] Shift) Affine(ILayer norm, LayerDefinition definition)
    {
        int channels = definition.Channels;
        WeightChecks.Length(norm.State.Length, 2 * channels, "running_mean and running_var", nameof(norm));
        ReadOnlySpan<float> gamma = norm.Parameters[..channels], beta = norm.Parameters[channels..];
        ReadOnlySpan<float> mean = norm.State[..channels], variance = norm.State[channels..];
        double[] scale = new double[channels], shift = new double[channels];
        for (int i = 0; i < channels; i++)
        {
            double spread = (double)variance[i] + definition.Normalization.Epsilon;
            if (!(spread > 0 && double.IsFinite(spread)))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"running_var[{i}] of {definition.Name} is {variance[i]}; with ε = {definition.Normalization.Epsilon} it must be positive and finite."),
                    nameof(norm));
            }

            scale[i] = gamma[i] / Math.Sqrt(spread);
            shift[i] = beta[i] - (scale[i] * mean[i]);
        }

        return (scale, shift);
    }

    /// <summary>The tensors that hold all outputs, one for each product, and the axis of these.</summary>
    private static IEnumerable<(ParameterTensor Tensor, int Axis)> WithAllOutputs(LayerDefinition definition, ParameterLayout layout)
    {
        if (definition.Kind != LayerKind.Kronecker)
        {
            // Of a low-rank convolution H, the second one.
            yield return (layout.Tensors[definition.Kind == LayerKind.LowRank ? 1 : 0], 0);
            yield break;
        }

        for (int g = 0; g < definition.Groups.Count; g++)
        {
            yield return (layout.Tensors[(2 * g) + (definition.Groups[g].M1 == 1 ? 1 : 0)], 1);
        }
    }

    /// <summary>Multiplies each slice across an axis by a value of its own; slices beyond the values are padding.</summary>
    private static void Scale(Span<float> values, IReadOnlyList<int> shape, int axis, double[] scale)
    {
        int extent = shape[axis], length = shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size);
        for (int slice = 0; slice < values.Length / length; slice++)
        {
            int channel = slice % extent;
            if (channel < scale.Length)
            {
                foreach (ref float value in values.Slice(slice * length, length))
                {
                    value = (float)(value * scale[channel]);
                }
            }
        }
    }

    private static LayerDefinition Definition(ILayer layer, string parameter) => LayerUpdate.DefinitionOf(layer)
        ?? throw new ArgumentException($"Expected a layer that is compiled from an attribute, but {LayerUpdate.NameOf(layer)} is written by hand.", parameter);

    private static void CheckLinear(LayerDefinition layer)
    {
        if (!layer.HasWeight)
        {
            throw new ArgumentException($"Expected a layer with a weight, but {layer.Name} is a layer of kind {layer.Kind}.", nameof(layer));
        }

        if (layer.Activation != Activation.None || LayerDifference.IsPerTerm(layer))
        {
            throw new InvalidOperationException(
                $"A normalisation moves into a layer that is linear, but {layer.Name} has {LayerDifference.Activation(layer)} before it.");
        }

        foreach (ShapeGroup group in layer.Groups)
        {
            if (group.M1 > 1 && group.M2 > 1)
            {
                throw new InvalidOperationException(
                    FormattableString.Invariant($"{layer.Name} has products of {group.M1} and {group.M2} outputs, neither of which has all of them, ")
                    + "so a scale for each output fits into neither factor. One must have all: m1 = 1 or m2 = 1, o1 = 1 or o2 = 1 of a convolution.");
            }
        }
    }

    private static void CheckNorm(LayerDefinition layer, LayerDefinition norm)
    {
        if (norm.Kind != LayerKind.BatchNorm)
        {
            throw new ArgumentException($"Expected batch normalisation, but {norm.Name} is a layer of kind {norm.Kind}.", nameof(norm));
        }

        if (norm.Channels != layer.Channels || norm.Pixels != layer.Pixels)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{norm.Name} normalises {norm.Channels} channels of {norm.Pixels} pixels, but {layer.Name} gives {layer.Channels} of {layer.Pixels}."),
                nameof(norm));
        }
    }

    private static void CheckTarget(LayerDefinition layer, LayerDefinition norm, LayerDefinition into)
    {
        if ((LayerDifference.OfSizes(layer, into) ?? LayerDifference.OfFactors(layer, into)) is { } difference)
        {
            throw new ArgumentException($"{layer.Name} cannot be folded into {into.Name}: {difference}.", nameof(into));
        }

        if (LayerDifference.OfActivation(norm, into) is not null)
        {
            throw new ArgumentException(
                $"Expected a target with the normalisation's activation, but {norm.Name} has {LayerDifference.Activation(norm)} and {into.Name} {LayerDifference.Activation(into)}.",
                nameof(into));
        }
    }
}
