using System;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Kron.Cli.Sources;

/// <summary>Names that follow from a tensor's name.</summary>
internal static class LayerNames
{
    private const string Weight = "weight", Bias = "bias";

    /// <summary>The bias beside a weight, <c>fc1.bias</c> beside <c>fc1.weight</c>; null where the name ends otherwise.</summary>
    public static string? BiasOf(string weight) =>
        weight == Weight || weight.EndsWith("." + Weight, StringComparison.Ordinal) ? weight[..^Weight.Length] + Bias : null;

    /// <summary>
    /// Whether a tensor is one of a layer's factors: <c>A.0</c>, <c>fc1.B.2</c> of a matrix or a convolution, or <c>V</c> [rank, c, d, 1]
    /// and <c>conv2.H</c> [o, rank, 1, d] of a low-rank convolution.
    /// </summary>
    public static bool IsFactor(TensorEntry tensor) => (tensor.Name.Split('.'), tensor.Shape) switch
    {
        ([.., "A" or "B", { Length: > 0 } group], { Count: 3 or 5 }) => group.All(char.IsAsciiDigit),
        ([.., "V"], [_, _, _, 1]) or ([.., "H"], [_, _, 1, _]) => true,
        _ => false,
    };

    /// <summary>A class for a layer: <c>Fc1</c> for <c>fc1.weight</c>, <c>Classifier6</c> for <c>classifier.6.weight</c>.</summary>
    public static string ClassOf(string weight)
    {
        string[] parts = [.. weight.Split('.', '/').Where(part => part.Length > 0 && part != Weight)];
        string name = parts.Length == 0 ? "" : Pascal(parts[^1]);
        if (name.Length > 0 && char.IsAsciiDigit(name[0]) && parts.Length > 1)
        {
            name = Pascal(parts[^2]) + name;
        }

        return SyntaxFacts.IsValidIdentifier(name) ? name : "Layer" + name;
    }

    // Keywords are lower case, so that none results.
    private static string Pascal(string part)
    {
        var text = new StringBuilder();
        bool start = true;
        foreach (char c in part)
        {
            if (char.IsLetterOrDigit(c))
            {
                text.Append(start ? char.ToUpperInvariant(c) : c);
            }

            start = !char.IsLetterOrDigit(c);
        }

        return text.ToString();
    }
}
