using System.Collections.Generic;
using System.Linq;

namespace Kron.Generator.Planning;

/// <summary>
/// Lets an elementwise map overwrite what it reads: its source takes the name and place of its destination, and an
/// identity disappears. What <c>keep</c> names stays apart.
/// </summary>
internal static class InPlace
{
    public static IReadOnlyList<Node> Apply(IReadOnlyList<Node> nodes, IReadOnlyCollection<string> keep)
    {
        var result = nodes.ToList();
        for (int i = 0; i < result.Count; i++)
        {
            if (result[i] is not Map { Fold: Fold.Store, Accumulate: false } map)
            {
                continue;
            }

            Access? source = map.Value.Reads().FirstOrDefault(read =>
                read.Tensor.Region == Region.Scratch &&
                !keep.Contains(read.Tensor.Name) &&
                read.Axes.Equals(map.Output.Axes) &&
                read.Tensor.Extents.Equals(map.Output.Tensor.Extents) &&
                map.Value.Reads().Count(r => r.Tensor.Name == read.Tensor.Name) == 1 &&
                result.Count(n => n.Sources.Any(t => t.Name == read.Tensor.Name)) == 1 &&
                result.Count(n => n.Destination.Name == map.Output.Tensor.Name) == 1);
            if (source is null)
            {
                continue;
            }

            if (map.Value is Read)
            {
                result.RemoveAt(i--);
            }

            for (int j = 0; j < result.Count; j++)
            {
                result[j] = result[j].Rename(source.Tensor, map.Output.Tensor);
            }
        }

        return result;
    }
}
