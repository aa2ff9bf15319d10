using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Scheduling;

/// <summary>Enumerates the schedules of a contraction and returns the cheapest. It knows strides and a target's numbers, no layer kinds and no names.</summary>
internal static class ContractScheduler
{
    private const int MaxUnroll = 8;

    // A step of this many multiply-adds hides the loop around it; smaller ones are unrolled to a body of twice as many.
    private const int WideStep = 24;
    private const int MaxVectors = 12;
    private const int MaxBlock = 24;

    // Schedules up to here are kept in case the JIT's budget refuses the best.
    private const double NearBest = 1.25;

    /// <summary>The cheapest schedule whose tiles stay within the JIT's budget.</summary>
    /// <param name="contraction">The contraction.</param>
    /// <param name="target">The target.</param>
    /// <param name="fits">Whether a schedule's tiles stay within the budget; asked from the cheapest on.</param>
    public static Schedule Choose(Contraction contraction, TargetModel target, Func<Schedule, bool> fits) =>
        Choose(contraction, target, fits, double.PositiveInfinity);

    /// <param name="contraction">The contraction.</param>
    /// <param name="target">The target.</param>
    /// <param name="fits">As above.</param>
    /// <param name="best">The least cycles, if they are known.</param>
    public static Schedule Choose(Contraction contraction, TargetModel target, Func<Schedule, bool> fits, double best)
    {
        var near = new List<Schedule>();
        foreach (Schedule schedule in Enumerate(contraction, target, () => NearBest * best))
        {
            near.Add(schedule);
            best = Math.Min(best, schedule.Cycles);
        }

        return FirstThatFits(near.Where(s => s.Cycles < NearBest * best)) ?? FirstThatFits(Enumerate(contraction, target))
            ?? throw new InvalidOperationException($"No schedule of {contraction.Name} stays within the JIT's budget.");

        Schedule? FirstThatFits(IEnumerable<Schedule> schedules)
        {
            foreach (Schedule schedule in schedules.OrderBy(s => s.Cycles).Select(s => Prefetching.Apply(contraction, s, target)))
            {
                if (schedule.Around > 1 && fits(schedule))
                {
                    return schedule;
                }

                // Less unrolling costs little; another tile may cost more.
                for (int unroll = schedule.Unroll; unroll >= 1; unroll /= 2)
                {
                    Schedule candidate = schedule with { Unroll = unroll, Around = 1, Chains = Math.Min(schedule.Chains, unroll) };
                    if (fits(candidate))
                    {
                        return candidate;
                    }
                }
            }

            return null;
        }
    }

    /// <summary>Cycles of the cheapest schedule, whether or not its tiles stay within the JIT's budget.</summary>
    /// <param name="contraction">The contraction.</param>
    /// <param name="target">The target.</param>
    /// <param name="best">What is returned if no schedule takes less.</param>
    public static double LeastCycles(Contraction contraction, TargetModel target, double best = double.PositiveInfinity)
    {
        foreach (Schedule schedule in Enumerate(contraction, target, () => best))
        {
            best = Math.Min(best, schedule.Cycles);
        }

        return best;
    }

    /// <summary>Every schedule, in no order of merit.</summary>
    public static IEnumerable<Schedule> Enumerate(Contraction contraction, TargetModel target) =>
        Enumerate(contraction, target, () => double.PositiveInfinity);

    /// <summary>Every schedule that takes fewer cycles than <paramref name="limit"/> says when it is reached.</summary>
    private static IEnumerable<Schedule> Enumerate(Contraction contraction, TargetModel target, Func<double> limit)
    {
        foreach (int vector in (int[])[Contraction.Left, Contraction.Right])
        {
            foreach (bool packed in (bool[])[false, true])
            {
                int rearranged = packed ? vector : -1;
                IReadOnlyList<LoopDim> loops = Coalescing.Apply(contraction.Loops, rearranged);
                double pack = CostModel.PackCycles(contraction, rearranged);
                foreach (LanePlan plan in LanePlans.Of(contraction, loops, vector, packed, target))
                {
                    var memory = new MemoryModel(contraction, plan.Loops.Append(plan.Lanes), rearranged, target);
                    foreach (Schedule schedule in Tilings(contraction, target, plan, vector, packed))
                    {
                        double least = limit();
                        double cycles = CostModel.Cycles(contraction, schedule, target, pack, memory, least);
                        if (cycles < least)
                        {
                            yield return schedule with { Cycles = cycles };
                        }
                    }
                }
            }
        }
    }

