using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Parsing;

/// <summary>What the MSBuild property KronTargets asks for.</summary>
/// <param name="Targets">The known targets it names; all where it names none.</param>
/// <param name="Unknown">What it names besides.</param>
internal sealed record TargetSelection(TargetSet Targets, EquatableArray<string> Unknown)
{
    public const string Property = "build_property.KronTargets";

    /// <summary>All names that the property may list.</summary>
    public static readonly IReadOnlyList<string> Known = [.. Scheduling.Targets.All.Select(target => target.Name), nameof(TargetSet.Cuda)];

    public static TargetSelection Parse(string? property)
    {
        TargetSet targets = TargetSet.None;
        List<string> unknown = [];
        foreach (string name in (property ?? "").Split(',', ';').Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            string? known = Known.FirstOrDefault(each => string.Equals(each, name, StringComparison.OrdinalIgnoreCase));
            if (known is null)
            {
                unknown.Add(name);
            }
            else
            {
                targets |= (TargetSet)Enum.Parse(typeof(TargetSet), known);
            }
        }

        // A layer has kernels for some processor at least.
        return new((targets & ~TargetSet.Cuda) == TargetSet.None ? TargetSet.All : targets, unknown.ToEquatableArray());
    }
}
