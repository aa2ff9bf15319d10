using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Spec;

/// <summary>The tensors of a layer's parameters and then of its state, in canonical order: what the runtime's ParameterLayout says.</summary>
internal static class ParameterTensors
{
    private static readonly string[] OfNormalization = ["weight", "bias", "running_mean", "running_var"];

    public static IReadOnlyList<(string Name, int[] Shape)> Of(LayerSpec spec)
    {
        if (spec.Kind == LayerKind.BatchNorm)
        {
            return [.. OfNormalization.Select(name => (name, new[] { spec.Channels }))];
        }

        if (spec.Kind is LayerKind.MaxPool or LayerKind.AveragePool)
        {
            return [];
        }

        List<(string Name, int[] Shape)> tensors = [.. Weights(spec)];
        if (spec.Epilogue.Bias != BiasKind.None)
        {
            tensors.Add(("bias", spec.Epilogue.Bias == BiasKind.PerTerm ? [spec.Groups.Sum(group => group.R), spec.Channels] : [spec.Channels]));
        }

        return tensors;
    }

    private static IEnumerable<(string Name, int[] Shape)> Weights(LayerSpec spec)
    {
        int[] Kernel(int h, int w) => spec.Window is null ? [] : [h, w];
        switch (spec.Kind)
        {
            case LayerKind.Dense:
                (int channels, int height, int width) = spec.Window is { } window ? (window.Channels, window.KernelH, window.KernelW) : (spec.Inputs, 1, 1);
                yield return ("weight", [spec.Channels, channels, .. Kernel(height, width)]);
                break;
            case LayerKind.Structured:
                StructuredSpec small = spec.Structured!;
                yield return ("alpha", [spec.Channels, small.Channels, .. Kernel(small.KernelH, small.KernelW)]);
                break;
            case LayerKind.LowRank:
                GroupSpec pair = spec.Groups[0];
                yield return ("V", [pair.R, pair.N1, .. Kernel(pair.H1, pair.W1)]);
                yield return ("H", [pair.M2, pair.R, .. Kernel(pair.H2, pair.W2)]);
                break;
            default:
                for (int g = 0; g < spec.Groups.Count; g++)
                {
                    GroupSpec group = spec.Groups[g];
                    yield return ("A." + Invariant.Text(g), [group.R, group.M1, group.N1, .. Kernel(group.H1, group.W1)]);
                    yield return ("B." + Invariant.Text(g), [group.R, group.M2, group.N2, .. Kernel(group.H2, group.W2)]);
                }

                break;
        }
    }
}
