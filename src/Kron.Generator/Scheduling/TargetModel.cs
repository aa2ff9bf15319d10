using System;
using System.Collections.Generic;

namespace Kron.Generator.Scheduling;

/// <summary>What the scheduler and the cost model know of a target. No code below them asks for its name.</summary>
/// <param name="Name">The member of the runtime's KernelTarget.</param>
/// <param name="Lanes">Floats per vector.</param>
/// <param name="Registers">Architectural vector registers.</param>
/// <param name="MultiplyAddsPerCycle">Vector multiply-adds issued per cycle.</param>
/// <param name="LoadsPerCycle">Vector loads per cycle.</param>
/// <param name="MultiplyAddLatency">Cycles from one multiply-add to one that adds to its result.</param>
/// <param name="IssuesPerCycle">Instructions begun per cycle, where more of them can bound a tile than multiply-adds and loads.</param>
/// <param name="BroadcastCycles">What a scalar in all lanes takes from the multiply-adders.</param>
/// <param name="RepeatCycles">What consecutive floats that are repeated over all lanes take.</param>
/// <param name="Caches">Cache levels, innermost first.</param>
/// <param name="FusedMultiplyAdd">Whether a multiply-add is one instruction.</param>
/// <param name="MultiplyAddByLane">Whether a multiply-add can take one lane of its second operand for all lanes.</param>
/// <param name="MaxLaneStride">How many floats apart the lanes of a vector may lie that is loaded in a few instructions.</param>
/// <param name="PairReach">How many floats from a pointer on two vectors that lie beside each other are loaded at once; 0 where each is loaded alone.</param>
/// <param name="OffsetReach">How many floats from a pointer on a vector is loaded without another instruction for its address; 0 where there is no such limit.</param>
/// <param name="MovedPointers">Pointers that a loop can move without running out of registers for addresses.</param>
/// <param name="BodyMultiplyAdds">Multiply-adds that the body of a loop should have at least, where even a few instructions for the loop are too many.</param>
/// <param name="Repeats">How many consecutive floats can be loaded and repeated over all lanes at once, beside a single one.</param>
internal sealed record TargetModel(
    string Name,
    int Lanes,
    int Registers,
    double MultiplyAddsPerCycle,
    double LoadsPerCycle,
    int MultiplyAddLatency,
    double IssuesPerCycle,
    double BroadcastCycles,
    double RepeatCycles,
    IReadOnlyList<CacheLevel> Caches,
    bool FusedMultiplyAdd,
    bool MultiplyAddByLane,
    int MaxLaneStride,
    int PairReach,
    int OffsetReach,
    int MovedPointers,
    int BodyMultiplyAdds,
    IReadOnlyList<int> Repeats)
{
    /// <summary>Registers of a tile beside its sums and vectors: a scalar in all lanes and, where an instruction overwrites an operand, the product.</summary>
    public int Temporaries => FusedMultiplyAdd ? 1 : 2;
}

/// <summary>A cache of one core, or its share of it; also of addresses, whose lines are pages.</summary>
/// <param name="Lines">Lines it holds.</param>
/// <param name="LineFloats">Floats of a line.</param>
/// <param name="CyclesPerLine">Cycles in which the next level brings one line of many that lie together.</param>
/// <param name="CyclesPerStream">What the first of them costs more.</param>
/// <param name="IsLast">Whether only memory is behind it.</param>
/// <param name="Sets">Sets that the address picks one of; 0 where lines a power of two apart do not meet, as those of levels with physical addresses.</param>
internal sealed record CacheLevel(int Lines, int LineFloats, double CyclesPerLine, double CyclesPerStream = 0, bool IsLast = false, int Sets = 0)
{
    /// <summary>How many of <paramref name="count"/> places, so many floats apart, lie in sets of their own.</summary>
    public int Apart(long stride, long count)
    {
        long lines = Math.Max(LineFloats, stride & -stride) / LineFloats;
        return (int)Math.Min(count, Math.Max(1, Sets / lines));
    }
}
