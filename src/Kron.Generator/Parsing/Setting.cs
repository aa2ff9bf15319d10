using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Diagnostics;
using Kron.Generator.Support;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Parsing;

/// <summary>A size that an attribute gives.</summary>
/// <param name="Name">The argument or option that gives it.</param>
/// <param name="Value">The size.</param>
/// <param name="Location">Where that is.</param>
internal sealed record Setting(string Name, int Value, Location? Location)
{
    /// <summary>Whether all that are given are at least 1. One that serves both axes is reported once.</summary>
    public static bool CheckPositive(IEnumerable<Setting?> settings, DiagnosticBag bag)
    {
        bool positive = true;
        foreach (Setting setting in settings.OfType<Setting>().Distinct().Where(setting => setting.Value < 1))
        {
            positive = false;
            bag.Report(Descriptors.NotPositive, setting.Location, setting.Name, Invariant.Text(setting.Value));
        }

        return positive;
    }
}
