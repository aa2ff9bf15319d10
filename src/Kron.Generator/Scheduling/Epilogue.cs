using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Support;

namespace Kron.Generator.Scheduling;

/// <summary>An elementwise map applied to a contraction's sums while they are in registers.</summary>
/// <param name="Sum">The tensor that stands for the sum in the expression.</param>
/// <param name="Value">The expression.</param>
/// <param name="Extras">Its other reads, in the order of the contraction's further operands.</param>
/// <param name="Accumulate">Whether the output is added to (else the first result overwrites it).</param>
internal sealed record Epilogue(string Sum, Expression Value, IReadOnlyList<Access> Extras, bool Accumulate)
{
    /// <summary>
    /// Operations worth repeating for each register of a tile; longer expressions make a pass of their own over
    /// output that is still in cache, which keeps tiles within the JIT's budget.
    /// </summary>
    private const int MaxOperations = 6;

    /// <summary>The map behind a contraction that can be applied to its sums, and is all that ever reads them; or null.</summary>
    public static Map? FusedWith(Dataflow flow, int contraction)
    {
        var contract = (Contract)flow.Nodes[contraction];
        return contraction + 1 < flow.Nodes.Count && flow.Nodes[contraction + 1] is Map map && IsOnlyUse(flow, contraction, map) && CanFuse(contract, map) ? map : null;
    }

    private static bool IsOnlyUse(Dataflow flow, int index, Map map)
    {
        Tensor sum = flow.Nodes[index].Destination;
        bool isWhole = flow.Nodes[index].Accumulate || flow.Nodes.Where((n, k) => k != index + 1).Count(n => n.Destination.Name == sum.Name) == 1;
        return isWhole && map.Sources.Any(t => t.Name == sum.Name)
            && (map.Destination.Name == sum.Name || (sum.Region == Region.Scratch && flow.Nodes.Skip(index + 2).All(n => n.Sources.All(t => t.Name != sum.Name))));
    }

    /// <summary>Whether the map can be applied in the registers of the contraction.</summary>
    public static bool CanFuse(Contract contract, Map map)
    {
        if (!(map.Fold == Fold.Store || (map.Fold == Fold.Add && !contract.IsTransform)) || Expansion.Of(map.Value).Nodes().Count(n => n is not Read) > MaxOperations)
        {
            return false;
        }

        Read[] sums = [.. map.Value.Nodes().OfType<Read>().Where(r => r.Access.Tensor.Name == contract.Output.Tensor.Name)];
        if (sums.Length == 0 || sums.Any(r => !r.Access.Equals(sums[0].Access)) || Rename(contract, map) is not { } rename)
        {
            return false;
        }

        // Everything the map touches stays inside over the contraction's whole range, and a running sum is the output itself.
        return map.Value.Reads().Append(map.Output).Select(a => a.Substitute(rename)).All(a => Inside(a, contract.Dims))
            && (!contract.Accumulate || (map.Fold == Fold.Store && map.Output.Tensor.Name == contract.Output.Tensor.Name));
    }

    /// <summary>The map's dimensions in terms of the contraction's, if the map reads the sum axis by axis.</summary>
    public static Dictionary<string, AxisIndex>? Rename(Contract contract, Map map)
    {
        Access read = map.Value.Reads().First(r => r.Tensor.Name == contract.Output.Tensor.Name);
        var rename = new Dictionary<string, AxisIndex>();
        for (int axis = 0; axis < read.Axes.Count; axis++)
        {
            AxisIndex index = read.Axes[axis];
            if (index.Offset != 0 || index.Terms.Count != 1 || index.Terms[0].Coefficient != 1
                || map.Dims.First(d => d.Name == index.Terms[0].Dim).Extent != read.Tensor.Extents[axis])
            {
                return null;
            }

            rename[index.Terms[0].Dim] = contract.Output.Axes[axis];
        }

        return map.Dims.All(d => rename.ContainsKey(d.Name)) ? rename : null;
    }

    private static bool Inside(Access access, EquatableArray<Dim> dims) =>
        access.Axes.Select((axis, k) => (Range: ZeroExtension.Range(axis, dims), Extent: access.Tensor.Extents[k]))
            .All(a => a.Range.Min >= 0 && a.Range.Max < a.Extent);
}
