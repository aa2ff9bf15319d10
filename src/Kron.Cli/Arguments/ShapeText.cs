using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Cli.Arguments;

/// <summary>Reads shapes as the papers write them: numbers between commas, and of matrices a formulation behind them.</summary>
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

    /// <summary>Reads five numbers, and a formulation behind them, or the nine of a convolution.</summary>
    public static bool TryParseTerm(string text, out StatedShape shape)
    {
        string[] parts = Trimmed(text).Split(',');
        Formulation formulation = Formulation.Matrix;
        bool named = parts.Length == 6 && TryParseFormulation(parts[5].Trim(), out formulation);
        bool read = TryParse(string.Join(',', named ? parts[..5] : parts), out int[] numbers) && numbers.Length is 5 or 9;
        shape = new StatedShape(numbers, Rank: null, formulation);
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
