using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Scheduling;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Ir.IrBuilder;

namespace Kron.Generator.Tests.Ir.Passes;

/// <summary>Few floats at a time become a vector where multiply-adds name its lanes.</summary>
public class JoinedLoadsTests
{
    [Fact]
    public void TwoRowsOfTwoStepsAreOneVector()
    {
        string[] text = After(Targets.AdvSimd, Load("x", 6, 2), Load("x", 4, 2));
        text.ShouldContain(line => line.Contains("let s0 = load x[4] [4]"));
        text.ShouldNotContain(line => line.Contains("let s1"));
        Products(Targets.AdvSimd, Load("x", 6, 2), Load("x", 4, 2)).ShouldBe([("s0", 2), ("s0", 3), ("s0", 0), ("s0", 1)]);
    }

    [Fact]
    public void SingleFloatsThatLieApartInEachStepMeetInTheNext() =>
        Products(Targets.AdvSimd, Load("x", 0, 1), Load("x", 2, 1), Load("x", 1, 1), Load("x", 3, 1)).ShouldBe([("s0", 0), ("s0", 2), ("s0", 1), ("s0", 3)]);

    [Fact]
    public void WhatIsLeftIsLoadedInTwos() =>
        Products(Targets.AdvSimd, [.. Enumerable.Range(0, 7).Select(i => Load("x", i, 1))])
            .ShouldBe([("s0", 0), ("s0", 1), ("s0", 2), ("s0", 3), ("s4", 0), ("s4", 1), ("s6", 0)]);

    [Fact]
    public void NothingIsReadThatWasNot() => Unchanged(Targets.AdvSimd, Load("x", 0, 1), Load("x", 2, 1), Load("x", 4, 2), Load("z", 1, 1));

    [Fact]
    public void OtherTargetsLoadAsTheyDid() => Unchanged(Targets.Avx2, Load("x", 4, 2), Load("x", 6, 2));

    [Theory]
    [InlineData(6, true)]
    [InlineData(5, false)]
    public void AsFarAsRegistersGo(int registers, bool joined)
    {
        // Held beside the two loads: the sum, a vector, and two that are loaded before and stored at the end.
        TargetModel target = Targets.AdvSimd with { Registers = registers };
        Kernel kernel = InLoop(
            Let("c", new Constant(0)),
            Let("v", Load("y", 0, 4)),
            Let("h", Load("y", 4, 4)),
            Let("a", Load("x", 0, 2)),
            Set("c", new MultiplyAddLane("v", "a", 0, "c")),
            Let("g", Load("y", 8, 4)),
            Let("w", Load("y", 12, 4)),
            Set("c", new MultiplyAdd("w", "w", "c")),
            Let("b", Load("x", 2, 2)),
            Set("c", new MultiplyAddLane("v", "b", 0, "c")),
            Store("y", 0, "c", 4),
            Store("y", 4, "h", 4),
            Store("y", 8, "g", 4));
        JoinedLoads.Run(kernel, target).Equals(kernel).ShouldBe(!joined);
    }

    [Fact]
    public void NothingMovesPastAStoreAndNothingElseReadsIt()
    {
        Let first = Let("a", Load("x", 0, 2)), second = Let("b", Load("x", 2, 2));
        Set one = Set("c", new MultiplyAddLane("v", "a", 0, "c")), two = Set("c", new MultiplyAddLane("v", "b", 0, "c"));
        Let[] values = [Let("c", new Constant(0)), Let("v", Load("y", 0, 4))];
        Store store = Store("y", 0, "c", 4);
        Changes([.. values, first, one, second, two, store]).ShouldBeTrue();
        Changes([.. values, first, one, Store("x", 2, "c", 1), second, two, store]).ShouldBeFalse();
        Changes([.. values, first, one, second, two, Set("c", new Binary(BinaryKind.Add, "b", "c")), store]).ShouldBeFalse();
        Changes([.. values, first, one, second, Set("c", new MultiplyAddLane("v", "b", 2, "c")), store]).ShouldBeFalse();

        static bool Changes(Statement[] body) => InLoop(body) is var kernel && !JoinedLoads.Run(kernel, Targets.AdvSimd).Equals(kernel);
    }

    [Fact]
    public void StraightLinesStay() =>
        JoinedLoads.Run(Kernel(["x", "y"], [.. ((Loop)Stepping(Load("x", 0, 2), Load("x", 2, 2)).Body[1]).Body]), Targets.AdvSimd)
            .ShouldBe(Kernel(["x", "y"], [.. ((Loop)Stepping(Load("x", 0, 2), Load("x", 2, 2)).Body[1]).Body]));

    private static Kernel InLoop(params Statement[] body) => Kernel(["x", "y"], Loop(2, [], body));

    private static void Unchanged(TargetModel target, params Load[] loads) => JoinedLoads.Run(Stepping(loads), target).ShouldBe(Stepping(loads));

    private static string[] After(TargetModel target, params Load[] loads) => IrText.Of(JoinedLoads.Run(Stepping(loads), target)).Split('\n');

    private static (string Name, int Lane)[] Products(TargetModel target, params Load[] loads) =>
        [.. JoinedLoads.Run(Stepping(loads), target).Body.Deep().Select(s => s.Operation()).OfType<MultiplyAddLane>().Select(m => (m.B, m.Lane))];

    /// <summary>A loop that loads so, and multiplies by each float.</summary>
    private static Kernel Stepping(params Load[] loads) => Kernel(
        ["x", "y", "z"],
        Let("c", new Constant(0)),
        Loop(
            3,
            [],
            [
                Let("v", Load("y", 0, 4)),
                .. loads.SelectMany((load, i) => Enumerable.Range(0, load.Lanes).Select(lane => (Statement)Set("c", new MultiplyAddLane("v", $"s{i}", lane, "c"))).Prepend(Let($"s{i}", load))),
            ]),
        Store("y", 0, "c", 4));
}
