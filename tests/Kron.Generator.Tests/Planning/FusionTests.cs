using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Support;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Planning;

/// <summary>Maps fused into maps, and maps over what they read.</summary>
public class FusionTests
{
    private const int Samples = 2;

    private static readonly Tensor X = PerSample("x", Region.Input, 6);
    private static readonly Tensor U = PerSample("u", Region.Scratch, 6);
    private static readonly Tensor P = PerSample("p", Region.Scratch, 6);
    private static readonly Tensor Y = PerSample("y", Region.Output, 6);
    private static readonly Tensor Half = PerSample("y", Region.Output, 3);

    private static readonly Contract Sum = new("Sum", [new("j", 6), new("k", 6)], At(U, "j"), At(X, "k"), At(Shared("w", Region.Parameters, 6, 6), "j", "k"), Accumulate: false);
    private static readonly Map Double = new("Double", [new("a", 6)], At(P, "a"), Fold.Store, new Read(At(U, "a")) * 2f, Accumulate: false);
    private static readonly Map Finish = new("Finish", [new("j", 6)], At(Y, "j"), Fold.Store, new Read(At(P, "j")) + 1f, Accumulate: false);

    [Fact]
    public void AMapIsFusedIntoTheOneThatReadsIt()
    {
        IReadOnlyList<Node> fused = MapFusion.Apply([Sum, Double, Finish]);
        fused.Select(n => n.Name).ShouldBe(["Sum", "Finish"]);
        fused[1].Sources.ShouldBe([U]);
        Agree([Sum, Double, Finish], fused);
    }

    [Fact]
    public void TheReadersIndexIsSubstituted()
    {
        // Maximum over neighbours: p[2j + q].
        Map pairs = new("Pairs", [new("j", 3), new("q", 2)], At(Half, "j"), Fold.Max, new Read(new Access(P, [Axis(0, ("j", 2), ("q", 1))])), Accumulate: false);
        IReadOnlyList<Node> fused = MapFusion.Apply([Sum, Double, pairs]);
        fused.Count.ShouldBe(2);
        Strides(((Map)fused[1]).Value.Reads().Single(), "j", "q").ShouldBe("j:2 q:1");
        Agree([Sum, Double, pairs], fused);
    }

    [Fact]
    public void AChainIsFusedWhole()
    {
        Map between = Double with { Name = "Between", Output = At(P with { Name = "q" }, "a"), Value = new Read(At(P, "a")) - 3f };
        Map last = Finish with { Value = new Read(At(P with { Name = "q" }, "j")) + 1f };
        IReadOnlyList<Node> fused = MapFusion.Apply([Sum, Double, between, last]);
        fused.Count.ShouldBe(2);
        Agree([Sum, Double, between, last], fused);
    }

    [Fact]
    public void WhatTwoReadersOrOutsidersNeedStays()
    {
        Map second = Finish with { Name = "Second", Output = At(Y with { Name = "y2" }, "j") };
        MapFusion.Apply([Sum, Double, Finish, second]).Count.ShouldBe(4);
        Contract contract = Sum with { Name = "Again", Left = At(P, "k"), Output = At(Y, "j") };
        MapFusion.Apply([Sum, Double, contract]).Count.ShouldBe(3);
        MapFusion.Apply([Sum, Double with { Output = At(Y, "a") }]).Count.ShouldBe(2);
    }

    [Fact]
    public void SumsAndMapsThatReadTwicePlacesAreNotFused()
    {
        MapFusion.Apply([Sum, Double with { Accumulate = true }, Finish]).Count.ShouldBe(3);
        Map twice = Finish with { Value = new Read(At(P, "j")) + new Read(new Access(P, [Axis(5, ("j", -1))])) };
        MapFusion.Apply([Sum, Double, twice]).Count.ShouldBe(3);
        Map reversed = Double with { Output = new Access(P, [Axis(5, ("a", -1))]) };
        MapFusion.Apply([Sum, reversed, Finish]).Count.ShouldBe(3);
    }

