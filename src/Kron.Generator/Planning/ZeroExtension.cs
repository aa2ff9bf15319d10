using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>
/// Legalises contractions that read outside a tensor (padding): they read a zero-extended copy instead, so that every
/// later pass may assume contractions to stay inside.
/// </summary>
internal static class ZeroExtension
{
    public static IReadOnlyList<Node> Apply(IReadOnlyList<Node> nodes)
    {
        var result = new List<Node>();
        var copies = new Dictionary<string, Tensor>();
        foreach (Node node in nodes)
        {
            result.Add(node is Contract contract
                ? contract with { Left = Extend(contract, contract.Left), Right = Extend(contract, contract.Right) }
                : node);
        }

        return result;

        Access Extend(Contract contract, Access access)
        {
            (long Min, long Max)[] ranges = [.. access.Axes.Select(axis => Range(axis, contract.Dims))];
            if (ranges.Select((range, axis) => range.Min >= 0 && range.Max < access.Tensor.Extents[axis]).All(inside => inside))
            {
                return access;
            }

            int[] low = [.. ranges.Select(r => checked((int)Math.Min(0, r.Min)))];
            int[] extents = [.. ranges.Select((r, axis) => checked((int)(Math.Max(r.Max + 1, access.Tensor.Extents[axis]) - low[axis])))];
            string name = access.Tensor.Name + "_" + string.Join("_", low.Concat(extents).Select(v => Invariant.Text(v).Replace('-', 'm')));
            if (!copies.TryGetValue(name, out Tensor? copy))
            {
                copy = new Tensor(name, Region.Scratch, new(extents), access.Tensor.PerSample);
                copies.Add(name, copy);
                Access written = Access.Whole(copy);
                Access read = new(access.Tensor, written.Axes.Select((index, axis) => index with { Offset = low[axis] }).ToEquatableArray());
                result.Add(new Map("ZeroExtend", copy.Dims, written, Fold.Store, new Read(read), false));
            }

            return new Access(copy, access.Axes.Select((axis, index) => axis with { Offset = axis.Offset - low[index] }).ToEquatableArray());
        }
    }

    /// <summary>The least and greatest value of an index.</summary>
    public static (long Min, long Max) Range(AxisIndex axis, EquatableArray<Dim> dims)
    {
        long min = axis.Offset, max = axis.Offset;
        foreach (DimTerm term in axis.Terms)
        {
            long reach = (long)term.Coefficient * (dims.First(d => d.Name == term.Dim).Extent - 1);
            min += Math.Min(0, reach);
            max += Math.Max(0, reach);
        }

        return (min, max);
    }
}
