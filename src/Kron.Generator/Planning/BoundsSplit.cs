using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>Legalises maps that read or write outside a tensor: their range is cut where an index leaves it; reads outside become zero, writes outside vanish.</summary>
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

    private static IEnumerable<Map> Outside(Map map, Access access) => access == map.Output
        ? []
        : Apply(map with { Value = map.Value.Replace(leaf => leaf is Read read && read.Access.Equals(access) ? new Literal(0) : null) });

    private static IEnumerable<Map> Cut(Map map, AxisIndex index, int extent)
    {
        if (index.Terms.Count != 1 || index.Terms[0].Coefficient <= 0)
        {
            throw new NotSupportedException($"{map.Name} leaves a tensor along an index of several dimensions.");
        }

        DimTerm term = index.Terms[0];
        Dim dim = map.Dims.First(d => d.Name == term.Dim);

        bool folded = map.Fold != Fold.Store && !map.Output.Uses(dim.Name);
        if (folded && map.Fold != Fold.Add)
        {
            throw new NotSupportedException($"{map.Name} leaves a tensor along a dimension that it folds by {map.Fold}.");
        }

        // Values of the dimension with 0 ≤ Offset + Coefficient·d < extent.
        int first = Math.Max(0, CeilingDivide(-index.Offset, term.Coefficient));
        int end = Math.Min(dim.Extent, CeilingDivide(extent - index.Offset, term.Coefficient));
        return new[] { (0, first), (first, end), (end, dim.Extent) }
            .Where(range => range.Item1 < range.Item2)
            .SelectMany((range, part) => Apply(Restrict(folded && part > 0 ? map with { Accumulate = true } : map, dim, range.Item1, range.Item2)));
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

    private static int CeilingDivide(int a, int b) => (int)Math.Ceiling((double)a / b);
}