    [Fact]
    public void ATensorThatAnotherNodeAddsToIsNotReplacedByItsFirstPart()
    {
        Contract more = Sum with { Name = "More", Output = At(P, "j"), Accumulate = true };
        Agree([Sum, Double, more, Finish], MapFusion.Apply([Sum, Double, more, Finish]));
    }

    [Fact]
    public void AMapOverwritesWhatOnlyItReads()
    {
        Map only = Finish with { Value = new Read(At(U, "j")) + 1f };
        IReadOnlyList<Node> inPlace = InPlace.Apply([Sum, only], keep: []);
        inPlace.Select(n => n.Destination).ShouldBe([Y, Y]);
        inPlace[1].Sources.ShouldBe([Y]);
        Agree([Sum, only], inPlace);
        Agree([Sum, Double, Finish], InPlace.Apply([Sum, Double, Finish], keep: []));
    }

    [Fact]
    public void AnIdentityDisappears()
    {
        Map copy = Finish with { Value = new Read(At(U, "j")) };
        IReadOnlyList<Node> inPlace = InPlace.Apply([Sum, copy], keep: []);
        inPlace.ShouldHaveSingleItem().Destination.ShouldBe(Y);
        Agree([Sum, copy], inPlace);
    }

    [Fact]
    public void WhatTheTapeKeepsStaysApart()
    {
        IReadOnlyList<Node> kept = InPlace.Apply([Sum, Double, Finish], keep: ["u"]);
        kept[0].Destination.ShouldBe(U);
        kept[1].Sources.ShouldBe([U]);
        kept[1].Destination.ShouldBe(Y);
        InPlace.Apply([Sum, Double, Finish], keep: ["u", "p"]).SequenceEqual([Sum, Double, Finish]).ShouldBeTrue();
    }

    [Fact]
    public void WhatOthersReadOrWriteStaysApart()
    {
        Map second = Double with { Name = "Second", Output = At(Y with { Name = "y2" }, "a") };
        InPlace.Apply([Sum, Double, second], keep: [])[0].Destination.ShouldBe(U);

        // Two nodes write the output: the sum of terms is not begun by the first one's operand.
        Map first = Finish with { Value = new Read(At(U, "j")) * 2f };
        Map then = Finish with { Name = "Then", Value = new Read(At(X, "j")), Accumulate = true };
        IReadOnlyList<Node> both = InPlace.Apply([Sum, first, then], keep: []);
        both[0].Destination.ShouldBe(U);
        Agree([Sum, first, then], both);
    }

    [Fact]
    public void OtherElementsOrOtherShapesAreNotOverwritten()
    {
        Map reversed = Finish with { Value = new Read(new Access(U, [Axis(5, ("j", -1))])) };
        InPlace.Apply([Sum, reversed], keep: [])[0].Destination.ShouldBe(U);
        Map shorter = new("Short", [new("j", 3)], At(Half, "j"), Fold.Store, new Read(At(U, "j")), Accumulate: false);
        InPlace.Apply([Sum, shorter], keep: [])[0].Destination.ShouldBe(U);
    }

    [Fact]
    public void AMapThatAlsoReadsANeighbourDoesNotOverwriteIt()
    {
        Map mirror = Finish with { Value = new Read(At(U, "j")) + new Read(new Access(U, [Axis(5, ("j", -1))])) };
        InPlace.Apply([Sum, mirror], keep: [])[0].Destination.ShouldBe(U);
    }

    private static void Agree(IReadOnlyList<Node> definition, IReadOnlyList<Node> rewritten)
    {
        Dictionary<string, double[]> given = Given(definition, Samples);
        Dictionary<string, double[]> expected = new(given), actual = new(given);
        DataflowInterpreter.Run(definition, Samples, expected);
        DataflowInterpreter.Run(rewritten, Samples, actual);
        actual["y"].ShouldBe(expected["y"], 1e-12);
    }
}
