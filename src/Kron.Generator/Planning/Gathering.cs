using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>
/// Rewrites a contraction that would scatter, <c>output[α·a + β·b + offset] += …</c>, as the adjoint of a convolution does, into
/// ones that gather: the output's elements of each residue modulo α, with the taps b that reach them.
/// </summary>
internal static class Gathering
{
    /// <summary>Whether along some axis several points of the contraction meet in one element, leave elements out or leave the tensor.</summary>
    public static bool IsNeeded(Access output, EquatableArray<Dim> dims) =>
        Enumerable.Range(0, output.Axes.Count).Any(axis => !AreDigits(output, axis, dims));

    /// <summary>Contractions that write each element of the output once; together they cover all axes.</summary>
    public static IEnumerable<Node> Apply(Contract contract) => Apply(contract, 0);

    private static IEnumerable<Node> Apply(Contract contract, int axis)
    {
        while (axis < contract.Output.Axes.Count && AreDigits(contract.Output, axis, contract.Dims))
        {
            axis++;
        }

        return axis == contract.Output.Axes.Count
            ? [contract]
            : Residues(contract, axis).SelectMany(part => part is Contract rest ? Apply(rest, axis + 1) : [part]);
    }

    /// <summary>Whether the dimensions of an axis are the digits of its index, so that each element is met once.</summary>
    private static bool AreDigits(Access access, int axis, EquatableArray<Dim> dims)
    {
        AxisIndex index = access.Axes[axis];
        int expected = 1;
        foreach (DimTerm term in index.Terms.Where(t => ExtentOf(t.Dim, dims) > 1).OrderBy(t => t.Coefficient))
        {
            if (term.Coefficient != expected)
            {
                return false;
            }

            expected *= ExtentOf(term.Dim, dims);
        }

        return index.Offset == 0 && expected == access.Tensor.Extents[axis];
    }

    private static IEnumerable<Node> Residues(Contract contract, int axis)
    {
        AxisIndex index = contract.Output.Axes[axis];

        // The pixel is what the other operands read along an axis of its own, and so as zero outside of its range.
        DimTerm pixel = index.Terms.Single(t => IsAxis(contract.Left, t.Dim, contract.Dims) || IsAxis(contract.Right, t.Dim, contract.Dims));
        DimTerm tap = index.Terms.Single(t => t.Dim != pixel.Dim);
        int taps = ExtentOf(tap.Dim, contract.Dims), extent = contract.Output.Tensor.Extents[axis];
        int divisor = GreatestDivisor(pixel.Coefficient, tap.Coefficient);
        int tapStep = pixel.Coefficient / divisor, pixelStep = tap.Coefficient / divisor;
        for (int residue = 0; residue < Math.Min(pixel.Coefficient, extent); residue++)
        {
            int elements = (extent - residue + pixel.Coefficient - 1) / pixel.Coefficient;
            int first = 0;
            while (first < Math.Min(tapStep, taps) && Modulo(residue - index.Offset - (tap.Coefficient * first), pixel.Coefficient) != 0)
            {
                first++;
            }

            Dim element = new(pixel.Dim, elements);
            AxisIndex at = AxisIndex.Of((pixel.Dim, pixel.Coefficient)) with { Offset = residue };
            if (first >= Math.Min(tapStep, taps))
            {
                // No tap reaches these.
                if (!contract.Accumulate)
                {
                    yield return Zeros(contract, axis, element, at);
                }

                continue;
            }

            // Taps in falling order, so that pixels are read in rising order.
            int count = (taps - first + tapStep - 1) / tapStep, last = first + ((count - 1) * tapStep);
            var shift = new Dictionary<string, AxisIndex>
            {
                [tap.Dim] = AxisIndex.Of((tap.Dim, -tapStep)) with { Offset = last },
                [pixel.Dim] = AxisIndex.Of((pixel.Dim, 1), (tap.Dim, pixelStep)) with { Offset = (residue - index.Offset - (tap.Coefficient * last)) / pixel.Coefficient },
            };
            yield return contract with
            {
                Dims = contract.Dims.Select(d => d.Name == pixel.Dim ? element : d.Name == tap.Dim ? d with { Extent = count } : d).ToEquatableArray(),
                Output = contract.Output with { Axes = contract.Output.Axes.Select((a, k) => k == axis ? at : a).ToEquatableArray() },
                Left = contract.Left.Substitute(shift),
                Right = contract.Right.Substitute(shift),
            };
        }
    }

    private static Map Zeros(Contract contract, int axis, Dim element, AxisIndex at)
    {
        Access output = contract.Output with { Axes = contract.Output.Axes.Select((a, k) => k == axis ? at : a).ToEquatableArray() };

        // The other axes whole.
        Dim[] dims = [.. output.Tensor.Extents.Select((extent, k) => k == axis ? element : new Dim("d" + Invariant.Text(k), extent))];
        return new Map(
            "Clear" + contract.Name,
            new(dims),
            output with { Axes = output.Axes.Select((a, k) => k == axis ? a : AxisIndex.Of((dims[k].Name, 1))).ToEquatableArray() },
            Fold.Store,
            new Literal(0),
            false);
    }

    private static bool IsAxis(Access access, string dim, EquatableArray<Dim> dims) => access.Axes.Select((axis, k) => (axis, k)).Any(p =>
        p.axis.Offset == 0 && p.axis.Terms.Count == 1 && p.axis.Terms[0] is { Coefficient: 1 } term && term.Dim == dim
        && access.Tensor.Region != Region.Parameters && ExtentOf(dim, dims) == access.Tensor.Extents[p.k]);

    private static int ExtentOf(string dim, EquatableArray<Dim> dims) => dims.First(d => d.Name == dim).Extent;

    private static int Modulo(int a, int b) => ((a % b) + b) % b;

    private static int GreatestDivisor(int a, int b) => b == 0 ? a : GreatestDivisor(b, a % b);
}
