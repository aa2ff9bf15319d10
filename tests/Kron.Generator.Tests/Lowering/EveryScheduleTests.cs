using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Generator.Tests.Scheduling;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Lowering;

/// <summary>Whatever the cost model prefers: every schedule is a correct program.</summary>
public class EveryScheduleTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string name in SampleContraction.All.Keys)
            {
                foreach (TargetModel target in Targets.All)
                {
                    cases.Add(name, target.Name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void SchedulesOfEveryKindComputeTheContraction(string name, string targetName)
    {
        TargetModel target = Targets.All.Single(t => t.Name == targetName);
        SampleContraction sample = SampleContraction.Named(name);
        float[] expected = LoweredContraction.Expected(sample);
        expected.ShouldContain(v => v != 0);
        int run = 0;
        foreach (Schedule schedule in Sample(sample.Bound, target))
        {
            string what = $"{name} on {targetName}: {schedule.Describe(sample.Bound)}";
            LoweredContraction.Run(sample, schedule, target).ShouldBe(expected, what);
            run++;
        }

        run.ShouldBeGreaterThan(1);
    }

    /// <summary>The kinds that only some extents and strides have occur among these.</summary>
    [Fact]
    public void EveryWayToFillTheLanesOccurs()
    {
        Schedule[] avx512 = [.. All(Targets.Avx512)], vector128 = [.. All(Targets.Vector128)], advSimd = [.. All(Targets.AdvSimd)];
        avx512.ShouldContain(s => s.Split && s.Vectors > 1, "pieces");
        avx512.ShouldContain(s => !s.Packed && s.Lanes.Extent > 16 && s.Lanes.Strides[s.VectorOperand] > 1, "strides");
        avx512.ShouldContain(s => s.Repeat == 5 && !s.Reduced && s.Columns == 15 && s.Vectors > 1, "columns that do not fill a vector");
        avx512.ShouldContain(s => s.Repeat == 4 && s.Reduced, "groups of steps");
        vector128.ShouldContain(s => s.Folds && s.Vectors % 2 == 1 && s.Vectors > 1, "a vector of pairs without another");
        vector128.ShouldContain(s => s.Folds && s.Store == StoreKind.Transposed, "pairs stored along rows");
        advSimd.ShouldContain(s => s.Scalars == ScalarKind.StepVectors && s.Around > 1, "vectors of the steps of two loops");
        advSimd.ShouldContain(s => s.Scalars == ScalarKind.RowVectors && s.Rows[0].Block == 7, "vectors of rows, and rows left over");
        advSimd.ShouldContain(s => s.Scalars == ScalarKind.Broadcast && s.Around > 1, "steps of two loops");

        static IEnumerable<Schedule> All(TargetModel target) => SampleContraction.All.Values.SelectMany(sample => ContractScheduler.Enumerate(sample.Bound, target));
    }

    /// <summary>Folded sums meet an epilogue like any others.</summary>
    [Fact]
    public void PairsAreAddedBeforeAnEpilogue() =>
        ContractScheduler.Enumerate(SampleContraction.Named("AfterBWithRelu").Bound, Targets.Vector128).ShouldContain(s => s.Folds);

    /// <summary>Of each kind the smallest tile, the largest and those between, with and without unrolling.</summary>
    private static IEnumerable<Schedule> Sample(Contraction contraction, TargetModel target)
    {
        var kinds = ContractScheduler.Enumerate(contraction, target)
            .GroupBy(s => (s.VectorOperand, s.Packed, s.Store, s.Scalars, s.Around > 1, s.Lanes.Name, s.Split, s.Repeat, s.Reduced, s.RowsOutside, string.Join(" ", s.Rows.Select(r => r.Loop.Name))));
        foreach (var kind in kinds)
        {
            Schedule[] all = [.. kind.OrderBy(s => s.TileRows * s.Vectors).ThenBy(s => s.Vectors)];
            foreach (int index in new[] { 0, all.Length / 3, 2 * all.Length / 3, all.Length - 1 }.Distinct())
            {
                yield return all[index];
                yield return all[index] with { Unroll = 1 + (index % 3) };
            }
        }
    }
}
