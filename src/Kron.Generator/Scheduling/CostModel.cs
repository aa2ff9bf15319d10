using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;

namespace Kron.Generator.Scheduling;

/// <summary>Estimated cycles of a schedule on a target: issue slots of the tile body, its stores and calls, packing at run time, and memory.</summary>
internal static class CostModel
{
    private const double CallCycles = 14;
    private const double PackCyclesPerFloat = 3;
    private const double ShapePenalty = 0.01;

    // Multiply-adds of a body that counts as one tile.
    private const double ShapeMultiplyAdds = 40;
    private const double FoldCycles = 2;

    // Of what a line from the second-level cache takes, as most of it runs beside the arithmetic.
    private const double TransformTraffic = 0.5;

    // Two pointers moved, one compared, and the jump.
    private const double LoopInstructions = 4;

    // Adding up the lanes of one sum.
    private const double DotCycles = 8;

    // Steps that a last group takes which is not whole.
    private const double RemainderSteps = 1.5;

    // Sums that just cover the latency leave no room for a load that comes late: 4x2 with AVX2 reaches 0.83 of the peak where 4x3 reaches 0.92.
    private const double LatencySlack = 1.2;

    // Lines on their way in take load slots: 12x1 with AVX2, bound by its 13 loads, reaches 0.65 of the peak where 4x3 reaches 0.80.
    private const double LoadSlack = 1.12;

    public static double Cycles(Contraction contraction, Schedule schedule, TargetModel target) => Cycles(
        contraction,
        schedule,
        target,
        PackCycles(contraction, schedule.Packed ? schedule.VectorOperand : -1),
        new MemoryModel(contraction, schedule.Loops.Append(schedule.Lanes), schedule.Packed ? schedule.VectorOperand : -1, target),
        double.PositiveInfinity);

    /// <param name="contraction">The contraction.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="target">The target.</param>
    /// <param name="pack">Cycles of packing, from <see cref="PackCycles"/>.</param>
    /// <param name="memory">The memory model of the schedule's loops.</param>
    /// <param name="limit">Cycles from which on the figure may be less than the estimate.</param>
    public static double Cycles(Contraction contraction, Schedule schedule, TargetModel target, double pack, MemoryModel memory, double limit)
    {
        int vectors = schedule.VectorCount;
        double arithmetic = 0;
        for (int run = 0; run < 2; run++)
        {
            (int size, int count) = EqualBlocks.Run(vectors, schedule.Vectors, run);
            arithmetic += count == 0 ? 0 : count * Rows(contraction, schedule, 0, 1, 1, size, target);
        }

        foreach (LoopDim loop in schedule.Outer)
        {
            arithmetic *= loop.Extent;
        }

        if (arithmetic + pack >= limit)
        {
            return arithmetic + pack;
        }

        double shapes = 1 + (ShapePenalty * ((Shapes(schedule, vectors) * Length(schedule, target)) - 1));
        double least = (arithmetic + pack) * shapes;
        if (least >= limit)
        {
            return least;
        }

        // They overlap, the less the closer they are.
        double traffic = memory.Cycles(schedule);
        double ratio = Math.Min(arithmetic, traffic) / Math.Max(arithmetic, traffic);
        return ((Math.Max(arithmetic, traffic) * Math.Sqrt(Math.Sqrt(1 + (ratio * ratio * ratio * ratio)))) + pack) * shapes;
    }

    /// <summary>Cycles of rearranging an operand at each call; parameters are rearranged once.</summary>
    public static double PackCycles(Contraction contraction, int packed) => packed < 0 || contraction.Operands[packed].IsParameter
        ? 0
        : PackCyclesPerFloat * contraction.Loops.Where(l => l.Uses(packed)).Aggregate(1.0, (product, loop) => product * loop.Extent);

    /// <summary>Cycles of a contraction with a small matrix of literals: each vector is loaded and stored once, zeros cost nothing.</summary>
    public static double TransformCycles(Contract contract, TargetModel target, int samples)
    {
        Tensor matrix = contract.Right.Tensor;
        var loops = new TransformLoops(contract, map: null, samples, target);
        double operations = matrix.Values.Count(v => v != 0) / target.MultiplyAddsPerCycle;
        double moved = (matrix.Extents[0] + matrix.Extents[1]) * target.Caches[0].CyclesPerLine * TransformTraffic;
        return loops.Vectors * (operations + (moved * loops.OperationsPerVector));
    }

    /// <summary>Distinct tiles that the schedule needs: each is a method to compile and to keep in the instruction cache.</summary>
    private static int Shapes(Schedule schedule, int vectors)
    {
        int last = EqualBlocks.Runs(vectors, schedule.Vectors) - 1;
        bool tail = schedule.Lanes.Extent % schedule.Columns != 0 && EqualBlocks.Run(vectors, schedule.Vectors, last).Count > 1;
        int shapes = last + (tail ? 2 : 1);
        foreach (RowBlock row in schedule.Rows)
        {
            shapes *= EqualBlocks.Runs(row.Loop.Extent, row.Block);
        }

        return shapes;
    }

    /// <summary>What its largest tile counts for: long bodies for several.</summary>
    private static double Length(Schedule schedule, TargetModel target)
    {
        if (target.BodyMultiplyAdds == 0)
        {
            return 1;
        }

        Schedule tile = schedule.For(schedule.TileRows, schedule.Vectors, target);
        return Math.Max(1, tile.Around * tile.Unroll * tile.TileRows * tile.Vectors / ShapeMultiplyAdds);
    }

