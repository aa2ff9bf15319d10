using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Cli.Sources;

/// <summary>Finds the weight that an adapter was trained for, by name.</summary>
/// <remarks>
/// PEFT names the layer as the model does. LyCORIS writes underscores for dots, behind a prefix such as <c>lora_unet_</c>; a base
/// file may put the path of the whole model before its names.
/// </remarks>
internal sealed class AdapterNames
{
    private const string Weight = ".weight";

    // The longest first, so that lora_ alone is tried last.
    private static readonly string[] Prefixes =
        ["lora_transformer_", "lora_unet_", "lora_te1_", "lora_te2_", "lora_te3_", "lora_te_", "lora_prior_unet_", "lora_prior_te_", "lycoris_", "lora_"];

    private readonly HashSet<string> _names;
    private readonly List<(string Flat, string Name)> _layers;

    /// <summary>Takes the names of a base file.</summary>
    public AdapterNames(IEnumerable<string> names)
    {
        _names = [.. names];
        _layers = [.. _names.Where(name => name.EndsWith(Weight, StringComparison.Ordinal)).Select(name => (Flat(name[..^Weight.Length]), name))];
    }

    /// <summary>The tensors that may be meant, the one where the name is clear.</summary>
    public IReadOnlyList<string> Find(string adapter)
    {
        if (_names.Contains(adapter + Weight))
        {
            return [adapter + Weight];
        }

        string flat = Flat(adapter);
        string bare = Prefixes.FirstOrDefault(prefix => flat.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix ? flat[prefix.Length..] : flat;
        string[] exact = [.. _layers.Where(layer => layer.Flat == flat || layer.Flat == bare).Select(layer => layer.Name)];
        return exact.Length > 0 || bare.Length == 0
            ? exact
            : [.. _layers.Where(layer => layer.Flat.EndsWith("_" + bare, StringComparison.Ordinal)).Select(layer => layer.Name)];
    }

    private static string Flat(string name) => name.Replace('.', '_');
}
