using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Spec;

namespace Kron.Generator.Scheduling;

/// <summary>The targets Kron compiles for, best first.</summary>
internal static class Targets
{
    // First-, second- and third-level cache, then the two levels of page addresses.
    private static readonly CacheLevel[] Server = Memory(32, 1024, 4 << 10, 1.4, 2.7, 8);

    private static readonly CacheLevel[] Client = Memory(32, 512, 8 << 10, 2, 3, 10);

    private static readonly CacheLevel[] Mobile = Memory(32, 512, 2 << 10, 2.7, 8, 16);

    public static readonly TargetModel Avx512 = new("Avx512", Lanes: 16, Registers: 32, MultiplyAddsPerCycle: 2, LoadsPerCycle: 2, MultiplyAddLatency: 4, IssuesPerCycle: double.PositiveInfinity, BroadcastCycles: 0, RepeatCycles: 0, Caches: Server, FusedMultiplyAdd: true, MultiplyAddByLane: false, MaxLaneStride: 7, PairReach: 0, OffsetReach: 0, MovedPointers: 8, BodyMultiplyAdds: 0, Repeats: [2, 3, 4, 5, 6, 7, 8]);

    public static readonly TargetModel Avx2 = new("Avx2", Lanes: 8, Registers: 16, MultiplyAddsPerCycle: 2, LoadsPerCycle: 2, MultiplyAddLatency: 4, IssuesPerCycle: double.PositiveInfinity, BroadcastCycles: 0, RepeatCycles: 0, Caches: Client, FusedMultiplyAdd: true, MultiplyAddByLane: false, MaxLaneStride: 1, PairReach: 0, OffsetReach: 0, MovedPointers: 8, BodyMultiplyAdds: 0, Repeats: [2, 3, 4]);

    // By the widest cores: five instructions begun for four multiply-adds. A load that repeats floats takes a multiply-adder's time as well.
    public static readonly TargetModel AdvSimd = new("AdvSimd", Lanes: 4, Registers: 32, MultiplyAddsPerCycle: 2, LoadsPerCycle: 2, MultiplyAddLatency: 4, IssuesPerCycle: 2.5, BroadcastCycles: 0, RepeatCycles: 0.5, Caches: Mobile, FusedMultiplyAdd: true, MultiplyAddByLane: true, MaxLaneStride: 1, PairReach: 256, OffsetReach: 16384, MovedPointers: 20, BodyMultiplyAdds: 80, Repeats: [2]);

    // Without AVX a broadcast is a load and a shuffle, which keeps an adder or a multiplier from its work.
    public static readonly TargetModel Vector128 = new("Vector128", Lanes: 4, Registers: 16, MultiplyAddsPerCycle: 2, LoadsPerCycle: 2, MultiplyAddLatency: 4, IssuesPerCycle: double.PositiveInfinity, BroadcastCycles: 0.4, RepeatCycles: 0, Caches: Client, FusedMultiplyAdd: false, MultiplyAddByLane: false, MaxLaneStride: 1, PairReach: 0, OffsetReach: 0, MovedPointers: 8, BodyMultiplyAdds: 0, Repeats: [2]);

    public static readonly TargetModel Scalar = new("Scalar", Lanes: 1, Registers: 16, MultiplyAddsPerCycle: 2, LoadsPerCycle: 2, MultiplyAddLatency: 4, IssuesPerCycle: double.PositiveInfinity, BroadcastCycles: 0, RepeatCycles: 0, Caches: Client, FusedMultiplyAdd: false, MultiplyAddByLane: false, MaxLaneStride: 1, PairReach: 0, OffsetReach: 0, MovedPointers: 8, BodyMultiplyAdds: 0, Repeats: []);

    public static readonly IReadOnlyList<TargetModel> All = [Avx512, Avx2, AdvSimd, Vector128, Scalar];

    public static IEnumerable<TargetModel> In(TargetSet set) => All.Where((_, index) => ((int)set & (1 << index)) != 0);

    private static CacheLevel[] Memory(int firstKilobytes, int secondKilobytes, int thirdKilobytes, double second, double third, double memory) =>
    [
        new(firstKilobytes * 16, 16, second, Sets: 64),
        new(secondKilobytes * 16, 16, third, 2 * third),
        new(thirdKilobytes * 16, 16, memory, 2 * memory, IsLast: true),
        new(64, 1024, 7),
        new(1536, 1024, 30, IsLast: true),
    ];
}
