using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Spec;

namespace Kron.Generator.Scheduling;

/// <summary>The targets Kron compiles for, best first.</summary>
internal static class Targets
{
    public static readonly TargetModel Avx512 = new("Avx512", Lanes: 16, Registers: 32, MultiplyAddsPerCycle: 2, LoadsPerCycle: 2, MultiplyAddLatency: 4, FusedMultiplyAdd: true, MultiplyAddByLane: false);

    public static readonly TargetModel Avx2 = new("Avx2", Lanes: 8, Registers: 16, MultiplyAddsPerCycle: 2, LoadsPerCycle: 2, MultiplyAddLatency: 4, FusedMultiplyAdd: true, MultiplyAddByLane: false);

    public static readonly TargetModel AdvSimd = new("AdvSimd", Lanes: 4, Registers: 32, MultiplyAddsPerCycle: 2, LoadsPerCycle: 2, MultiplyAddLatency: 4, FusedMultiplyAdd: true, MultiplyAddByLane: true);

    public static readonly TargetModel Vector128 = new("Vector128", Lanes: 4, Registers: 16, MultiplyAddsPerCycle: 1, LoadsPerCycle: 2, MultiplyAddLatency: 7, FusedMultiplyAdd: false, MultiplyAddByLane: false);

    public static readonly TargetModel Scalar = new("Scalar", Lanes: 1, Registers: 16, MultiplyAddsPerCycle: 1, LoadsPerCycle: 2, MultiplyAddLatency: 7, FusedMultiplyAdd: false, MultiplyAddByLane: false);

    public static readonly IReadOnlyList<TargetModel> All = [Avx512, Avx2, AdvSimd, Vector128, Scalar];

    public static IEnumerable<TargetModel> In(TargetSet set) => All.Where((_, index) => ((int)set & (1 << index)) != 0);
}
