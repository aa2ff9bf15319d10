using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>
/// Rewrites a contraction that would scatter, as the adjoint of a convolution does (<see cref="SlidingOutput"/>), into ones that
/// gather: the output's elements of each residue modulo the stride, with the taps that reach them. Where most of these would read
/// outside of the pixels, as with kernels nearly as large as the image, each tap is a contraction that adds to what it reaches.
/// </summary>
internal static class Gathering
{
    // Products with zeros beside each useful one from which on it is cheaper to go over the output once for each tap.
    private const double MostWaste = 0.3;

    // Products that make going over the output so often worth it.
    private const int LongSum = 16;

    /// <summary>Contractions no two points of which meet in one element, unless one comes after the other. Together they write the whole output.</summary>
    public static IEnumerable<Node> Apply(Contract contract)
    {
        SlidingOutput[] sliding = [.. Enumerable.Range(0, contract.Output.Axes.Count).Select(axis => SlidingOutput.Of(contract, axis)).Where(s => s is not null).Select(s => s!)];
        SlidingOutput[] wasteful = SumLength(contract) < LongSum ? [] : [.. sliding.Where(s => Waste(s) > MostWaste)];
        IEnumerable<Contract> parts = [wasteful.Length > 0 ? contract with { Accumulate = true } : contract];
        foreach (SlidingOutput axis in wasteful)
        {
            parts = parts.SelectMany(part => Taps(part, axis));
        }

        IEnumerable<Node> nodes = parts;
        foreach (SlidingOutput axis in sliding.Except(wasteful))
        {
            nodes = nodes.SelectMany(node => node is Contract part ? Residues(part, axis) : [node]);
        }

        return wasteful.Length > 0 && !contract.Accumulate ? nodes.Prepend(Map.Clear(contract.Output.Tensor)) : nodes;
    }

    /// <summary>Products of each element for one tap.</summary>
    private static long SumLength(Contract contract) =>
        contract.Dims.Where(d => !contract.Output.Uses(d.Name)).Aggregate(1L, (product, d) => product * d.Extent);

    /// <summary>Products with zeros that gathering takes, for each useful one.</summary>
    private static double Waste(SlidingOutput axis)
    {
        double all = Enumerable.Range(0, Math.Min(axis.PixelStep, axis.Extent)).Sum(residue => (double)axis.Elements(residue) * axis.TapsOf(residue).Count);
        return (all / Enumerable.Range(0, axis.Tap.Extent).Sum(tap => axis.Reach(tap).Count)) - 1;
    }

    /// <summary>A contraction for each tap, over the pixels that it sends into the output.</summary>
    private static IEnumerable<Contract> Taps(Contract contract, SlidingOutput axis)
    {
        for (int tap = 0; tap < axis.Tap.Extent; tap++)
        {
            (int first, int count) = axis.Reach(tap);
            if (count > 0)
            {
                yield return contract.Substitute(
                    new Dictionary<string, AxisIndex>
                    {
                        [axis.Tap.Name] = new AxisIndex([], tap),
                        [axis.Pixel.Name] = AxisIndex.Of((axis.Pixel.Name, 1)) with { Offset = first },
                    },
                    contract.Dims.Where(d => d.Name != axis.Tap.Name).Select(d => d.Name == axis.Pixel.Name ? d with { Extent = count } : d));
            }
        }
    }

    private static IEnumerable<Node> Residues(Contract contract, SlidingOutput axis)
    {
        for (int residue = 0; residue < Math.Min(axis.PixelStep, axis.Extent); residue++)
        {
            (int first, int count) = axis.TapsOf(residue);
            Dim elements = new(axis.Pixel.Name, axis.Elements(residue));
            AxisIndex at = AxisIndex.Of((elements.Name, axis.PixelStep)) with { Offset = residue };
            if (count == 0)
            {
                // No tap reaches these.
                if (!contract.Accumulate)
                {
                    yield return Zeros(contract, axis.Axis, elements, at);
                }

                continue;
            }

            // Taps in falling order, so that pixels are read in rising order.
            int last = first + ((count - 1) * axis.TapsApart);
            var shift = new Dictionary<string, AxisIndex>
            {
                [axis.Tap.Name] = AxisIndex.Of((axis.Tap.Name, -axis.TapsApart)) with { Offset = last },
                [axis.Pixel.Name] = AxisIndex.Of((axis.Pixel.Name, 1), (axis.Tap.Name, axis.PixelsApart)) with { Offset = (residue - axis.Offset - (axis.TapStep * last)) / axis.PixelStep },
            };
            Access output = contract.Output with { Axes = contract.Output.Axes.Select((a, k) => k == axis.Axis ? at : a).ToEquatableArray() };
            yield return contract.Substitute(shift, contract.Dims.Select(d => d.Name == elements.Name ? elements : d.Name == axis.Tap.Name ? d with { Extent = count } : d)) with { Output = output };
        }
    }

    /// <summary>Clears the elements of one axis that <paramref name="at"/> names.</summary>
    private static Map Zeros(Contract contract, int axis, Dim elements, AxisIndex at)
    {
        Map whole = Map.Clear(contract.Output.Tensor);
        return whole with
        {
            Dims = whole.Dims.Select((d, k) => k == axis ? elements : d).ToEquatableArray(),
            Output = whole.Output with { Axes = whole.Output.Axes.Select((index, k) => k == axis ? at : index).ToEquatableArray() },
        };
    }
}
