using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Parsing;

namespace Kron.Generator;

/// <summary>The named steps of the pipeline.</summary>
internal static class TrackingNames
{
    public const string Targets = nameof(Targets);
    public const string Weights = nameof(Weights);

    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<string> All => [Targets, Weights, .. KnownLayers.All.SelectMany(layer => new[] { Layers(layer.Name), Files(layer.Name) })];

    /// <summary>The specifications of the layers with an attribute.</summary>
    public static string Layers(string attribute) => attribute + "s";

    /// <summary>Their files.</summary>
    public static string Files(string attribute) => attribute + "Files";
}
