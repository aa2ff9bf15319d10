using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>
/// Legalises maps that read or write outside a tensor: their range is cut where an index leaves it. Reads outside become zero
/// and writes outside vanish; a maximum or minimum is left with the points inside. Where an index is that of a window, a pixel
/// and a tap, each class of pixels has the taps that stay inside.
/// </summary>
internal static class BoundsSplit
{
    public static IEnumerable<Map> Apply(Map map)
    {
        foreach (Access access in map.Value.Reads().Append(map.Output))
        {
            for (int axis = 0; axis < access.Axes.Count; axis++)
            {
                (long min, long max) = ZeroExtension.Range(access.Axes[axis], map.Dims);
                int extent = access.Tensor.Extents[axis];
                if (min >= 0 && max < extent)
                {
                    continue;
                }

                return max < 0 || min >= extent ? Outside(map, access) : Cut(map, access.Axes[axis], extent);
            }
        }

        return [map];
    }

    private static IEnumerable<Map> Outside(Map map, Access access)
    {
        if (access == map.Output)
        {
            return [];
        }

        if (map.Fold is Fold.Max or Fold.Min)
        {
            return Apply(Everywhere(map, map.Fold == Fold.Max ? float.NegativeInfinity : float.PositiveInfinity));
        }

        Expression value = ConstantFolding.Apply(map.Value.Replace(leaf => leaf is Read read && read.Access.Equals(access) ? new Literal(0) : null));
        return value is not Literal { Value: 0 } ? Apply(map with { Value = value })
            : map.Accumulate ? []
            : Apply(Everywhere(map, 0));
    }

    /// <summary>Writes a constant where the map would write.</summary>
    private static Map Everywhere(Map map, float value) =>
        map with { Dims = map.Dims.Where(d => map.Output.Uses(d.Name)).ToEquatableArray(), Fold = Fold.Store, Value = value };

    private static IEnumerable<Map> Cut(Map map, AxisIndex index, int extent)
    {
        DimTerm[] terms = [.. index.Terms.Where(t => DimOf(t, map).Extent > 1)];
        if (terms.Length > 2 || terms.Any(t => t.Coefficient <= 0))
        {
            throw new NotSupportedException($"{map.Name} leaves a tensor along an index of {string.Join(", ", terms.Select(t => $"{t.Coefficient}·{t.Dim}"))}; expected at most two dimensions, rising.");
        }

        // The tap is folded or, where both are written, the finer one.
        DimTerm tap = terms.OrderBy(t => map.Output.Uses(t.Dim)).ThenBy(t => t.Coefficient).First();
        Dim dim = DimOf(tap, map);
        if (terms.FirstOrDefault(t => t != tap) is not { } pixel)
        {
            return CutAt(map, dim, Inside(index.Offset));
        }

        // Neighbouring pixels with the same taps inside.
        Dim pixels = DimOf(pixel, map);
        return Enumerable.Range(0, pixels.Extent)
            .Select(p => (Pixel: p, Taps: Inside(index.Offset + (pixel.Coefficient * p))))
            .GroupBy(p => p.Taps)
            .SelectMany(group => CutAt(Restrict(map, pixels, group.First().Pixel, group.Last().Pixel + 1), dim, group.Key));

        // The tap's values with 0 ≤ offset + coefficient·tap < extent.
        (int First, int End) Inside(int offset)
        {
            int first = Math.Min(dim.Extent, Math.Max(0, Integers.CeilingDivide(-offset, tap.Coefficient)));
            return (first, Math.Max(first, Math.Min(dim.Extent, Integers.CeilingDivide(extent - offset, tap.Coefficient))));
        }
    }

    /// <summary>The parts of the range before, inside and behind.</summary>
    private static IEnumerable<Map> CutAt(Map map, Dim dim, (int First, int End) inside)
    {
        (int From, int To) before = (0, inside.First), behind = (inside.End, dim.Extent);
        if (map.Fold == Fold.Store || map.Output.Uses(dim.Name))
        {
            return new[] { before, inside, behind }.Where(IsSome).SelectMany(range => Apply(Restrict(map, dim, range.Item1, range.Item2)));
        }

        if (map.Fold != Fold.Add)
        {
            // Parts outside count only where there is no other.
            (int from, int to) = new[] { inside, before, behind }.First(IsSome);
            return Apply(Restrict(map, dim, from, to));
        }

        // The part inside comes first, so that those outside vanish where they add nothing.
        return new[] { inside, before, behind }.Where(IsSome)
            .SelectMany((range, part) => Apply(Restrict(part > 0 ? map with { Accumulate = true } : map, dim, range.Item1, range.Item2)));

        static bool IsSome((int From, int To) range) => range.From < range.To;
    }

    private static Map Restrict(Map map, Dim dim, int from, int to)
    {
        var shift = new Dictionary<string, AxisIndex> { [dim.Name] = AxisIndex.Of((dim.Name, 1)) with { Offset = from } };
        return map with
        {
            Dims = map.Dims.Select(d => d == dim ? d with { Extent = to - from } : d).ToEquatableArray(),
            Output = map.Output.Substitute(shift),
            Value = map.Value.Replace(leaf => leaf switch
            {
                Read read => new Read(read.Access.Substitute(shift)),
                IndexOf at when at.Dim == dim.Name && from > 0 => at + (float)from,
                _ => null,
            }),
        };
    }

    private static Dim DimOf(DimTerm term, Map map) => map.Dims.First(d => d.Name == term.Dim);
}
