using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Cli.Sources;

/// <summary>The names that a misspelt one may have meant, and other lists of names for a message.</summary>
internal static class TensorNames
{
    private const int Most = 3;

    /// <summary>A few names, the nearest first by the edits that lead to them.</summary>
    public static IReadOnlyList<string> Near(string name, IEnumerable<string> names) =>
        [.. names.OrderBy(candidate => Distance(name, candidate)).ThenBy(candidate => candidate, StringComparer.Ordinal).Take(Most)];

    /// <summary>The first names of a list that may be long.</summary>
    public static string Some(IEnumerable<string> names)
    {
        const int Shown = 8;
        string[] all = [.. names];
        return string.Join(", ", all.Take(Shown)) + (all.Length > Shown ? FormattableString.Invariant($", … ({all.Length:N0} in all)") : "");
    }

    /// <summary>The Levenshtein distance without regard to case; what is only missing around a part of the name costs little.</summary>
    private static double Distance(string name, string candidate)
    {
        string a = name.ToUpperInvariant(), b = candidate.ToUpperInvariant();
        if (a.Length > 0 && b.Contains(a, StringComparison.Ordinal))
        {
            return (b.Length - a.Length) / 100.0;
        }

        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
