using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Scheduling;

/// <summary>What lies in the lanes of a vector.</summary>
/// <param name="Lanes">The loop along the lanes.</param>
/// <param name="Loops">The other loops.</param>
/// <param name="Columns">Elements of the loop along the lanes that one vector holds.</param>
/// <param name="Split">Whether these are the inner one of two loops, the outer of which moves from vector to vector.</param>
/// <param name="Repeat">Consecutive floats of the broadcast operand that are repeated over the lanes.</param>
/// <param name="Reduced">Whether these are steps of the reduction, which the lanes then hold beside the loop along them.</param>
/// <param name="Remainder">Steps in the last group that is not whole, or 0.</param>
/// <param name="Steps">Steps that fill the lanes of both operands, the sum of whose lanes is one result; 0 where lanes are columns.</param>
internal sealed record LanePlan(LoopDim Lanes, IReadOnlyList<LoopDim> Loops, int Columns, bool Split = false, int Repeat = 1, bool Reduced = false, int Remainder = 0, int Steps = 0);

/// <summary>The ways to fill the lanes: one loop of the vector operand; or, where that is too short, with a second one of the other operand.</summary>
internal static class LanePlans
{
    // Panels that repeat each weight stay within a first-level cache.
    private const long MaxRepeatedFloats = 6 << 10;

    /// <param name="contraction">The contraction.</param>
    /// <param name="loops">Its loops, merged where they are.</param>
    /// <param name="vector">The vector operand.</param>
    /// <param name="packed">Whether it is rearranged into panels.</param>
    /// <param name="target">The target.</param>
    public static IEnumerable<LanePlan> Of(Contraction contraction, IReadOnlyList<LoopDim> loops, int vector, bool packed, TargetModel target)
    {
        int broadcast = Contraction.Left + Contraction.Right - vector;
        LoopDim[] columns = [.. loops.Where(l =>
            l.Uses(vector) && l.Uses(Contraction.Output) && !l.Uses(broadcast) && (packed ? l.Parts.Count <= Coalescing.MaxParts : l.Strides[vector] >= 1 && l.Strides[vector] <= target.MaxLaneStride))];
        foreach (LoopDim column in columns)
        {
            LoopDim[] others = [.. loops.Where(l => !ReferenceEquals(l, column))];
            yield return new LanePlan(column, others, target.Lanes);
            foreach (LanePlan plan in packed
                ? Beside(contraction, column, others, vector, broadcast, target).Concat(Reduced(column, others, broadcast, target))
                : Split(contraction, column, others, vector, broadcast, target))
            {
                yield return plan;
            }
        }

        foreach (LanePlan plan in packed ? [] : Dots(contraction, loops, vector, broadcast, target))
        {
            yield return plan;
        }

        // Nothing to put in the lanes (a product of scalars, or a row by a scalar): a single lane does.
        if (columns.Length == 0 && !packed)
        {
            yield return new LanePlan(Single(contraction), loops, target.Lanes);
        }
    }

    /// <summary>Results of a short loop of the broadcast operand beside each other: the vector operand's panels repeat each value for them.</summary>
    private static IEnumerable<LanePlan> Beside(Contraction contraction, LoopDim column, LoopDim[] others, int vector, int broadcast, TargetModel target)
    {
        foreach (LoopDim beside in others.Where(l => l.Strides[broadcast] == 1 && l.Uses(Contraction.Output) && !l.Uses(vector) && target.Repeats.Contains(l.Extent)))
        {
            bool follows = Enumerable.Range(0, contraction.Operands.Count)
                .Where(operand => operand != vector && operand != broadcast)
                .All(operand => column.Strides[operand] == beside.Strides[operand] * beside.Extent);
            if (follows && RepeatedFloats(contraction, vector, beside.Extent) <= MaxRepeatedFloats && column.Parts.Count == 1 && beside.Parts.Count == 1 && beside.Strides[Contraction.Output] == 1)
            {
                EquatableArray<long> strides = contraction.Operands.Select((_, operand) =>
                    operand == vector ? column.Strides[operand] : operand == broadcast ? 0 : beside.Strides[operand]).ToEquatableArray();
                yield return new LanePlan(
                    new LoopDim(column.Name + beside.Name, column.Extent * beside.Extent, strides, [.. column.Parts, .. beside.Parts]),
                    [.. others.Where(l => !ReferenceEquals(l, beside))],
                    target.Lanes / beside.Extent * beside.Extent,
                    Repeat: beside.Extent);
            }
        }
    }

