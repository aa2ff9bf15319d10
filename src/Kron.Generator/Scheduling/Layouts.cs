using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Support;

namespace Kron.Generator.Scheduling;

/// <summary>
/// Orders the axes of what lies between contractions so that all that write or read it take the fewest cycles together:
/// the tape then holds what the weight gradients want to read.
/// </summary>
internal static class Layouts
{
    // Inference keeps the order of training, and so its kernels, only where the model sees no difference: at 0.97, (512, 8, 512, 18, 5) lost 8%.
    private const double Worthwhile = 0.995;

    // Axes that are moved on their own.
    private const int MostApart = 3;

    public static LayerPlan Choose(LayerPlan plan, Rankings rankings, int samples)
    {
        var orders = new Dictionary<string, int[]>();
        Dataflow[] training = Choose([plan.Record, plan.Backward, plan.InputGradient], orders, rankings, samples);
        Dataflow[] inference = Choose([plan.Forward], orders, rankings, samples);
        return plan with { Forward = inference[0], Record = training[0], Backward = training[1], InputGradient = training[2] };
    }

    /// <param name="flows">The passes that share their intermediates.</param>
    /// <param name="orders">Orders to keep where nothing is clearly better, by tensor; receives those that are chosen.</param>
    /// <param name="rankings">What contractions cost.</param>
    /// <param name="samples">The sample block.</param>
    private static Dataflow[] Choose(Dataflow[] flows, Dictionary<string, int[]> orders, Rankings rankings, int samples)
    {
        foreach (Tensor tensor in flows.SelectMany(f => f.Nodes).Select(n => n.Destination).Where(t => t.Region is Region.Scratch or Region.Tape).Distinct().ToArray())
        {
            Node[] users = [.. flows.SelectMany(f => f.Nodes).Where(n => n.Destination.Name == tensor.Name || n.Sources.Any(t => t.Name == tensor.Name))];
            Contract[] contracts = [.. users.OfType<Contract>()];
            if (!users.All(n => n is Contract or Map { Value: Literal }))
            {
                continue;
            }

            int[] best = [.. Enumerable.Range(0, tensor.Extents.Count)];
            double least = double.PositiveInfinity;
            if (orders.TryGetValue(tensor.Name, out int[]? kept) && kept.Length == best.Length)
            {
                best = kept;
                least = Worthwhile * Cycles(kept, least);
            }

            foreach (int[] order in Orders(tensor))
            {
                double cycles = Cycles(order, least);
                if (cycles < least)
                {
                    (best, least) = (order, cycles);
                }
            }

            orders[tensor.Name] = best;
            flows = [.. flows.Select(f => new Dataflow(f.Nodes.Select(n => Permute(n, tensor, best)).ToEquatableArray()))];

            double Cycles(int[] order, double limit)
            {
                Contract[] permuted = [.. contracts.Select(user => (Contract)Permute(user, tensor, order))];
                double transforms = permuted.Where(c => c.IsTransform).Sum(c => CostModel.TransformCycles(c, rankings.Target, samples));
                return transforms + rankings.LeastCycles([.. permuted.Where(c => !c.IsTransform).Select(c => Contraction.Of(c, null, samples))], limit - transforms);
            }
        }

        return flows;
    }

    /// <summary>The order as planned first, so that it stays where nothing is better; axes of extent 1 keep their place.</summary>
    private static IEnumerable<int[]> Orders(Tensor tensor)
    {
        int[] moving = [.. Enumerable.Range(0, tensor.Extents.Count).Where(axis => tensor.Extents[axis] > 1)];

        // An image's rows and columns stay together where there are many orders to weigh.
        int together = moving.Length > MostApart ? Math.Max(2, moving.Length - MostApart) : 1;
        int[][] blocks = [.. moving.Take(moving.Length - together).Select(axis => (int[])[axis]), [.. moving.Skip(moving.Length - together)]];
        foreach (int[][] blockOrder in Permutations(blocks))
        {
            int next = 0;
            int[] order = [.. blockOrder.SelectMany(block => block)];
            yield return [.. Enumerable.Range(0, tensor.Extents.Count).Select(axis => tensor.Extents[axis] > 1 ? order[next++] : axis)];
        }
    }

    private static IEnumerable<int[][]> Permutations(int[][] items) => items.Length <= 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(i => i != first)]), (first, rest) => (int[][])[first, .. rest]);

    private static Node Permute(Node node, Tensor tensor, int[] order) => node switch
    {
        Contract c => c with { Output = Permute(c.Output, tensor, order), Left = Permute(c.Left, tensor, order), Right = Permute(c.Right, tensor, order) },
        Map m => m with { Output = Permute(m.Output, tensor, order) },
        _ => node,
    };

    private static Access Permute(Access access, Tensor tensor, int[] order) => access.Tensor.Name != tensor.Name
        ? access
        : new Access(
            tensor with { Extents = order.Select(axis => tensor.Extents[axis]).ToEquatableArray() },
            order.Select(axis => access.Axes[axis]).ToEquatableArray());
}
