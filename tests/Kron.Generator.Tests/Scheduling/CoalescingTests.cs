using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Scheduling;

public class CoalescingTests
{
    private const int Nothing = -1;

    [Fact]
    public void LoopsMergeWhereEveryOperandWalksThemAsOne()
    {
        LoopDim merged = Coalescing.Apply([Loop("a", 4, 15, 0, 6), Loop("b", 3, 5, 0, 2)], Nothing).ShouldHaveSingleItem();
        merged.Name.ShouldBe("ab");
        merged.Extent.ShouldBe(12);
        merged.Strides.ShouldBe([5L, 0, 2]);
        merged.Parts.Select(p => p.Extent).ShouldBe([4, 3]);
    }

    [Fact]
    public void TheOrderOfTheLoopsDoesNotMatterTheirStridesDo()
    {
        LoopDim merged = Coalescing.Apply([Loop("inner", 3, 1), Loop("middle", 2, 3), Loop("outer", 5, 6)], Nothing).ShouldHaveSingleItem();
        merged.Name.ShouldBe("outermiddleinner");
        merged.Extent.ShouldBe(30);
        merged.Parts.Select(p => p.Extent).ShouldBe([5, 2, 3]);
    }

    [Theory]
    [InlineData(15, 5, 5, 2)] // the last operand should move by 6
    [InlineData(14, 5, 6, 2)] // the first one should move by 15
    [InlineData(15, 5, 6, 0)] // the last operand uses one of them only
    [InlineData(15, 5, 0, 2)]
    public void OneOperandThatJumpsKeepsLoopsApart(int outerFirst, int innerFirst, int outerLast, int innerLast) =>
        Coalescing.Apply([Loop("a", 4, outerFirst, 0, outerLast), Loop("b", 3, innerFirst, 0, innerLast)], Nothing).Count.ShouldBe(2);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void LoopsOverTermsStayAlone(bool outer, bool inner) =>
        Coalescing.Apply([Loop("a", 4, 3) with { IsTerm = outer }, Loop("b", 3, 1) with { IsTerm = inner }], Nothing).Count.ShouldBe(2);

    [Fact]
    public void ARearrangedOperandPutsNoConditionOnStrides()
    {
        LoopDim[] loops = [Loop("a", 4, 15, 100), Loop("b", 3, 5, 7)];
        Coalescing.Apply(loops, Nothing).Count.ShouldBe(2);
        Coalescing.Apply(loops, rearranged: 0).Count.ShouldBe(2);
        LoopDim merged = Coalescing.Apply(loops, rearranged: 1).ShouldHaveSingleItem();

        // The rearrangement still knows how it lies.
        merged.Parts.Select(p => p.Strides[1]).ShouldBe([100L, 7]);
    }

    [Fact]
    public void ButItMustUseBothLoopsOrNeither() =>
        Coalescing.Apply([Loop("a", 4, 15, 100), Loop("b", 3, 5, 0)], rearranged: 1).Count.ShouldBe(2);

    [Fact]
    public void ARearrangementTakesTwoDimensionsAtMost()
    {
        IReadOnlyList<LoopDim> merged = Coalescing.Apply([Loop("a", 2, 12, 1), Loop("b", 3, 4, 9), Loop("c", 4, 1, 50)], rearranged: 1);
        merged.Count.ShouldBe(2);
        merged.Max(l => l.Parts.Count).ShouldBe(Coalescing.MaxParts);

        // Without it, or where it uses none of them, there is no limit.
        Coalescing.Apply([Loop("a", 2, 12, 0), Loop("b", 3, 4, 0), Loop("c", 4, 1, 0)], rearranged: 1).ShouldHaveSingleItem().Extent.ShouldBe(24);
    }

    private static LoopDim Loop(string name, int extent, params long[] strides)
    {
        EquatableArray<long> all = strides.ToEquatableArray();
        return new(name, extent, all, [new LoopPart(extent, all)]);
    }
}
