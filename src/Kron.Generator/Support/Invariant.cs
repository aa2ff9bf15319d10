using System;
using System.Globalization;

namespace Kron.Generator.Support;

/// <summary>Numbers as text, for source and comments, the same on every machine and in every culture.</summary>
internal static class Invariant
{
    public static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    /// <summary><c>1 row</c>, <c>2 rows</c>.</summary>
    public static string Count(long count, string noun) => Text(count) + " " + noun + (count == 1 ? "" : "s");

    /// <summary>The shortest literal, with its suffix, that reads back as the value. Finite values only.</summary>
    public static string Literal(float value)
    {
        // .NET Framework and .NET disagree on what "R" prints, so the digits are counted here.
        for (int digits = 1; digits < 9; digits++)
        {
            string text = value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float read) && read.Equals(value))
            {
                return text + "f";
            }
        }

        return value.ToString("G9", CultureInfo.InvariantCulture) + "f";
    }
}
