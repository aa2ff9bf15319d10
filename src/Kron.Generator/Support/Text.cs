using System;
using System.Globalization;

namespace Kron.Generator.Support;

/// <summary>Numbers as text, the same under every culture.</summary>
internal static class Text
{
    /// <summary><c>1 row</c>, <c>2 rows</c>.</summary>
    public static string Count(long count, string noun) => Of(count) + " " + noun + (count == 1 ? "" : "s");

    public static string Of(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