    private static double Rows(Contraction contraction, Schedule schedule, int level, int rows, int first, int vectors, TargetModel target)
    {
        if (level == schedule.Rows.Length)
        {
            return Tile(contraction, schedule, rows, first, vectors, target);
        }

        RowBlock row = schedule.Rows[level];
        double cycles = 0;
        for (int run = 0; run < 2; run++)
        {
            (int size, int count) = EqualBlocks.Run(row.Loop.Extent, row.Block, run);
            cycles += count == 0 ? 0 : count * Rows(contraction, schedule, level + 1, rows * size, level == 0 ? size : first, vectors, target);
        }

        return cycles;
    }

    /// <summary>
    /// Whether the rows that a step broadcasts from lie so many times a page apart that they take each other's place in the
    /// first-level cache: then each comes from the second one (16 rows of 4 KB reach half the peak).
    /// </summary>
    private static bool RowsCollide(Schedule schedule, TargetModel target)
    {
        CacheLevel first = target.Caches[0];
        long rows = 1, sets = first.Sets;
        foreach (RowBlock row in schedule.Rows)
        {
            long stride = row.Loop.Strides[schedule.BroadcastOperand];
            if (stride >= first.LineFloats)
            {
                rows *= row.Block;
                sets = Math.Min(sets, first.Apart(stride, long.MaxValue));
            }
        }

        return rows * first.Sets >= sets * first.Lines * MemoryModel.Usable;
    }

    /// <summary>
    /// Whether the lanes that a tile stores apart lie so many times a page apart that they take each other's place in the first-level
    /// cache, before the next tile has filled their lines.
    /// </summary>
    private static bool LanesCollide(Schedule schedule, int vectors, TargetModel target)
    {
        long stride = schedule.Lanes.Strides[Contraction.Output];
        CacheLevel first = target.Caches[0];
        return schedule.Store is StoreKind.Transposed or StoreKind.Strided && stride >= first.LineFloats
            && (double)vectors * schedule.Columns * first.Sets >= (double)first.Apart(stride, long.MaxValue) * first.Lines * MemoryModel.Usable;
    }

    /// <summary>Whether two or four rows are all there is in a lane's stride, so that they are stored as whole vectors.</summary>
    private static bool IsInterleaved(Schedule schedule) => schedule.Rows[0] is { Block: 2 or 4 } row && schedule.Lanes.Strides[Contraction.Output] == row.Block;

    /// <summary>What vectors cost beyond a load each: a line for each few lanes and as many shuffles where lanes do not lie together, a mask where some are idle.</summary>
    private static double LoadCycles(Schedule schedule, int vectors)
    {
        long stride = schedule.Packed || schedule.IsDot ? 1 : schedule.Lanes.Strides[schedule.VectorOperand];
        return vectors * (stride > 1 ? stride + 2.0 : schedule.Split ? 1 : 0);
    }

    /// <summary>Loads of scalars that a row takes of a step.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="block">Rows of the tile along the innermost row loop.</param>
    /// <param name="target">The target.</param>
    private static double ScalarLoads(Schedule schedule, int block, TargetModel target) => schedule.Scalars switch
    {
        ScalarKind.StepVectors => 1.0 / target.Lanes,
        ScalarKind.RowVectors => (double)((block / target.Lanes) + ((block % target.Lanes) + 1) / 2) / block,
        _ => 1,
    };

    /// <summary>Instructions of a step: its products, loads with their addresses, and its share of the loop.</summary>
    private static double Instructions(Schedule schedule, int rows, int vectors, double scalars, TargetModel target)
    {
        int held = (rows * vectors * schedule.Chains) + (schedule.Scalars == ScalarKind.StepVectors ? rows : vectors);
        bool pairs = target.PairReach > 0 && held + 2 <= target.Registers;
        return (rows * vectors) + (pairs ? 0.5 * vectors : vectors) + (schedule.Repeat > 1 ? 2 * scalars : scalars)
            + ((LoopInstructions + (schedule.Packed ? vectors - 1 : 0)) / (schedule.Around * schedule.Unroll));
    }

    private static double Tile(Contraction contraction, Schedule schedule, int rows, int first, int vectors, TargetModel target)
    {
        int accumulators = rows * vectors;
        double scalars = rows * ScalarLoads(schedule, first, target);
        double repeating = schedule.IsDot ? 0 : rows * (schedule.Repeat == 1 ? target.BroadcastCycles : target.RepeatCycles);
        double step = Math.Max(
            Math.Max((accumulators / target.MultiplyAddsPerCycle) + repeating, LatencySlack * target.MultiplyAddLatency / schedule.Chains),
            (LoadSlack * (scalars + vectors) / target.LoadsPerCycle) + LoadCycles(schedule, vectors));
        step = Math.Max(step, Instructions(schedule, rows, vectors, scalars, target) / target.IssuesPerCycle)
            + (RowsCollide(schedule, target) ? rows * target.Caches[0].CyclesPerLine : 0);
        double store = schedule.Store switch
        {
            StoreKind.Vector => 1,
            StoreKind.Transposed => IsInterleaved(schedule) ? 2 : 1 + (target.Lanes * 0.25),
            StoreKind.Sums => 4,
            _ => 3 * target.Lanes,
        };
        store += LanesCollide(schedule, vectors, target) ? target.Lanes * target.Caches[0].CyclesPerLine : 0;
        store *= contraction.Accumulate ? 2 : 1;
        store += schedule.IsDot ? DotCycles : 0;
        double steps = schedule.InnerExtent * (schedule.Remainder > 0 ? 1 + (RemainderSteps / schedule.Inner[schedule.Inner.Length - 1].Extent) : 1);
        return CallCycles + (steps * step) + (accumulators * (schedule.Chains - 1)) + (accumulators * (schedule.Folds ? FoldCycles + (store / 2) : store));
    }
}
