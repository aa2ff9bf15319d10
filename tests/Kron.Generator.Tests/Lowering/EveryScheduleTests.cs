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

    /// <summary>Of each kind the smallest tile, the largest and those between, with and without unrolling.</summary>
    private static IEnumerable<Schedule> Sample(Contraction contraction, TargetModel target)
    {
        var kinds = ContractScheduler.Enumerate(contraction, target)
            .GroupBy(s => (s.VectorOperand, s.Packed, s.Store, s.Scalars, s.Lanes.Name, s.Repeat, s.Reduced, s.RowsOutside, string.Join(" ", s.Rows.Select(r => r.Loop.Name))));
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
