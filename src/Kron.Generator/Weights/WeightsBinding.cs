using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Weights;

/// <summary>A layer and the embedded weights that it names.</summary>
/// <param name="Spec">The layer.</param>
/// <param name="Weights">Where its values are; null for a layer that names none.</param>
internal sealed record BoundLayer(LayerSpec Spec, WeightsLayer? Weights);

/// <summary>Finds the weights that a layer names and compares them with what it needs.</summary>
internal static class WeightsBinding
{
    /// <summary>Binds a layer that names weights.</summary>
    /// <param name="spec">The layer.</param>
    /// <param name="list">What is embedded.</param>
    /// <param name="location">Where the attribute names them; needed for <paramref name="bag"/> alone.</param>
    /// <param name="bag">Takes what is wrong; null for the generator, which reports nothing.</param>
    /// <returns>Null when anything is wrong.</returns>
    public static BoundLayer? Bind(LayerSpec spec, WeightsList list, Location? location = null, DiagnosticBag? bag = null)
    {
        if (spec.Weights is not { } named)
        {
            return new BoundLayer(spec, null);
        }

        WeightsFile? file = list.Files.FirstOrDefault(file => file.Name == named.File);
        if (file is null)
        {
            bag?.Report(Descriptors.WeightsNotListed, location, named.File, Names(list.Files.Select(each => each.Name)));
            return null;
        }

        if (file.Problem is not null)
        {
            bag?.Report(Descriptors.WeightsUnreadable, location, named.File, file.Problem);
            return null;
        }

        WeightsLayer? layer = file.Layers.FirstOrDefault(layer => layer.Name == named.Layer);
        if ((layer is null ? Missing(named, file) : Mismatch(spec, layer)) is { } reason)
        {
            bag?.Report(Descriptors.WeightsMismatch, location, named, spec.Type.FullName, reason);
            return null;
        }

        return new BoundLayer(spec, layer);
    }

    private static string Missing(WeightsSpec named, WeightsFile file)
    {
        string layers = Names(file.Layers.Select(layer => layer.Name).Where(name => name.Length > 0).Select(name => WeightsSpec.Separator + name));
        return named.Layer.Length == 0
            ? $"it has no tensors of a single layer; expected one of the layers of a model, of which it has {layers}"
            : $"it has no layer of this name; it has {layers}";
    }

    private static string? Mismatch(LayerSpec spec, WeightsLayer layer)
    {
        IReadOnlyList<(string Name, int[] Shape)> expected = ParameterTensors.Of(spec);
        foreach ((string name, int[] extents) in expected)
        {
            string shape = string.Join(",", extents.Select(extent => Invariant.Text(extent)));
            if (layer.Tensors.FirstOrDefault(tensor => tensor.Name == name) is not { } tensor)
            {
                return $"tensor '{name}' of shape [{Spaced(shape)}] is missing; it has {Names(layer.Tensors.Select(each => each.Name))}";
            }

            if (tensor.Shape != shape)
            {
                return $"tensor '{name}' has shape [{Spaced(tensor.Shape)}]; expected [{Spaced(shape)}]";
            }

            if (tensor.Type is not ("F32" or "F64" or "F16" or "BF16"))
            {
                return $"tensor '{name}' is of type {tensor.Type}; expected F32, F64, F16 or BF16";
            }
        }

        return layer.Tensors.FirstOrDefault(tensor => !expected.Any(each => each.Name == tensor.Name)) is { } extra
            ? $"unexpected tensor '{extra.Name}' of shape [{Spaced(extra.Shape)}]; expected only {Names(expected.Select(each => each.Name))}"
            : null;
    }

    private static string Spaced(string extents) => extents.Replace(",", ", ");

    /// <summary>A few of some names.</summary>
    private static string Names(IEnumerable<string> names)
    {
        const int Most = 8;
        string[] all = [.. names];
        string few = string.Join(", ", all.Take(Most).Select(name => $"'{name}'"));
        return all.Length == 0 ? "none" : all.Length <= Most ? few : $"{few} and {Invariant.Text(all.Length - Most)} more";
    }
}
