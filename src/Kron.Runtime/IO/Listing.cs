using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.IO;

/// <summary>Extents and names as messages show them.</summary>
internal static class Listing
{
    private const int MaxQuoted = 40;

    public static string Extents<T>(IEnumerable<T> numbers)
        where T : IFormattable =>
        string.Join(", ", numbers.Select(number => number.ToString(null, CultureInfo.InvariantCulture)));

    // A text too long for any valid file is told apart by its mark, too.
    public static string Cut(string text) => text.Length <= MaxQuoted ? text : text[..MaxQuoted] + "…";

    // A file can hold thousands of names; a message should not.
    public static string Names(IReadOnlyCollection<string> names)
    {
        const int Most = 8;
        string shown = string.Join(", ", names.Take(Most).Select(name => $"'{name}'"));
        return names.Count == 0 ? "no tensor" : names.Count <= Most ? shown : FormattableString.Invariant($"{shown} and {names.Count - Most} more");
    }
}
