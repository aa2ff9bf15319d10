using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Support;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Planning;

/// <summary>Padding: contractions and maps that leave a tensor are rewritten to ones that stay inside and compute the same.</summary>
public class LegalisationTests
{
    private const int Samples = 2;

    private static readonly Tensor Image = PerSample("x", Region.Input, 2, 5);
    private static readonly Tensor Weight = Shared("w", Region.Parameters, 3, 2, 3);
    private static readonly Tensor Y = PerSample("y", Region.Output, 3, 3);

    [Fact]
    public void AContractionInsideItsTensorsIsLeftAlone()
    {
        Contract inside = Convolution(offset: 0, stride: 1);
        ZeroExtension.Apply([inside]).ShouldHaveSingleItem().ShouldBe(inside);
    }

    [Theory]
    [InlineData(-1, 2, 7)] // one zero before, 2·2 + 2 − 1 = 5: one behind
    [InlineData(-2, 1, 7)]
    [InlineData(1, 2, 8)] // 1 … 7: three behind, none before
    [InlineData(3, 1, 8)]
    public void APaddedOneReadsAZeroExtendedCopy(int offset, int stride, int extent)
    {
        Contract padded = Convolution(offset, stride);
        IReadOnlyList<Node> legal = ZeroExtension.Apply([padded]);
        legal.Count.ShouldBe(2);
        legal[0].Destination.Extents.ShouldBe([2, extent]);
        legal[0].Destination.Region.ShouldBe(Region.Scratch);
        var contract = legal[1].ShouldBeOfType<Contract>();
        contract.Left.Tensor.ShouldBe(legal[0].Destination);
        (long min, long max) = ZeroExtension.Range(contract.Left.Axes[1], contract.Dims);
        min.ShouldBeGreaterThanOrEqualTo(0);
        max.ShouldBeLessThan(extent);
        Agree([padded], legal, "y");
    }

    [Fact]
    public void OneCopyServesAllThatPadAlike()
    {
        Contract padded = Convolution(-1, 2);
        Contract other = padded with { Name = "Other", Output = padded.Output with { Tensor = Y with { Name = "y2" } } };
        ZeroExtension.Apply([padded, other]).OfType<Map>().Count().ShouldBe(1);
        ZeroExtension.Apply([padded, Convolution(-2, 1)]).OfType<Map>().Count().ShouldBe(2);
    }

    [Fact]
    public void RangesCountNegativeCoefficients() =>
        ZeroExtension.Range(Axis(3, ("a", -2), ("b", 1)), [new("a", 4), new("b", 5)]).ShouldBe((-3L, 7L));

    [Fact]
    public void AMapInsideItsTensorsIsLeftAlone()
    {
        Map inside = Shift(0, 5);
        BoundsSplit.Apply(inside).ShouldHaveSingleItem().ShouldBe(inside);
    }

    [Theory]
    [InlineData(-2, 1, 9, 3)] // zeros, the tensor, zeros
    [InlineData(0, 1, 9, 2)]
    [InlineData(-2, 1, 7, 2)]
    [InlineData(-2, 3, 4, 3)] // −2, 1, 4, 7
    [InlineData(1, 2, 5, 2)]
    [InlineData(5, 1, 4, 1)] // all outside
    [InlineData(-4, 1, 4, 1)]
    public void AMapIsCutWhereAReadLeavesItsTensor(int offset, int stride, int extent, int parts)
    {
        Map map = Shift(offset, extent, stride);
        Map[] legal = [.. BoundsSplit.Apply(map)];
        legal.Length.ShouldBe(parts);
        legal.Sum(m => m.Dims[0].Extent).ShouldBe(extent);
        foreach (Map part in legal)
        {
            part.Value.Reads().Append(part.Output).ShouldAllBe(access => IsInside(access, part.Dims));
        }

        Covers(map, legal);
    }

