using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Scheduling;

public class ContractSchedulerTests
{
    public static TheoryData<string> TargetNames => [.. Targets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(TargetNames))]
    public void TilesStayWithinTheRegisters(string targetName)
    {
        TargetModel target = Targets.All.Single(t => t.Name == targetName);
        foreach (SampleContraction sample in SampleContraction.All.Values)
        {
            List<Schedule> schedules = [.. ContractScheduler.Enumerate(sample.Bound, target)];
            schedules.ShouldNotBeEmpty();
            schedules.Where(s => (s.TileRows * s.Vectors) + s.Vectors + 1 > target.Registers).Select(s => s.Describe(sample.Bound)).ShouldBeEmpty();

            // Scalars that come by lane stay in a register per row through all lanes' steps.
            schedules.Where(s => s.Scalars == ScalarKind.StepVectors && (s.TileRows * s.Vectors) + s.TileRows + 1 > target.Registers).Select(s => s.Describe(sample.Bound)).ShouldBeEmpty();
            schedules.ShouldAllBe(s => s.Scalars == ScalarKind.Broadcast || target.MultiplyAddByLane);

            // The steps that a group lacks follow the innermost loop, which is one behind the other then.
            schedules.ShouldAllBe(s => s.Around == 1 || (s.Remainder == 0 && s.Inner.Length > 1 && s.Unroll == s.Inner[s.Inner.Length - 1].Extent));
            schedules.Where(s => s.Rows.Any(row => row.Block > row.Loop.Extent)).Select(s => s.Describe(sample.Bound)).ShouldBeEmpty();
        }
    }

    [Fact]
    public void TheBestKnownTilesAreInTheSpace()
    {
        // 32 registers: 8x3, 12x2, 14x2, 4x6, 5x5; never 7x4 or 4x7, which spill.
        Contraction wide = Wide();
        HashSet<(int, int)> tiles = [.. ContractScheduler.Enumerate(wide, Targets.Avx512).Select(s => (s.TileRows, s.Vectors))];
        tiles.IsSupersetOf([(8, 3), (12, 2), (14, 2), (4, 6), (5, 5)]).ShouldBeTrue();
        tiles.ShouldNotContain((7, 4));
        tiles.ShouldNotContain((4, 7));
        ContractScheduler.Enumerate(wide, Targets.Avx2).Select(s => (s.TileRows, s.Vectors)).ShouldContain((6, 2));
    }

    [Theory]
    [MemberData(nameof(TargetNames))]
    public void EachLoopHasOnePlaceAndTheLanesAreInTheVectorAndTheOutput(string targetName)
    {
        TargetModel target = Targets.All.Single(t => t.Name == targetName);
        foreach (SampleContraction sample in SampleContraction.All.Values)
        {
            Contraction contraction = sample.Bound;
            ContractScheduler.Enumerate(contraction, target).Where(s => !IsWhole(s)).Select(s => s.Describe(contraction)).ShouldBeEmpty();

            bool IsWhole(Schedule s)
            {
                bool single = s.Lanes.Extent == 1;
                LoopDim[] all = [.. s.Loops, .. single ? [] : new[] { s.Lanes }];
                return all.Distinct().Count() == all.Length
                    && all.Aggregate(1L, (product, l) => product * Steps(s, l)) == contraction.MultiplyAdds
                    && s.Inner.All(l => !l.Uses(Contraction.Output) && !l.IsTerm)
                    && s.Rows.All(r => r.Loop.Uses(Contraction.Output) && !r.Loop.Uses(s.VectorOperand))
                    && (single || (s.Lanes.Uses(Contraction.Output) && !s.Lanes.Uses(s.BroadcastOperand) && (s.Packed || s.IsDot || (s.Lanes.Strides[s.VectorOperand] >= 1 && s.Lanes.Strides[s.VectorOperand] <= target.MaxLaneStride))));
            }
        }

        // Groups of steps and what is left of them are the whole loop.
        static long Steps(Schedule s, LoopDim loop) => s.Reduced && ReferenceEquals(loop, s.Inner[^1]) ? ((long)loop.Extent * (s.IsDot ? s.Steps : s.Repeat)) + s.Remainder : loop.Extent;
    }

    [Fact]
    public void TheCheapestScheduleWins()
    {
        foreach (SampleContraction sample in SampleContraction.All.Values)
        {
            Schedule chosen = ContractScheduler.Choose(sample.Bound, Targets.Avx2, _ => true);
            chosen.Cycles.ShouldBe(ContractScheduler.Enumerate(sample.Bound, Targets.Avx2).Min(s => s.Cycles));
        }
    }

    [Fact]
    public void ATileBeyondTheBudgetUnrollsLessFirst()
    {
        Contraction contraction = Wide();
        Schedule best = ContractScheduler.Choose(contraction, Targets.Avx2, _ => true);
        best.Unroll.ShouldBeGreaterThan(1);
        List<int> asked = [];
        Schedule rolled = ContractScheduler.Choose(contraction, Targets.Avx2, s =>
        {
            asked.Add(s.Unroll);
            return s.Unroll == 1;
        });
        rolled.Unroll.ShouldBe(1);
        rolled.Describe(contraction).ShouldBe((best with { Unroll = 1 }).Describe(contraction));
        asked.ShouldBe([.. Halves(best.Unroll)]);
    }

    [Fact]
    public void ThenTheNextCheapestScheduleIsAsked()
    {
        Contraction contraction = Wide();
        Schedule best = ContractScheduler.Choose(contraction, Targets.Avx512, _ => true);
        Schedule smaller = ContractScheduler.Choose(contraction, Targets.Avx512, s => s.TileRows * s.Vectors <= 4);
        (smaller.TileRows * smaller.Vectors).ShouldBeLessThanOrEqualTo(4);
        smaller.Cycles.ShouldBe(ContractScheduler.Enumerate(contraction, Targets.Avx512).Where(s => s.TileRows * s.Vectors <= 4).Min(s => s.Cycles));
        smaller.Cycles.ShouldBeGreaterThan(best.Cycles);
    }

    [Theory]
    [InlineData(8, 3, 4)]
    [InlineData(8, 2, 8)]
    [InlineData(5, 4, 4)]
    [InlineData(2, 8, 4)]
    public void EachTileWalksAsManyStepsAsItsOwnBodyNeeds(int rows, int vectors, int steps)
    {
        Contraction contraction = Wide();
        Schedule schedule = ContractScheduler.Enumerate(contraction, Targets.AdvSimd).First(s => s.Scalars == ScalarKind.StepVectors && s.Inner[^1].Extent >= 16) with { Unroll = 8, Around = 1, Chains = 1 };
        schedule.For(rows, vectors, Targets.AdvSimd).Unroll.ShouldBe(steps);
        schedule.For(rows, vectors, Targets.Avx2).ShouldBe(schedule);

        // Partial sums are of a step each.
        (schedule with { Chains = 8 }).For(rows, vectors, Targets.AdvSimd).Unroll.ShouldBe(8);
    }

    [Fact]
    public void WithoutAnyThatFitsTheContractionIsNamed()
    {
        Contraction contraction = SampleContraction.Named("InnerProduct").Bound;
        int asked = 0;
        Should.Throw<InvalidOperationException>(() => ContractScheduler.Choose(contraction, Targets.Scalar, _ => ++asked < 0)).Message.ShouldContain("InnerProduct");
        asked.ShouldBeGreaterThanOrEqualTo(ContractScheduler.Enumerate(contraction, Targets.Scalar).Count());
    }

    [Fact]
    public void StoresFollowTheStridesOfTheOutput()
    {
        foreach (SampleContraction sample in SampleContraction.All.Values)
        {
            foreach (Schedule schedule in ContractScheduler.Enumerate(sample.Bound, Targets.Avx2))
            {
                bool contiguous = schedule.Lanes.Extent == 1 || schedule.Lanes.Strides[Contraction.Output] == 1;
                if (schedule.Store == StoreKind.Sums)
                {
                    schedule.Reduced.ShouldBeTrue();
                    (contiguous || (schedule.Rows[0].Loop.Strides[Contraction.Output] == 1 && schedule.Repeat == 4)).ShouldBeTrue(schedule.Describe(sample.Bound));
                    continue;
                }

                // Sums of pairs become whole vectors.
                (schedule.Folds ? schedule.Repeat : 2).ShouldBe(2);
                bool rows = schedule.Rows.Length > 0 && schedule.Rows[0].Loop.Strides[Contraction.Output] == 1;
                schedule.Store.ShouldBe(contiguous || schedule.IsDot ? StoreKind.Vector : rows ? StoreKind.Transposed : StoreKind.Strided, schedule.Describe(sample.Bound));
            }
        }
    }

    private static IEnumerable<int> Halves(int unroll)
    {
        for (; unroll >= 1; unroll /= 2)
        {
            yield return unroll;
        }
    }

    /// <summary>128 rows × 128 columns over 32 steps.</summary>
    private static Contraction Wide() => CostModelTests.Product(rows: 128, columns: 128, steps: 32);
}