    /// <summary>A short loop in part of the lanes of each vector, and a second one from vector to vector: what lies in pieces is read as it lies.</summary>
    private static IEnumerable<LanePlan> Split(Contraction contraction, LoopDim column, LoopDim[] others, int vector, int broadcast, TargetModel target)
    {
        if (column.Strides[vector] != 1 || column.Extent >= target.Lanes || 4 * column.Extent < target.Lanes || column.Parts.Count > 1 || contraction.Epilogue is not null)
        {
            yield break;
        }

        foreach (LoopDim across in others.Where(l => l.Uses(vector) && l.Uses(Contraction.Output) && !l.Uses(broadcast) && l.Parts.Count == 1))
        {
            yield return new LanePlan(
                new LoopDim(across.Name + column.Name, across.Extent * column.Extent, column.Strides, [.. across.Parts, .. column.Parts]),
                [.. others.Where(l => !ReferenceEquals(l, across))],
                column.Extent,
                Split: true);
        }
    }

    /// <summary>Steps of the reduction that both operands hold beside each other, where neither has columns for the lanes.</summary>
    private static IEnumerable<LanePlan> Dots(Contraction contraction, IReadOnlyList<LoopDim> loops, int vector, int broadcast, TargetModel target)
    {
        LoopDim? step = loops.FirstOrDefault(l => !l.Uses(Contraction.Output) && !l.IsTerm && l.Strides[vector] == 1 && l.Strides[broadcast] == 1);
        bool last = step is not null && loops.All(l => l.Uses(Contraction.Output) || ReferenceEquals(l, step) || l.Strides[broadcast] >= step.Extent);
        if (!last || target.Lanes == 1 || contraction.Epilogue is not null || loops.Any(l => l.Uses(Contraction.Output) && l.Extent >= target.Lanes && l.Uses(vector) != l.Uses(broadcast)))
        {
            yield break;
        }

        int steps = System.Math.Min(step!.Extent, target.Lanes), groups = step.Extent / steps;
        EquatableArray<long> strides = step.Strides.Select(s => s * steps).ToEquatableArray();
        var grouped = new LoopDim(step.Name, groups, strides, [new LoopPart(groups, strides)]);
        LoopDim[] columns = [.. loops.Where(l => l.Uses(vector) && l.Uses(Contraction.Output) && !l.Uses(broadcast))];
        foreach (LoopDim column in columns.DefaultIfEmpty(Single(contraction)))
        {
            yield return new LanePlan(
                column,
                [.. loops.Where(l => !ReferenceEquals(l, column) && !ReferenceEquals(l, step)), grouped],
                Columns: 1,
                Reduced: true,
                Repeat: target.Lanes,
                Remainder: step.Extent % steps,
                Steps: steps);
        }
    }

    private static LoopDim Single(Contraction contraction) => new("1", 1, contraction.Operands.Select(_ => 0L).ToEquatableArray(), []);

    private static long RepeatedFloats(Contraction contraction, int vector, int repeat) => contraction.Operands[vector].IsParameter
        ? contraction.Loops.Where(l => l.Uses(vector)).Aggregate((long)repeat, (product, loop) => product * loop.Extent)
        : long.MaxValue;

    /// <summary>Steps of the reduction beside the columns, where these are few or a pair of steps is loaded for less than a single one.</summary>
    private static IEnumerable<LanePlan> Reduced(LoopDim column, LoopDim[] others, int broadcast, TargetModel target)
    {
        LoopDim? step = others.FirstOrDefault(l => !l.Uses(Contraction.Output) && !l.IsTerm && l.Strides[broadcast] == 1 && l.Parts.Count == 1);
        bool last = step is not null && others.All(l => l.Uses(Contraction.Output) || ReferenceEquals(l, step) || l.Strides[broadcast] >= 1);
        if (!last)
        {
            yield break;
        }

        foreach (int repeat in target.Repeats.Where(r => r is 2 or 4 && (column.Extent * r <= 2 * target.Lanes || target.BroadcastCycles > target.RepeatCycles) && step!.Extent >= 2 * r))
        {
            EquatableArray<long> strides = step!.Strides.Select(s => s * repeat).ToEquatableArray();
            var groups = new LoopDim(step.Name, step.Extent / repeat, strides, [new LoopPart(step.Extent / repeat, strides)]);
            yield return new LanePlan(column, [.. others.Select(l => ReferenceEquals(l, step) ? groups : l)], target.Lanes / repeat, Split: false, repeat, Reduced: true, step.Extent % repeat);
        }
    }
}
