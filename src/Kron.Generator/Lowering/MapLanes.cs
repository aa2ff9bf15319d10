using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Lowering;

/// <summary>Which loop of a map lies in the lanes.</summary>
/// <param name="Loop">The loop, or null where there is none to choose.</param>
/// <param name="IsSum">Whether it is one that is folded: lanes hold partial sums, added up at the end.</param>
internal readonly record struct MapLanes(LoopDim? Loop, bool IsSum)
{
    // Vector operations to add up the lanes.
    private const double LaneSum = 8;

    /// <summary>The loop with the fewest vector operations for a point: long, and contiguous in most operands.</summary>
    /// <param name="loops">The loops that may lie in the lanes.</param>
    /// <param name="window">What is written out, or null.</param>
    /// <param name="fold">The map's fold.</param>
    /// <param name="target">The target.</param>
    public static MapLanes Choose(IReadOnlyList<LoopDim> loops, MapWindow? window, Fold fold, TargetModel target)
    {
        LoopDim? parallel = loops.Where(l => l.Uses(0)).OrderBy(Cost).FirstOrDefault();
        LoopDim? sum = fold == Fold.Add && window is null && target.Lanes > 1
            ? loops.Where(l => !l.Uses(0) && l.Name != Dim.Sample && l.Extent >= target.Lanes && l.Strides.All(stride => stride is 0 or 1)).OrderBy(SumCost).FirstOrDefault()
            : null;
        return sum is not null && (parallel is null || SumCost(sum) < Cost(parallel)) ? new MapLanes(sum, true) : new MapLanes(parallel, false);

        double Cost(LoopDim l)
        {
            double vectors = (l.Extent + target.Lanes - 1) / target.Lanes;
            double perVector = l.Strides.Select((stride, operand) => Access(l, stride, operand)).Sum();
            return vectors * perVector / l.Extent;
        }

        double Access(LoopDim l, long stride, int operand) => stride switch
        {
            0 or 1 => 1,
            2 when window is not null && operand > 0 => 3,
            _ when window is not null && operand == 0 && window.Elements.Count >= stride => 2,
            _ => 1.0 + (window is null ? target.Lanes : Math.Min(target.Lanes, l.Extent)),
        };

        double SumCost(LoopDim l) => ((((l.Extent / target.Lanes) + (l.Extent % target.Lanes)) * (l.Strides.Count - 1)) + LaneSum) / l.Extent;
    }
}