    private static IEnumerable<Schedule> Tilings(Contraction contraction, TargetModel target, LanePlan plan, int vector, bool packed)
    {
        int broadcast = Contraction.Left + Contraction.Right - vector;
        LoopDim lanes = plan.Lanes;
        LoopDim[] inner = [.. plan.Loops.Where(l => !l.Uses(Contraction.Output) && !l.IsTerm).OrderByDescending(l => l.Strides[broadcast])];
        List<LoopDim> rows = [.. plan.Loops.Where(l => l.Uses(Contraction.Output) && !l.Uses(vector)).OrderBy(l => l.Strides[Contraction.Output])];
        List<LoopDim> rest = [.. plan.Loops.Where(l => !inner.Contains(l) && !rows.Contains(l))];
        int vectors = (lanes.Extent + plan.Columns - 1) / plan.Columns;
        long laneStride = lanes.Strides[Contraction.Output];

        foreach (LoopDim[] tiled in RowChoices(rows))
        {
            bool alongRows = tiled.Length > 0 && tiled[0].Strides[Contraction.Output] == 1;
            StoreKind store = laneStride == 1 || lanes.Extent == 1 ? StoreKind.Vector : alongRows && laneStride >= 1 ? StoreKind.Transposed : StoreKind.Strided;
            if (plan.Steps > 0)
            {
                store = StoreKind.Vector;
            }
            else if (plan.Reduced && !(plan.Repeat == 2 && vectors > 1 && store != StoreKind.Strided && ExtrasLieAsStored(contraction, lanes)))
            {
                store = StoreKind.Sums;
                if (contraction.Epilogue is not null || (laneStride != 1 && !(alongRows && plan.Repeat == 4)))
                {
                    // Sums are stored as they are, along rows or along columns.
                    continue;
                }
            }

            LoopDim[] outer = [.. rest.Where(l => l.IsTerm), .. rest.Where(l => !l.IsTerm), .. rows.Where(r => !tiled.Contains(r))];
            for (int n = 1; n <= Math.Min(vectors, MaxVectors); n++)
            {
                foreach (RowBlock[] blocks in Blocks(tiled, target, n))
                {
                    int tile = n * blocks.Aggregate(1, (product, b) => product * b.Block);
                    ScalarKind scalars = plan.Repeat > 1 ? ScalarKind.Broadcast : Scalars(target, broadcast, inner, blocks);
                    if (scalars == ScalarKind.StepVectors && tile + (tile / n) + target.Temporaries > target.Registers)
                    {
                        // A vector for each row is live through all its steps.
                        continue;
                    }

                    int least = Smallest(vectors, n) * blocks.Aggregate(1, (product, b) => product * Smallest(b.Loop.Extent, b.Block));
                    int unroll = Unroll(inner, tile, least, scalars, target);
                    var schedule = new Schedule(vector, packed, lanes, plan.Columns, plan.Split, n, blocks, RowsOutside: false, outer, inner, unroll, plan.Remainder > 0 ? 1 : Around(inner, least, unroll, scalars, target), Chains(tile, n, unroll, target), scalars, store, plan.Repeat, plan.Reduced, plan.Remainder, plan.Steps);
                    yield return schedule;
                    if (vectors > n && blocks.Any(b => b.Loop.Extent > b.Block))
                    {
                        yield return schedule with { RowsOutside = true };
                    }
                }
            }
        }
    }

    /// <summary>Whether what an epilogue reads follows the lanes without being rearranged.</summary>
    private static bool ExtrasLieAsStored(Contraction contraction, LoopDim lanes) =>
        Enumerable.Range(Contraction.Extras, contraction.Operands.Count - Contraction.Extras).All(extra => lanes.Strides[extra] is 0 or 1);

    private static IEnumerable<LoopDim[]> RowChoices(List<LoopDim> rows)
    {
        if (rows.Count == 0)
        {
            yield return [];
        }

        foreach (LoopDim first in rows)
        {
            yield return [first];
            foreach (LoopDim second in rows.Where(r => r != first))
            {
                yield return [first, second];
            }
        }
    }

