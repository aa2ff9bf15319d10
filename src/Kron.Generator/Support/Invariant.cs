using System;
using System.Globalization;

namespace Kron.Generator.Support;

/// <summary>Numbers as C# source text, the same on every machine and in every culture.</summary>
internal static class Invariant
{
    public static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

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
