using System.Linq;
using Kron.Generator.Spec;

namespace Kron.Generator.Emit;

/// <summary>Extents for the reader of generated code.</summary>
internal static class ShapeText
{
    /// <summary><c>[64 × 32]</c>.</summary>
    public static string Shape(params int[] extents) => $"[{string.Join(" × ", extents.Select(CSharpText.Literal))}]";

    /// <summary><c>3×3</c>.</summary>
    public static string Kernel(WindowSpec window) => $"{CSharpText.Literal(window.KernelH)}×{CSharpText.Literal(window.KernelW)}";

    /// <summary>A number for both axes where they share it.</summary>
    public static string Pair(int rows, int columns) =>
        rows == columns ? CSharpText.Literal(rows) : $"{CSharpText.Literal(rows)} down and {CSharpText.Literal(columns)} across";

    /// <summary>The extents of a structured layer's box sums.</summary>
    public static string Sums(LayerSpec spec)
    {
        StructuredSpec small = spec.Structured!;
        return spec.Window is { } window
            ? $"{CSharpText.Literal(window.Channels - small.Channels + 1)}×{CSharpText.Literal(window.KernelH - small.KernelH + 1)}×{CSharpText.Literal(window.KernelW - small.KernelW + 1)}"
            : CSharpText.Literal(spec.Inputs - small.Channels + 1);
    }
}