    [Fact]
    public void WritesOutsideVanish()
    {
        Tensor target = PerSample("t", Region.Scratch, 4);
        Map map = new("Scatter", [new("d", 9)], new Access(target, [Axis(-2, ("d", 1))]), Fold.Store, new Read(At(PerSample("x", Region.Input, 9), "d")), Accumulate: false);
        Map part = BoundsSplit.Apply(map).ShouldHaveSingleItem();
        part.Dims[0].Extent.ShouldBe(4);
        Covers(map, [part]);
    }

    [Fact]
    public void IndicesKeepTheirValues()
    {
        Map map = Shift(-2, 9) with { Value = new IndexOf("d") + new Read(new Access(PerSample("x", Region.Input, 5), [Axis(-2, ("d", 1))])) };
        Covers(map, [.. BoundsSplit.Apply(map)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PartsOfASumAddUp(bool accumulate)
    {
        Map sum = Shift(-2, 9) with { Dims = [new("j", 2), new("d", 9)], Output = At(PerSample("y", Region.Scratch, 2), "j"), Fold = Fold.Add, Accumulate = accumulate };
        Map[] parts = [.. BoundsSplit.Apply(sum)];
        parts.Select(p => p.Accumulate).ShouldBe([accumulate, true, true]);
        Dictionary<string, double[]> given = Given([sum], Samples);
        given["y"] = Fill(8, 2 * Samples);
        Dictionary<string, double[]> expected = new(given) { ["y"] = [.. given["y"]] };
        DataflowInterpreter.Run([sum], Samples, expected);
        DataflowInterpreter.Run(parts, Samples, given);
        given["y"].ShouldBe(expected["y"], 1e-12);
    }

    [Theory]
    [InlineData(false, -2, 9)]
    [InlineData(true, -2, 9)]
    [InlineData(false, 1, 2)]
    [InlineData(true, 7, 2)] // nothing inside
    public void AMaximumIsThatOfThePointsInside(bool isMinimum, int offset, int extent)
    {
        Fold fold = isMinimum ? Fold.Min : Fold.Max;
        Map map = Shift(offset, extent) with { Output = new Access(PerSample("y", Region.Scratch, 1), [Axis(0)]), Fold = fold };
        Map part = BoundsSplit.Apply(map).ShouldHaveSingleItem();
        part.Value.Reads().ShouldAllBe(access => IsInside(access, part.Dims));
        Agree([map], [part], "y");
    }

    [Fact]
    public void BothAxesAreCut()
    {
        Map map = new(
            "Extend",
            [new("a", 4), new("b", 7)],
            At(PerSample("y", Region.Scratch, 4, 7), "a", "b"),
            Fold.Store,
            new Read(new Access(Image, [Axis(-1, ("a", 1)), Axis(-1, ("b", 1))])),
            Accumulate: false);
        Map[] parts = [.. BoundsSplit.Apply(map)];
        parts.Length.ShouldBe(5); // above, below, and left, middle, right between
        Covers(map, parts);
    }

    [Theory]
    [InlineData(Fold.Add, 2)]
    [InlineData(Fold.Add, 3)]
    [InlineData(Fold.Max, 1)]
    [InlineData(Fold.Min, 4)]
    public void AWindowIsCutByClassesOfPixels(object fold, int stride)
    {
        Map map = Window((Fold)fold, stride) with { Value = new Read(new Access(PerSample("x", Region.Input, 11), [Axis(-2, ("d", stride), ("e", 1))])) + new IndexOf("e") };
        Map[] parts = [.. BoundsSplit.Apply(map)];
        foreach (Map part in parts)
        {
            part.Value.Reads().ShouldAllBe(access => IsInside(access, part.Dims));
        }

        Agree([map], parts, "y");
    }

    [Fact]
    public void WhatIsOutsideOfAWindowCostsNothing() =>
        BoundsSplit.Apply(Window(Fold.Add, 2) with { Value = new Read(new Access(PerSample("x", Region.Input, 11), [Axis(-2, ("d", 2), ("e", 1))])) * 0.5f })
            .Select(part => (part.Accumulate, part.Dims[0].Extent, part.Dims[1].Extent)).ShouldBe([(false, 1, 3), (false, 4, 5), (false, 1, 3)]);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void AWindowThatIsWrittenIsCutOnBothSides(int stride)
    {
        // x[stride·d + e − 2] = …, as far as it is inside.
        Tensor target = PerSample("t", Region.Scratch, 9);
        Map map = new(
            "Scatter",
            [new("d", 6), new("e", stride)],
            new Access(target, [Axis(-2, ("d", stride), ("e", 1))]),
            Fold.Store,
            new Read(At(PerSample("x", Region.Input, 6), "d")) + (new IndexOf("e") * 8f),
            Accumulate: false);
        Map[] parts = [.. BoundsSplit.Apply(map)];
        parts.ShouldAllBe(part => IsInside(part.Output, part.Dims));
        Covers(map, parts);
    }

    [Fact]
    public void AnIndexOfThreeDimensionsThatLeavesIsRefused()
    {
        Map map = Window(Fold.Add, 2) with
        {
            Dims = [new("d", 6), new("e", 5), new("f", 2)],
            Value = new Read(new Access(PerSample("x", Region.Input, 11), [Axis(-2, ("d", 2), ("e", 1), ("f", 1))])),
        };
        Should.Throw<NotSupportedException>(() => BoundsSplit.Apply(map).ToList()).Message.ShouldContain("Window");
    }

    private static Map Window(Fold fold, int stride) => new("Window", [new("d", 6), new("e", 5)], At(PerSample("y", Region.Scratch, 6), "d"), fold, 0f, Accumulate: false);

    private static Map Shift(int offset, int extent, int stride = 1) => new(
        "Shift",
        [new("d", extent)],
        At(PerSample("y", Region.Scratch, extent), "d"),
        Fold.Store,
        new Read(new Access(PerSample("x", Region.Input, 5), [Axis(offset, ("d", stride))])) + 10f,
        Accumulate: false);

    private static Contract Convolution(int offset, int stride) => new(
        "Convolve",
        [new("o", 3), new("c", 2), new("t", 3), new("k", 3)],
        At(Y, "o", "t"),
        new Access(Image, [Axis(0, ("c", 1)), Axis(offset, ("t", stride), ("k", 1))]),
        At(Weight, "o", "c", "k"),
        Accumulate: false);

    private static bool IsInside(Access access, EquatableArray<Dim> dims) => access.Axes
        .Select((axis, k) => (Range: ZeroExtension.Range(axis, dims), Extent: access.Tensor.Extents[k]))
        .All(a => a.Range.Min >= 0 && a.Range.Max < a.Extent);

    private static void Agree(IReadOnlyList<Node> definition, IReadOnlyList<Node> legal, string result)
    {
        Dictionary<string, double[]> given = Given(definition, Samples);
        Dictionary<string, double[]> expected = new(given), actual = new(given);
        DataflowInterpreter.Run(definition, Samples, expected);
        DataflowInterpreter.Run(legal, Samples, actual);
        Finite(actual[result]).ShouldBe(Finite(expected[result]), 1e-12);
    }

    /// <summary>Infinities as numbers that have a difference.</summary>
    private static IEnumerable<double> Finite(double[] values) => values.Select(v => Math.Clamp(v, -1e9, 1e9));

    /// <summary>The parts add what the map stores, each element once.</summary>
    private static void Covers(Map map, Map[] parts)
    {
        Dictionary<string, double[]> given = Given([map], Samples);
        Dictionary<string, double[]> expected = new(given), actual = new(given) { [map.Destination.Name] = new double[map.Destination.Size * Samples] };
        DataflowInterpreter.Run([map], Samples, expected);
        DataflowInterpreter.Run(parts.Select(p => p with { Accumulate = true }), Samples, actual);
        actual[map.Destination.Name].ShouldBe(expected[map.Destination.Name], 1e-12);
    }
}
