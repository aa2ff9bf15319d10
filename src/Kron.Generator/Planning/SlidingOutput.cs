using System;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>An output's axis that pixels and taps walk together, <c>output[PixelStep·pixel + TapStep·tap + Offset]</c>: the adjoint of a sliding window.</summary>
/// <param name="Axis">Which axis.</param>
/// <param name="Extent">Its elements.</param>
/// <param name="Pixel">The dimension that an operand has as an axis of its own, and so is zero outside of its range.</param>
/// <param name="PixelStep">The stride.</param>
/// <param name="Tap">The kernel's dimension.</param>
/// <param name="TapStep">The dilation.</param>
/// <param name="Offset">The padding, negative.</param>
internal sealed record SlidingOutput(int Axis, int Extent, Dim Pixel, int PixelStep, Dim Tap, int TapStep, int Offset)
{
    /// <summary>The axis of a contraction's output so seen, or null where its dimensions are the digits of its index.</summary>
    public static SlidingOutput? Of(Contract contract, int axis)
    {
        AxisIndex index = contract.Output.Axes[axis];
        int extent = contract.Output.Tensor.Extents[axis];
        if (AreDigits(index, extent, contract.Dims))
        {
            return null;
        }

        DimTerm pixel = index.Terms.Single(t => IsAxis(contract.Left, t.Dim, contract.Dims) || IsAxis(contract.Right, t.Dim, contract.Dims));
        DimTerm tap = index.Terms.Single(t => t.Dim != pixel.Dim);
        return new SlidingOutput(axis, extent, DimOf(pixel.Dim, contract.Dims), pixel.Coefficient, DimOf(tap.Dim, contract.Dims), tap.Coefficient, index.Offset);
    }

    /// <summary>The pixels that a tap sends into the output.</summary>
    public (int First, int Count) Reach(int tap)
    {
        int start = Offset + (TapStep * tap);
        int first = Math.Max(0, Integers.CeilingDivide(-start, PixelStep)), end = Math.Min(Pixel.Extent, Integers.CeilingDivide(Extent - start, PixelStep));
        return (first, Math.Max(0, end - first));
    }

    /// <summary>The first tap that reaches elements of a residue modulo the stride, and how many taps do.</summary>
    public (int First, int Count) TapsOf(int residue)
    {
        int[] taps = [.. Enumerable.Range(0, Tap.Extent).Where(tap => (residue - Offset - (TapStep * tap)) % PixelStep == 0)];
        return taps.Length == 0 ? (0, 0) : (taps[0], taps.Length);
    }

    /// <summary>Taps from one that reaches an element to the next.</summary>
    public int TapsApart => PixelStep / Integers.GreatestDivisor(PixelStep, TapStep);

    /// <summary>Pixels between them.</summary>
    public int PixelsApart => TapStep / Integers.GreatestDivisor(PixelStep, TapStep);

    /// <summary>Elements of a residue modulo the stride.</summary>
    public int Elements(int residue) => (Extent - residue + PixelStep - 1) / PixelStep;

    private static bool AreDigits(AxisIndex index, int extent, EquatableArray<Dim> dims)
    {
        int expected = 1;
        foreach (DimTerm term in index.Terms.Where(t => DimOf(t.Dim, dims).Extent > 1).OrderBy(t => t.Coefficient))
        {
            if (term.Coefficient != expected)
            {
                return false;
            }

            expected *= DimOf(term.Dim, dims).Extent;
        }

        return index.Offset == 0 && expected == extent;
    }

    private static bool IsAxis(Access access, string dim, EquatableArray<Dim> dims) => access.Tensor.Region != Region.Parameters
        && access.Axes.Select((axis, k) => (axis, k)).Any(p => p.axis.Equals(AxisIndex.Of((dim, 1))) && DimOf(dim, dims).Extent == access.Tensor.Extents[p.k]);

    private static Dim DimOf(string name, EquatableArray<Dim> dims) => dims.First(d => d.Name == name);
}
