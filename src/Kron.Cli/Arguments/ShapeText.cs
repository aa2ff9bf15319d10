using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Cli.Arguments;

/// <summary>Reads shapes as the papers write them: <c>m1,m2,n1,n2</c> and <c>m1,m2,n1,n2,r</c>.</summary>
internal static class ShapeText
{
    /// <summary>Reads positive numbers between commas.</summary>
    public static bool TryParse(string text, out int[] numbers)
    {
        var values = new List<int>();
        foreach (string part in Trimmed(text).Split(','))
        {
            if (!Numbers.TryParse(part.Trim(), 1, out int value))
            {
                numbers = [];
                return false;
            }

            values.Add(value);
        }

        numbers = [.. values];
        return true;
    }

    /// <summary>Reads <c>m1,m2,n1,n2,r</c>, and a formulation behind it.</summary>
    public static bool TryParseTerm(string text, out ShapeGroup group)
    {
        string[] parts = Trimmed(text).Split(',');
        Formulation formulation = Formulation.Matrix;
        bool named = parts.Length == 6 && TryParseFormulation(parts[5].Trim(), out formulation);
        bool read = TryParse(string.Join(',', parts.Take(5)), out int[] n) && n.Length == 5 && (parts.Length == 5 || named);
        group = read ? new ShapeGroup(n[0], n[1], n[2], n[3], n[4], formulation) : default;
        return read;
    }

    /// <summary>Reads <c>I</c>, <c>II</c>, <c>III</c> or <c>Matrix</c>.</summary>
    public static bool TryParseFormulation(string text, out Formulation formulation)
    {
        formulation = Enum.GetValues<Formulation>().FirstOrDefault(value => string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase));
        return formulation != Formulation.Matrix || string.Equals(text, nameof(Formulation.Matrix), StringComparison.OrdinalIgnoreCase);
    }

    // Pasted from a paper or from an attribute.
    private static string Trimmed(string text) => text.Trim().TrimStart('(').TrimEnd(')');
}
