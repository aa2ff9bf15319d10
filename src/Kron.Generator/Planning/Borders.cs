using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Planning;

/// <summary>
/// Legalises contractions that read outside of a tensor (padding) and are not better cut (<see cref="TapSkipping"/>): an intermediate
/// lies inside borders of zeros, and the caller's memory is copied into such a place first.
/// </summary>
internal sealed class Borders
{
    private const string CopySuffix = "_bordered";

    private readonly Dictionary<string, Border> _borders = [];

    private Borders(IEnumerable<Contract> contracts)
    {
        foreach (Contract contract in contracts)
        {
            Collect(contract, contract.Left);
            Collect(contract, contract.Right);
        }
    }

    public static IReadOnlyList<Node> Apply(IReadOnlyList<Node> forward) => new Borders(forward.OfType<Contract>()).Rewrite(forward, []);

    /// <summary>Passes that share their intermediates; the last two also their scratch, so what the one has copied the other finds.</summary>
    public static (IReadOnlyList<Node> Record, IReadOnlyList<Node> Backward, IReadOnlyList<Node> InputGradient) Apply(
        IReadOnlyList<Node> record, IReadOnlyList<Node> backward, IReadOnlyList<Node> inputGradient)
    {
        var borders = new Borders(record.Concat(backward).Concat(inputGradient).OfType<Contract>());
        HashSet<string> done = [];
        return (borders.Rewrite(record, []), borders.Rewrite(backward, done), borders.Rewrite(inputGradient, done));
    }

    private void Collect(Contract contract, Access access)
    {
        if (IsCut(contract, access))
        {
            return;
        }

        int axes = access.Axes.Count;
        Border border = _borders.TryGetValue(access.Tensor.Name, out Border? known) ? known : new Border(new int[axes], new int[axes]);
        for (int axis = 0; axis < axes; axis++)
        {
            (long min, long max) = ZeroExtension.Range(access.Axes[axis], contract.Dims);
            border.Low[axis] = Math.Max(border.Low[axis], checked((int)-min));
            border.High[axis] = Math.Max(border.High[axis], checked((int)(max + 1 - access.Tensor.Extents[axis])));
        }

        _borders[access.Tensor.Name] = border;
    }

    /// <summary>
    /// Whether the access stays inside, or will when the contraction is cut: along one axis that is not the innermost, and not by the taps
    /// of a weight gradient, which lie beside each other.
    /// </summary>
    private static bool IsCut(Contract contract, Access access)
    {
        int[] left = [.. Enumerable.Range(0, access.Axes.Count).Where(axis => !TapSkipping.IsInside(access.Axes[axis], access.Tensor.Extents[axis], contract.Dims))];
        return left.Length == 0
            || (left.Length == 1 && contract.Output.Tensor.PerSample && left[0] < access.Axes.Count - 1 && TapSkipping.IsWorthwhile(contract, access.Axes[left[0]], access.Tensor.Extents[left[0]]));
    }

    /// <param name="nodes">The nodes of a pass.</param>
    /// <param name="done">What has been copied or cleared already, by name; receives the rest.</param>
    private IReadOnlyList<Node> Rewrite(IReadOnlyList<Node> nodes, HashSet<string> done)
    {
        var result = new List<Node>();
        foreach (Node node in nodes)
        {
            if (node is Contract contract)
            {
                foreach (Access access in (Access[])[contract.Left, contract.Right])
                {
                    if (access.Tensor.Region != Region.Scratch && _borders.TryGetValue(access.Tensor.Name, out Border? around) && done.Add(access.Tensor.Name))
                    {
                        result.AddRange(Copy(access.Tensor, around));
                    }
                }
            }

            Tensor destination = node.Destination;
            if (destination.Region == Region.Scratch && _borders.TryGetValue(destination.Name, out Border? border) && done.Add(destination.Name))
            {
                result.Add(Map.Clear(border.Around(destination)));
                if (node is Map { Value: Literal { Value: 0 } })
                {
                    continue;
                }
            }

            result.Add(Inside(node));
        }

        return result;
    }

    /// <summary>The node with what has borders in their midst.</summary>
    private Node Inside(Node node) => node switch
    {
        Contract c => c with { Output = Inside(c.Output), Left = Inside(c.Left, copies: true), Right = Inside(c.Right, copies: true) },
        WindowSum s => s with { Output = Inside(s.Output), Input = Inside(s.Input) },
        Map m => m with { Output = Inside(m.Output), Value = m.Value.Replace(leaf => leaf is Read read ? new Read(Inside(read.Access)) : null) },
        _ => throw new NotSupportedException($"No borders for {node.GetType().Name}."),
    };

    private Access Inside(Access access, bool copies = false)
    {
        if (!_borders.TryGetValue(access.Tensor.Name, out Border? border) || (access.Tensor.Region != Region.Scratch && !copies))
        {
            return access;
        }

        return new Access(
            access.Tensor.Region == Region.Scratch ? border.Around(access.Tensor) : CopyOf(access.Tensor, border),
            access.Axes.Select((axis, k) => axis with { Offset = axis.Offset + border.Low[k] }).ToEquatableArray());
    }

    private static Tensor CopyOf(Tensor tensor, Border border) => border.Around(tensor) with { Name = tensor.Name + CopySuffix, Region = Region.Scratch };

    private static IEnumerable<Node> Copy(Tensor tensor, Border border)
    {
        Tensor copy = CopyOf(tensor, border);
        Access read = Access.Whole(tensor);
        Access inside = new(copy, read.Axes.Select((index, k) => index with { Offset = border.Low[k] }).ToEquatableArray());
        yield return Map.Clear(copy);
        yield return new Map("CopyInside", tensor.Dims, inside, Fold.Store, new Read(read), false);
    }

    /// <summary>Zeros before and behind each axis.</summary>
    private sealed record Border(int[] Low, int[] High)
    {
        public Tensor Around(Tensor tensor) => tensor with { Extents = tensor.Extents.Select((extent, axis) => Low[axis] + extent + High[axis]).ToEquatableArray() };
    }
}
