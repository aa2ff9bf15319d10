using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>Fuses an elementwise map into the one map that reads its result, so that inference makes one pass over it.</summary>
internal static class MapFusion
{
    public static IReadOnlyList<Node> Apply(IReadOnlyList<Node> nodes)
    {
        var result = nodes.ToList();
        for (int i = 0; i < result.Count; i++)
        {
            if (result[i] is not Map { Fold: Fold.Store, Accumulate: false } producer || producer.Output.Tensor.Region != Region.Scratch || !IsPlain(producer)
                || result.Count(n => n.Destination.Name == producer.Output.Tensor.Name) > 1)
            {
                continue;
            }

            Node[] readers = [.. result.Where(n => n.Sources.Any(t => t.Name == producer.Output.Tensor.Name))];
            if (readers.Length == 1 && readers[0] is Map reader && reader.Value.Reads().Count(r => r.Tensor.Name == producer.Output.Tensor.Name) == 1)
            {
                Access read = reader.Value.Reads().Single(r => r.Tensor.Name == producer.Output.Tensor.Name);
                result[result.IndexOf(reader)] = reader with { Value = reader.Value.Replace(leaf => leaf is Read r && r.Access.Equals(read) ? Substitute(producer, read) : null) };
                result.RemoveAt(i--);
            }
        }

        return result;
    }

    /// <summary>Whether the map writes axis k at dimension k: its dimensions are the tensor's axes.</summary>
    private static bool IsPlain(Map map) =>
        map.Output.Axes.Count == map.Dims.Count &&
        map.Output.Axes.Select((axis, k) => axis.Equals(AxisIndex.Of((map.Dims[k].Name, 1)))).All(plain => plain);

    private static Expression Substitute(Map producer, Access at)
    {
        Dictionary<string, AxisIndex> index = producer.Dims.Select((d, k) => (d.Name, Axis: at.Axes[k])).ToDictionary(p => p.Name, p => p.Axis);
        return producer.Value.Replace(leaf => leaf is Read r ? new Read(r.Access.Substitute(index)) : null);
    }

    /// <summary>The access with each dimension replaced by an affine index.</summary>
    public static Access Substitute(this Access access, IReadOnlyDictionary<string, AxisIndex> index) =>
        access with { Axes = access.Axes.Select(axis => Substitute(axis, index)).ToEquatableArray() };

    private static AxisIndex Substitute(AxisIndex axis, IReadOnlyDictionary<string, AxisIndex> index)
    {
        int offset = axis.Offset;
        var terms = new List<DimTerm>();
        foreach (DimTerm term in axis.Terms)
        {
            if (!index.TryGetValue(term.Dim, out AxisIndex? inner))
            {
                terms.Add(term);
                continue;
            }

            offset += term.Coefficient * inner.Offset;
            terms.AddRange(inner.Terms.Select(t => new DimTerm(t.Dim, t.Coefficient * term.Coefficient)));
        }

        return new AxisIndex(terms.GroupBy(t => t.Dim).Select(g => new DimTerm(g.Key, g.Sum(t => t.Coefficient))).ToEquatableArray(), offset);
    }
}
