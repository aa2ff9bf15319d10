using System.Collections.Generic;
using Kron.Generator.Spec;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Parsing;

/// <summary>What the parser made of a class.</summary>
/// <param name="Spec">The layer; null where a diagnostic is an error or the C# compiler itself reports one.</param>
/// <param name="Diagnostics">For the analyzer. The generator drops them at once, since a location must not enter the pipeline.</param>
internal sealed record ParsedLayer(LayerSpec? Spec, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Where the attribute names a file of weights; likewise for the analyzer.</summary>
    public Location? Weights { get; init; }

    public static readonly ParsedLayer Nothing = new(null, []);
}
