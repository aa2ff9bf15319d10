using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>Consecutive rows of a contraction's output, so that what is made of them is still in a cache when the next contraction reads it.</summary>
internal static class RowStrips
{
    /// <summary>The output axis along which a contraction makes its rows of as many rows of what it reads, one of one; or −1.</summary>
    /// <param name="contract">The contraction.</param>
    /// <param name="axis">The axis of what it reads.</param>
    /// <param name="first">The first row there.</param>
    /// <param name="rows">Rows.</param>
    public static int AxisOf(Contract contract, int axis, int first, int rows)
    {
        // A kernel of one row has a tap that is always 0.
        AxisIndex read = contract.Left.Axes[axis];
        AxisIndex moving = read with { Terms = read.Terms.Where(t => ExtentOf(t.Dim) > 1).ToEquatableArray() };
        return PlainDim(moving) is { } dim && read.Offset == first && ExtentOf(dim) == rows && !contract.Right.Uses(dim) && !contract.Accumulate
            ? contract.Output.Axes.Select(PlainDim).ToList().IndexOf(dim)
            : -1;

        int ExtentOf(string name) => contract.Dims.First(d => d.Name == name).Extent;
    }

    /// <summary>The dimension that an axis is, wherever it begins, or null.</summary>
    public static string? PlainDim(AxisIndex axis) => axis.Terms.Count == 1 && axis.Terms[0].Coefficient == 1 ? axis.Terms[0].Dim : null;

    /// <summary>Rows of a contraction and of the elementwise map that is all that reads its sums, if there is one.</summary>
    public static IEnumerable<Node> Of(Contract contract, Map? map, int axis, int first, int rows) =>
        WithMap(contract.Restrict(PlainDim(contract.Output.Axes[axis])!, first, rows), map, axis, first, rows);

    /// <summary>A contraction that makes these rows, and the map over them: their sums are a tensor of their own that is never stored.</summary>
    public static IEnumerable<Node> WithMap(Contract part, Map? map, int axis, int first, int rows)
    {
        if (map is null)
        {
            return [part];
        }

        Tensor whole = part.Output.Tensor;
        Tensor sums = whole with
        {
            Name = $"{whole.Name}_{Invariant.Text(first)}",
            Region = Region.Scratch,
            Offset = 0,
            Extents = whole.Extents.Select((extent, k) => k == axis ? rows : extent).ToEquatableArray(),
        };
        Access read = map.Value.Reads().First(r => r.Tensor.Name == whole.Name);
        string dim = read.Axes[axis].Terms.Single().Dim;
        var shift = new Dictionary<string, AxisIndex> { [dim] = AxisIndex.Of((dim, 1)) with { Offset = first } };
        return
        [
            part with { Output = new Access(sums, part.Output.Axes.Select((a, k) => k == axis ? a with { Offset = a.Offset - first } : a).ToEquatableArray()) },
            map with
            {
                Dims = map.Dims.Select(d => d.Name == dim ? d with { Extent = rows } : d).ToEquatableArray(),
                Output = map.Output.Substitute(shift),
                Value = map.Value.Replace(leaf => leaf is not Read r ? null : new Read(r.Access.Equals(read) ? r.Access with { Tensor = sums } : r.Access.Substitute(shift))),
            },
        ];
    }
}
