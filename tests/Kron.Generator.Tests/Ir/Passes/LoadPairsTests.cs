using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Scheduling;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Ir.IrBuilder;

namespace Kron.Generator.Tests.Ir.Passes;

/// <summary>Loads as a target wants them that has an instruction for two.</summary>
public class LoadPairsTests
{
    private static readonly Let Sum = Let("c", new Constant(0));
    private static readonly Let First = Let("a", Load("x", 8, 4));
    private static readonly Set Between = Set("c", new MultiplyAdd("a", "a", "c"));
    private static readonly Let Second = Let("b", Load("x", 12, 4));
    private static readonly Set Use = Set("c", new MultiplyAdd("b", "b", "c"));
    private static readonly Store Out = Store("y", 0, "c", 4);

    [Fact]
    public void TheSecondLoadComesBehindTheFirst() => Paired(Targets.AdvSimd, Sum, First, Between, Second, Use, Out).ShouldBeTrue();

    [Fact]
    public void OtherTargetsKeepTheirOrder() => Paired(Targets.Avx512, Sum, First, Between, Second, Use, Out).ShouldBeFalse();

    [Fact]
    public void NothingMovesPastAStore() => Paired(Targets.AdvSimd, Sum, First, Between, Store("y", 8, "c", 4), Second, Use, Out).ShouldBeFalse();

    [Theory]
    [InlineData(16, 4)]
    [InlineData(13, 4)]
    [InlineData(12, 3)]
    public void OnlyWholeVectorsBesideEachOtherArePairs(int offset, int lanes) =>
        Paired(Targets.AdvSimd, Sum, First, Between, Let("b", Load("x", offset, lanes)), Use, Out).ShouldBeFalse();

    [Theory]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public void AsFarAsRegistersGo(int held, bool paired)
    {
        // Beside these: c, a, and b once it is loaded.
        Let[] values = [.. Enumerable.Range(0, held).Select(i => Let($"h{i}", Load("z", 16 * i, 4)))];
        Store[] stores = [.. Enumerable.Range(0, held).Select(i => Store("y", 100 + (4 * i), $"h{i}", 4))];
        Paired(Targets.AdvSimd, [.. values, Sum, First, Between, Second, Use, Out, .. stores]).ShouldBe(paired);
    }

    [Fact]
    public void FarLoadsGetAPointerOfTheirOwnWhereThatSavesMoreThanItCosts()
    {
        // A row 20,000 floats on: four loads out of reach; the pair beside the pointer stays.
        string text = Near(Load("p", 0, 4), Load("p", 4, 4), Load("p", 20000, 4), Load("p", 20016, 4), Load("p", 20032, 1));
        text.ShouldContain("p_1 = x[20000] += 64");
        text.ShouldContain("load p_1[0] [4]");
        text.ShouldContain("load p_1[16] [4]");
        text.ShouldContain("load p_1[32] [1]");
        text.ShouldContain("load p[4] [4]");
        Near(Load("p", 0, 4), Load("p", 20000, 4)).ShouldNotContain("p_1");
    }

    [Fact]
    public void AnOffsetThatIsNoMultipleOfAVectorReachesLess()
    {
        Near(Load("p", 0, 4), Load("p", 50, 4), Load("p", 63, 4)).ShouldNotContain("p_1");
        Near(Load("p", 0, 4), Load("p", 75, 4), Load("p", 125, 4)).ShouldContain("p_1 = x[75]");
        Near(Load("p", 0, 4), Load("p", 75, 1), Load("p", 125, 1)).ShouldNotContain("p_1");
    }

    [Fact]
    public void WhatIsLoadedAgainIsLoadedThroughAnotherPointerWhereItCannotBeKept()
    {
        Kernel kernel = Looping(Load("p", 0, 4), Load("p", 4, 4), Load("p", 4, 4), Load("p", 8, 4), Load("p", 4, 4));
        string text = IrText.Of(UnsharedLoads.Run(kernel, Targets.AdvSimd with { Registers = 8 }));
        text.ShouldContain("p = x[0] += 64, p_1 = x[0] += 64, p_2 = x[0] += 64");
        text.ShouldContain("let v2 = load p_1[4] [4]");
        text.ShouldContain("let v3 = load p[8] [4]");
        text.ShouldContain("let v4 = load p_2[4] [4]");

        // With the sum and one vector beside it there are three values.
        UnsharedLoads.Run(kernel, Targets.AdvSimd with { Registers = 9 }).ShouldBe(kernel);
    }

    private static bool Paired(TargetModel target, params Statement[] body)
    {
        Statement[] after = [.. LoadPairs.Run(Kernel(["x", "y", "z"], body), target).Body];
        after.OrderBy(s => s.ToString()).ShouldBe(body.OrderBy(s => s.ToString()));
        int first = after.ToList().IndexOf(First);
        return after[first + 1] is Let { Name: "b" };
    }

    private static string Near(params Load[] loads) => IrText.Of(NearCursors.Run(LoadPairs.Run(Looping(loads), Targets.AdvSimd), Targets.AdvSimd));

    private static Kernel Looping(params Load[] loads) => Kernel(
        ["x", "y"],
        Let("c", new Constant(0)),
        Loop(10, [Cursor("p", "x", 0, 64)], [.. loads.SelectMany((load, i) => new Statement[] { Let($"v{i}", load), Set("c", new MultiplyAdd($"v{i}", $"v{i}", "c")) })]),
        Store("y", 0, "c", 4));
}
