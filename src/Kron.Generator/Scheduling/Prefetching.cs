using System.Linq;
using Kron.Generator.Planning;

namespace Kron.Generator.Scheduling;

/// <summary>Decides what a tile asks for before it is used: hardware finds long streams, not the first lines of many short ones.</summary>
internal static class Prefetching
{
    private const int LineFloats = 16;

    // 4 KB of each vector's stream: far enough for memory, near enough to stay in the first-level cache.
    private const int AheadFloats = 1024;

    // With fewer uses of each vector the loads themselves keep memory busy, and asking twice takes bandwidth: 0.37 of the peak
    // instead of 0.53 at one sample of (500, 2, 512, 8, 4), but 0.8 instead of 0.65 at sixteen.
    private const int BusyRows = 6;

    // More lines than this wait for each other.
    private const int MaxLines = 72;

    public static Schedule Apply(Contraction contraction, Schedule schedule, TargetModel target) => schedule with
    {
        Ahead = schedule.Packed && schedule.TileRows >= BusyRows && IsLarge(contraction, schedule.VectorOperand, target) ? AheadFloats / target.Lanes : 0,
        NextRows = IsCold(contraction, schedule.BroadcastOperand, target) && NextRowLines(schedule) is > 0 and <= MaxLines,
        Held = contraction.Accumulate && IsLarge(contraction, Contraction.Output, target) && OutputLines(schedule) <= MaxLines,
    };

    private static bool IsLarge(Contraction contraction, int operand, TargetModel target) => Floats(contraction, operand) > Second(target);

    private static bool IsCold(Contraction contraction, int operand, TargetModel target) =>
        contraction.Operands[operand].Tensor.Region is Region.Input or Region.OutputGradient or Region.Tape || 2 * Floats(contraction, operand) > Second(target);

    private static long Second(TargetModel target) => (long)target.Caches[1].Lines * target.Caches[1].LineFloats;

    private static long Floats(Contraction contraction, int operand) =>
        contraction.Loops.Where(l => l.Uses(operand)).Aggregate(1L, (floats, loop) => floats * loop.Extent);

    /// <summary>Lines that one tile writes, where its rows or its lanes lie together.</summary>
    private static int OutputLines(Schedule schedule) => schedule.Store switch
    {
        StoreKind.Vector => schedule.TileRows * schedule.Vectors,
        StoreKind.Transposed => schedule.Vectors * schedule.Columns,
        _ => int.MaxValue,
    };

    /// <summary>Lines of the broadcast operand that one tile reads, where its rows move on at all.</summary>
    private static int NextRowLines(Schedule schedule)
    {
        if (schedule.Rows.Length == 0 || schedule.Rows[schedule.Rows.Length - 1] is { } row && row.Block >= row.Loop.Extent)
        {
            return 0;
        }

        long lines = 1;
        foreach (LoopDim loop in schedule.Inner)
        {
            long stride = loop.Strides[schedule.BroadcastOperand];
            lines *= stride >= LineFloats ? loop.Extent : ((loop.Extent * stride) + LineFloats - 1) / LineFloats;
            if (lines > MaxLines)
            {
                return MaxLines + 1;
            }
        }

        return (int)(lines * schedule.TileRows);
    }
}
