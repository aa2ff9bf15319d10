using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Passes;

/// <summary>
/// Puts the loads of two vectors that lie beside each other one after the other, as far as registers go: where a target has an instruction for
/// both, the JIT uses it for neighbouring loads, but moves none itself.
/// </summary>
internal static class LoadPairs
{
    public static Kernel Run(Kernel kernel, TargetModel target) =>
        target.PairReach == 0 ? kernel : kernel.WithBody(Block(kernel.Body, target));

    private static List<Statement> Block(EquatableArray<Statement> block, TargetModel target)
    {
        List<Statement> body = [.. block.Select(statement => statement is Loop loop ? loop with { Body = Block(loop.Body, target).ToEquatableArray() } : statement)];
        List<int>? live = null;
        for (int first = 0; first < body.Count - 1; first++)
        {
            if (Place(body[first], target) is not { } place)
            {
                continue;
            }

            Address beside = place + target.Lanes;
            if (Place(body[first + 1], target) == beside)
            {
                first++;
                continue;
            }

            // Loaded earlier, the second one takes a register until it was loaded before.
            live ??= LiveValues.Behind(body);
            int second = first + 1;
            while (second < body.Count && live[second - 1] < target.Registers && body[second] is Let or Set or Prefetch or Remark && Place(body[second], target) != beside)
            {
                second++;
            }

            if (second < body.Count && live[second - 1] < target.Registers && body[second] is Let)
            {
                Move(body, second, first + 1);
                Move(live, second, first + 1);
                for (int i = first + 1; i <= second; i++)
                {
                    live[i] = i == first + 1 ? live[first] + 1 : live[i] + 1;
                }

                first++;
            }
        }

        return body;
    }

    /// <summary>Where a whole vector is loaded from, if it can be one of a pair.</summary>
    private static Address? Place(Statement statement, TargetModel target) =>
        statement is Let { Operation: Load load } && load.Lanes == target.Lanes
            ? load.From
            : null;

    private static void Move<T>(List<T> list, int from, int to)
    {
        T moved = list[from];
        list.RemoveAt(from);
        list.Insert(to, moved);
    }
}
