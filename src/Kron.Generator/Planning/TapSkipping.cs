using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>
/// Cuts a contraction that reads outside of a tensor (padding) into ones that stay inside: what lies outside is zero, so each class
/// of output pixels has the taps that meet the image, and the weight gradient of each tap the pixels that it meets.
/// </summary>
internal static class TapSkipping
{
    // Top, middle and bottom: more classes would need more kernels than the work they save is worth.
    private const int MaxClasses = 3;

    /// <summary>Whether an axis that leaves its tensor is better cut than extended by zeros.</summary>
    public static bool IsWorthwhile(Contract contract, AxisIndex axis, int extent)
    {
        if (SidesOf(contract, axis) is not { } sides)
        {
            return false;
        }

        Class[] classes = [.. Classes(axis, extent, sides)];
        return classes.Length <= MaxClasses && classes.All(c => c.Taps > 0);
    }

    /// <summary>Contractions over disjoint parts of the output that stay inside of their tensors.</summary>
    public static IEnumerable<Contract> Apply(Contract contract)
    {
        foreach (Access access in (Access[])[contract.Left, contract.Right])
        {
            for (int k = 0; k < access.Axes.Count; k++)
            {
                AxisIndex axis = access.Axes[k];
                int extent = access.Tensor.Extents[k];
                if (!IsInside(axis, extent, contract.Dims))
                {
                    Sides sides = SidesOf(contract, axis) ?? throw new NotSupportedException($"{contract.Name} leaves {access.Tensor.Name} along an axis without output pixels.");
                    return Classes(axis, extent, sides).SelectMany(c => Apply(contract.Restrict(sides.Pixel.Name, c.FirstPixel, c.Pixels).Restrict(sides.Tap.Name, c.FirstTap, c.Taps)));
                }
            }
        }

        return [contract];
    }

    public static bool IsInside(AxisIndex axis, int extent, EquatableArray<Dim> dims) =>
        ZeroExtension.Range(axis, dims) is var (min, max) && min >= 0 && max < extent;

    private static Sides? SidesOf(Contract contract, AxisIndex axis)
    {
        DimTerm[] pixels = [.. axis.Terms.Where(t => contract.Output.Uses(t.Dim))];
        DimTerm[] taps = [.. axis.Terms.Where(t => !contract.Output.Uses(t.Dim))];
        return pixels.Length == 1 && taps.Length == 1
            ? new Sides(contract.Dims.First(d => d.Name == pixels[0].Dim), pixels[0].Coefficient, contract.Dims.First(d => d.Name == taps[0].Dim), taps[0].Coefficient)
            : null;
    }

    /// <summary>Neighbouring pixels for which the same taps stay inside.</summary>
    private static IEnumerable<Class> Classes(AxisIndex axis, int extent, Sides sides)
    {
        Class? open = null;
        for (int pixel = 0; pixel < sides.Pixel.Extent; pixel++)
        {
            int start = axis.Offset + (sides.PixelStep * pixel);
            int[] inside = [.. Enumerable.Range(0, sides.Tap.Extent).Where(tap => start + (sides.TapStep * tap) is var at && at >= 0 && at < extent)];
            var here = new Class(pixel, 1, inside.Length == 0 ? 0 : inside[0], inside.Length);
            if (open is not null && (open.FirstTap, open.Taps) == (here.FirstTap, here.Taps))
            {
                open = open with { Pixels = open.Pixels + 1 };
                continue;
            }

            if (open is not null)
            {
                yield return open;
            }

            open = here;
        }

        if (open is not null)
        {
            yield return open;
        }
    }

    /// <summary>The two dimensions of an axis: one of the output, and one that is reduced.</summary>
    private sealed record Sides(Dim Pixel, int PixelStep, Dim Tap, int TapStep);

    private sealed record Class(int FirstPixel, int Pixels, int FirstTap, int Taps);
}
