using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>
/// Rewrites a map that would scatter, <c>output[α·p + t + offset] += …</c>, as the adjoint of a window does, into ones that
/// gather: every element of the output takes what the windows that it lies in give it, and is written once.
/// </summary>
internal static class WindowGathering
{
    /// <summary>
    /// Whether windows, each a pixel of <paramref name="outer"/> and a tap, overlap or leave the output, and every other axis is walked whole.
    /// </summary>
    public static bool IsNeeded(Access output, EquatableArray<Dim> dims, Access outer)
    {
        (AxisIndex Axis, int Extent)[] axes = [.. output.Axes.Select((axis, k) => (axis, output.Tensor.Extents[k]))];
        (AxisIndex Axis, int Extent)[] windows = [.. axes.Where(a => IsWindow(a.Axis, outer))];
        return windows.Any(a => !IsInjective(a.Axis, dims) || !TapSkipping.IsInside(a.Axis, a.Extent, dims))
            && axes.Except(windows).All(a => IsWhole(a.Axis, a.Extent, dims))
            && axes.SelectMany(a => a.Axis.Terms).GroupBy(t => t.Dim).All(uses => uses.Count() == 1);
    }

    /// <summary>Whether no two points share an index, as far as its coefficients tell.</summary>
    public static bool IsInjective(AxisIndex axis, EquatableArray<Dim> dims)
    {
        long reach = 0;
        foreach (DimTerm term in axis.Terms.Where(t => ExtentOf(t.Dim, dims) > 1).OrderBy(t => Math.Abs(t.Coefficient)))
        {
            if (Math.Abs(term.Coefficient) <= reach)
            {
                return false;
            }

            reach += (long)Math.Abs(term.Coefficient) * (ExtentOf(term.Dim, dims) - 1);
        }

        return true;
    }

    /// <summary>Maps that write each element of the output once.</summary>
    public static IEnumerable<Map> Apply(Map map, Access outer) => Apply(map, outer, 0);

    private static IEnumerable<Map> Apply(Map map, Access outer, int axis)
    {
        while (axis < map.Output.Axes.Count && !IsWindow(map.Output.Axes[axis], outer))
        {
            axis++;
        }

        if (axis < map.Output.Axes.Count)
        {
            return Residues(map, axis, outer).SelectMany(part => Apply(part.Map, part.Outer, axis + 1));
        }

        EquatableArray<Dim> parallel = map.Dims.Where(d => map.Output.Uses(d.Name)).ToEquatableArray();
        return map.Value is not Literal ? [map with { Fold = parallel.Count == map.Dims.Count ? Fold.Store : Fold.Add }]
            : map.Accumulate ? []
            : [map with { Dims = parallel, Fold = Fold.Store }];
    }

    private static bool IsWindow(AxisIndex axis, Access outer) =>
        axis.Terms.Count == 2 && axis.Terms.All(t => t.Coefficient > 0)
        && axis.Terms.Count(t => outer.Uses(t.Dim)) == 1 && axis.Terms.Single(t => !outer.Uses(t.Dim)).Coefficient == 1;

    private static bool IsWhole(AxisIndex axis, int extent, EquatableArray<Dim> dims) =>
        axis.Offset == 0 && axis.Terms.Count == 1 && axis.Terms[0].Coefficient == 1 && ExtentOf(axis.Terms[0].Dim, dims) == extent;

    /// <summary>The elements of the axis by their residues modulo the stride: the first ones have a tap more than the others.</summary>
    private static IEnumerable<(Map Map, Access Outer)> Residues(Map map, int axis, Access outer)
    {
        AxisIndex index = map.Output.Axes[axis];
        DimTerm pixel = index.Terms.Single(t => outer.Uses(t.Dim));
        string tap = index.Terms.Single(t => t.Dim != pixel.Dim).Dim;
        int stride = pixel.Coefficient, taps = ExtentOf(tap, map.Dims), extent = map.Output.Tensor.Extents[axis];

        // Element offset + stride·q + residue, from the last one before the tensor or at its start.
        int firstPixel = Integers.FloorDivide(-index.Offset, stride);
        int offset = index.Offset + (stride * firstPixel);
        var group = new Dim(pixel.Dim, (extent - offset + stride - 1) / stride);
        foreach ((int from, int to) in new[] { (0, taps % stride), (taps % stride, stride) }.Where(range => range.Item1 < range.Item2))
        {
            int windows = (taps - from + stride - 1) / stride;
            Map part = map with
            {
                Dims = map.Dims.Select(d => d.Name == pixel.Dim ? group : d.Name == tap ? new Dim(tap, to - from) : d).ToEquatableArray(),
                Output = map.Output with { Axes = map.Output.Axes.Select((a, k) => k == axis ? AxisIndex.Of((pixel.Dim, stride), (tap, 1)) with { Offset = offset + from } : a).ToEquatableArray() },
            };
            if (windows == 0)
            {
                yield return (part with { Value = new Literal(0) }, outer);
                continue;
            }

            // Of the windows an element lies in the last tap comes first, so that pixels are read in rising order.
            string window = "n" + pixel.Dim;
            int lastTap = from + (stride * (windows - 1));
            var shift = new Dictionary<string, AxisIndex>
            {
                [pixel.Dim] = AxisIndex.Of((pixel.Dim, 1), (window, 1)) with { Offset = firstPixel - (windows - 1) },
                [tap] = AxisIndex.Of((tap, 1), (window, -stride)) with { Offset = lastTap },
            };
            Expression value = map.Value.Replace(leaf => leaf switch
            {
                Read read => new Read(read.Access.Substitute(shift)),
                IndexOf at when shift.TryGetValue(at.Dim, out AxisIndex? shifted) => IndexOf(shifted),
                _ => null,
            });
            yield return (part with { Dims = [.. part.Dims, new Dim(window, windows)], Value = value }, outer.Substitute(shift));
        }
    }

    private static Expression IndexOf(AxisIndex index) => index.Terms.Aggregate(
        (Expression)(float)index.Offset,
        (sum, term) => sum + (term.Coefficient == 1 ? new IndexOf(term.Dim) : new IndexOf(term.Dim) * (float)term.Coefficient));

    private static int ExtentOf(string dim, EquatableArray<Dim> dims) => dims.First(d => d.Name == dim).Extent;
}
