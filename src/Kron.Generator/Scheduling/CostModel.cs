using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Generator.Scheduling;

/// <summary>Estimated cycles of a schedule on a target: issue slots of the tile body, its stores and calls, and packing at run time.</summary>
internal static class CostModel
{
    private const double CallCycles = 14;
    private const double PackCyclesPerFloat = 1.5;
    private const double ShapePenalty = 0.01;

    // Sums that just cover the latency leave no room for a load that comes late: 4x2 with AVX2 reaches 0.83 of the peak where 4x3 reaches 0.92.
    private const double LatencySlack = 1.2;

    public static double Cycles(Contraction contraction, Schedule schedule, TargetModel target)
    {
        int vectors = (schedule.Lanes.Extent + target.Lanes - 1) / target.Lanes;
        double outer = schedule.Outer.Aggregate(1.0, (product, loop) => product * loop.Extent);
        double tiles = 0;
        foreach ((int n, int nCount) in EqualBlocks.Of(vectors, schedule.Vectors))
        {
            tiles += Rows(schedule, 0, 1, n, target) * nCount;
        }

        double pack = 0;
        if (schedule.Packed && !contraction.Operands[schedule.VectorOperand].IsParameter)
        {
            pack = PackCyclesPerFloat * contraction.Loops.Where(l => l.Uses(schedule.VectorOperand)).Aggregate(1.0, (product, loop) => product * loop.Extent);
        }

        return ((outer * tiles) + pack) * (1 + (ShapePenalty * (Shapes(schedule, vectors, target) - 1)));
    }

    /// <summary>Distinct tiles that the schedule needs: each is a method to compile and to keep in the instruction cache.</summary>
    private static int Shapes(Schedule schedule, int vectors, TargetModel target)
    {
        IReadOnlyList<(int Size, int Count)> runs = EqualBlocks.Of(vectors, schedule.Vectors);
        bool tail = schedule.Lanes.Extent % target.Lanes != 0 && runs[runs.Count - 1].Count > 1;
        return schedule.Rows.Aggregate(runs.Count + (tail ? 1 : 0), (product, row) => product * EqualBlocks.Of(row.Loop.Extent, row.Block).Count);
    }

    private static double Rows(Schedule schedule, int level, int rows, int vectors, TargetModel target)
    {
        if (level == schedule.Rows.Count)
        {
            return Tile(schedule, rows, vectors, target);
        }

        RowBlock row = schedule.Rows[level];
        return EqualBlocks.Of(row.Loop.Extent, row.Block).Sum(block => block.Count * Rows(schedule, level + 1, rows * block.Size, vectors, target));
    }

    private static double Tile(Schedule schedule, int rows, int vectors, TargetModel target)
    {
        int accumulators = rows * vectors;
        double step = Math.Max(
            Math.Max(accumulators / target.MultiplyAddsPerCycle, LatencySlack * target.MultiplyAddLatency / schedule.Chains),
            (rows + vectors) / target.LoadsPerCycle);
        double store = schedule.Store switch
        {
            StoreKind.Vector => 1,
            StoreKind.Transposed => 2 + (target.Lanes * 0.5),
            _ => 2 * target.Lanes,
        };
        return CallCycles + (schedule.InnerExtent * step) + (accumulators * (schedule.Chains - 1)) + (accumulators * store);
    }
}