    private static IEnumerable<RowBlock[]> Blocks(LoopDim[] tiled, TargetModel target, int vectors)
    {
        int limit = (target.Registers - target.Temporaries - vectors) / vectors;
        if (tiled.Length == 0)
        {
            yield return [];
        }
        else if (tiled.Length == 1)
        {
            for (int block = 1; block <= Math.Min(Math.Min(tiled[0].Extent, MaxBlock), limit); block++)
            {
                yield return [new RowBlock(tiled[0], block)];
            }
        }
        else if (tiled[0].Extent <= Math.Min(limit, MaxBlock))
        {
            // The inner loop whole, the outer one in blocks.
            for (int block = 2; block <= Math.Min(tiled[1].Extent, limit / tiled[0].Extent); block++)
            {
                yield return [new RowBlock(tiled[0], tiled[0].Extent), new RowBlock(tiled[1], block)];
            }
        }
    }

    private static ScalarKind Scalars(TargetModel target, int broadcast, LoopDim[] inner, RowBlock[] blocks) =>
        !target.MultiplyAddByLane ? ScalarKind.Broadcast
        : blocks.Length > 0 && blocks[0].Block >= target.Lanes && blocks[0].Loop.Strides[broadcast] == 1 ? ScalarKind.RowVectors
        : Contiguous(inner, broadcast) >= target.Lanes ? ScalarKind.StepVectors
        : blocks.Length > 0 && blocks[0].Block > 1 && blocks[0].Loop.Strides[broadcast] == 1 ? ScalarKind.RowVectors
        : ScalarKind.Broadcast;

    /// <summary>How many steps of the two innermost loops lie one after the other in the broadcast operand.</summary>
    private static int Contiguous(LoopDim[] inner, int broadcast)
    {
        if (inner.Length == 0 || inner[inner.Length - 1] is var last && last.Strides[broadcast] != 1)
        {
            return 0;
        }

        return inner.Length > 1 && inner[inner.Length - 2] is var around && around.Strides[broadcast] == last.Extent ? last.Extent * around.Extent : last.Extent;
    }

    /// <summary>Enough partial sums to keep the multiply-adders busy, as far as registers and steps go.</summary>
    private static int Chains(int tile, int vectors, int unroll, TargetModel target)
    {
        int chains = 1;
        while (chains * tile < target.MultiplyAddLatency * target.MultiplyAddsPerCycle
            && 2 * chains <= unroll
            && (2 * chains * tile) + (tile / vectors) + vectors <= target.Registers)
        {
            chains *= 2;
        }

        return chains;
    }

    private static int Smallest(int extent, int limit) => EqualBlocks.Run(extent, limit, EqualBlocks.Runs(extent, limit) - 1).Size;

    /// <summary>How often a body that holds all steps of the innermost loop is repeated, to hide the loop around it.</summary>
    private static int Around(LoopDim[] inner, int least, int unroll, ScalarKind scalars, TargetModel target)
    {
        int around = 1;
        if (inner.Length > 1 && unroll == inner[inner.Length - 1].Extent)
        {
            // Vectors of steps are used whole.
            while (2 * around <= Math.Min(MaxUnroll, inner[inner.Length - 2].Extent)
                && (around * unroll * least < target.BodyMultiplyAdds || (scalars == ScalarKind.StepVectors && around * unroll % target.Lanes > 0)))
            {
                around *= 2;
            }
        }

        return around;
    }

    private static int Unroll(LoopDim[] inner, int tile, int least, ScalarKind scalars, TargetModel target)
    {
        if (inner.Length == 0)
        {
            return 1;
        }

        // A short loop vanishes altogether.
        int extent = inner[inner.Length - 1].Extent;
        if (extent * tile <= 4 * WideStep)
        {
            return extent;
        }

        int unroll = scalars == ScalarKind.StepVectors ? Math.Min(target.Lanes, extent) : 1;
        while (unroll < MaxUnroll && (unroll * least < target.BodyMultiplyAdds || (tile < WideStep && unroll * tile < 2 * WideStep)))
        {
            unroll *= 2;
        }

        return unroll;
    }
}
