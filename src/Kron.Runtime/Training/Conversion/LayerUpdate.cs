using System;
using Kron.CompilerServices;

namespace Kron.Training;

/// <summary>What a layer is to be overwritten by, made aside so that nothing is changed should a later one fail.</summary>
/// <param name="Target">The layer.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="State">Its state.</param>
internal sealed record LayerUpdate(ILayer Target, float[] Parameters, float[] State)
{
    /// <summary>Where two layers differ so that one cannot be copied into the other; null where it can.</summary>
    public static string? Difference(ILayer source, ILayer target)
    {
        if (DefinitionOf(source) is { } trained && DefinitionOf(target) is { } wanted)
        {
            return LayerDifference.Of(trained, wanted);
        }

        if (source.GetType() != target.GetType())
        {
            return $"the one is a {source.GetType().Name}, the other a {target.GetType().Name}";
        }

        (int, int, int, int) Sizes(ILayer layer) => (layer.InputSize, layer.OutputSize, layer.Parameters.Length, layer.State.Length);
        return Sizes(source) == Sizes(target)
            ? null
            : $"inputs, outputs, parameters and state of the one are {Sizes(source)}, of the other {Sizes(target)}";
    }

    /// <summary>A copy of another layer.</summary>
    public static LayerUpdate Copy(ILayer source, ILayer target) => new(target, source.Parameters.ToArray(), source.State.ToArray());

    /// <summary>What a compiled layer is; null for one that was written by hand.</summary>
    public static LayerDefinition? DefinitionOf(ILayer layer) => (layer as INamedParameters)?.Definition;

    /// <summary>A layer's name for a message.</summary>
    public static string NameOf(ILayer layer) => DefinitionOf(layer)?.Name ?? layer.GetType().Name;

    /// <summary>Overwrites the layer and commits it.</summary>
    public void Apply()
    {
        Parameters.AsSpan().CopyTo(Target.Parameters);
        State.AsSpan().CopyTo(Target.State);
        Target.Commit();
    }
}
