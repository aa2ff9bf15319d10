using System;
using System.Collections.Generic;
using Kron.Generator.Spec;

namespace Kron.Generator.Parsing;

/// <summary>An attribute of the runtime's that makes a class a layer.</summary>
/// <param name="Name">As users write it.</param>
/// <param name="Arguments">What its constructor takes: sizes, by their names.</param>
/// <param name="Parse">Reads it. Gives null, with diagnostics, where its numbers make no layer; limits of size are checked on the result.</param>
internal sealed record KnownLayer(string Name, IReadOnlyList<string> Arguments, Func<LayerSyntax, LayerSpec?> Parse)
{
    /// <summary>The attribute of the same arguments that adds a shape group; null where there is none.</summary>
    public string? Term { get; init; }

    public string MetadataName => $"{KnownLayers.Namespace}.{Name}{KnownLayers.Suffix}";
}
