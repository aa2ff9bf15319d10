using System.Collections.Generic;
using Kron.CompilerServices;

namespace Kron;

/// <summary>The size and cost of a layer, and what the compiler chose for each target.</summary>
public sealed record LayerInfo
{
    /// <summary>The static description of the layer.</summary>
    public required LayerDefinition Definition { get; init; }

    /// <summary>What the compiler chose, one entry per emitted target, best first.</summary>
    public required IReadOnlyList<TargetInfo> Targets { get; init; }
}
