using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Kron.Generator.Support;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Planning;

/// <summary>The dataflow of pools and its derived gradients, against pools by their definition.</summary>
public class PoolPlannerTests
{
    private const int Samples = 2;

    public static TheoryData<int, bool> Cases
    {
        get
        {
            TheoryData<int, bool> cases = [];
            for (int i = 0; i < PoolSpecs.Windows.Count; i++)
            {
                cases.Add(i, true);
                cases.Add(i, false);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void APoolIsOneMapFoldedOverItsWindow(int index, bool isMaximum)
    {
        WindowSpec window = PoolSpecs.Windows[index];
        double[] x = Fill(index, window.Channels * window.Height * window.Width * Samples);
        Dictionary<string, double[]> tensors = new() { ["x"] = x };
        DataflowInterpreter.Run([Forward(window, isMaximum)], Samples, tensors);
        tensors["y"].ShouldBe(NaivePool.Forward(window, isMaximum, x), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheDerivedGradientIsTheDefinitions(int index, bool isMaximum)
    {
        WindowSpec window = PoolSpecs.Windows[index];
        double[] x = Fill(index, window.Channels * window.Height * window.Width * Samples), dy = Fill(index + 50, window.Channels * window.Pixels * Samples);
        InputGradient(window, isMaximum, x, dy).ShouldBe(NaivePool.Backward(window, isMaximum, x, dy), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheFirstOfEqualPixelsTakesTheGradient(int index, bool isMaximum)
    {
        // Three values only, so that nearly every window has several maxima.
        WindowSpec window = PoolSpecs.Windows[index];
        double[] x = [.. Fill(index, window.Channels * window.Height * window.Width * Samples).Select(v => Math.Round(v))], dy = Fill(index + 50, window.Channels * window.Pixels * Samples);
        InputGradient(window, isMaximum, x, dy).ShouldBe(NaivePool.Backward(window, isMaximum, x, dy), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheGradientAgreesWithFiniteDifferences(int index, bool isMaximum)
    {
        const double Step = 1e-6;
        WindowSpec window = PoolSpecs.Windows[index];
        double[] x = Fill(index, window.Channels * window.Height * window.Width), dy = Fill(index + 50, window.Channels * window.Pixels);
        double[] gradient = InputGradient(window, isMaximum, x, dy, samples: 1);
        for (int i = 0; i < x.Length; i += 7)
        {
            gradient[i].ShouldBe((Loss(i, Step) - Loss(i, -Step)) / (2 * Step), 1e-7);
        }

        double Loss(int at, double move)
        {
            double[] moved = [.. x];
            moved[at] += move;
            return Dot(NaivePool.Forward(window, isMaximum, moved), dy);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryMapIsCutIntoOnesThatStayInside(int index, bool isMaximum)
    {
        WindowSpec window = PoolSpecs.Windows[index];
        Map forward = Forward(window, isMaximum);
        Adjoint adjoint = Adjoint.Derive([forward]);
        Node[] all = [forward, .. adjoint.ParameterNodes, .. adjoint.InputNodes];
        Map[] legal = [.. all.Cast<Map>().SelectMany(BoundsSplit.Apply)];
        foreach (Map part in legal)
        {
            part.Value.Reads().Append(part.Output).ShouldAllBe(access => IsInside(access, part.Dims));
        }

        Dictionary<string, double[]> expected = Given(all, Samples), actual = new(expected);
        DataflowInterpreter.Run(all, Samples, expected);
        DataflowInterpreter.Run(legal, Samples, actual);
        actual["y"].ShouldBe(expected["y"], 1e-12);
        actual["dx"].ShouldBe(expected["dx"], 1e-12);
    }

    [Fact]
    public void OnlyPixelsAtTheEdgeAreCutOff()
    {
        // Rows and columns: the first window loses a tap, the last one ends with the image.
        Map[] parts = [.. BoundsSplit.Apply(Forward(new WindowSpec(1, 32, 32, 3, 3, 2, 2, 1, 1), isMaximum: true))];
        parts.Select(p => string.Join(" ", p.Dims.Where(d => d.Name != "c").Select(d => d.Extent))).ShouldBe(["1 1 2 2", "1 15 2 3", "15 1 3 2", "15 15 3 3"]);
    }

    [Theory]
    [InlineData(3, 1, 1, 1)]
    [InlineData(3, 2, 1, 4)]
    [InlineData(2, 2, 1, 1)]
    [InlineData(5, 2, 2, 4)]
    public void OverlappingOrPaddedWindowsAreGathered(int size, int stride, int padding, int maps)
    {
        // By the residues modulo the stride: with a tap more, and without it. Nothing is cleared and nothing added to.
        Adjoint adjoint = Adjoint.Derive([Forward(new WindowSpec(2, 12, 12, size, size, stride, stride, padding, padding), isMaximum: false)]);
        adjoint.InputNodes.Select(n => (n.Name, n.Accumulate)).ShouldBe(Enumerable.Repeat(("GradientX", false), maps));
    }

    [Fact]
    public void TilingWindowsSendTheirGradientStraight()
    {
        Map map = Adjoint.Derive([Forward(new WindowSpec(2, 12, 12, 2, 2, 2, 2, 0, 0), isMaximum: false)]).InputNodes.ShouldHaveSingleItem().ShouldBeOfType<Map>();
        (map.Fold, map.Accumulate).ShouldBe((Fold.Store, false));
    }

    [Fact]
    public void AnAveragePoolKeepsNothingForItsGradientAndAMaximumItsInputAlone()
    {
        foreach (bool isMaximum in new[] { false, true })
        {
            LayerPlan plan = LayerPlan.Of(PoolSpecs.Layer(PoolSpecs.Windows[0], isMaximum));
            plan.Tape.ShouldBe(0);
            plan.ForwardScratch.ShouldBe(0);
            plan.Backward.Nodes.ShouldBeEmpty();
        }
    }

    [Fact]
    public void MapsThatMeetInAnElementAddUp()
    {
        // A dilated window is not gathered: its points are added to what was cleared.
        Tensor x = PerSample("x", Region.Input, 9), y = PerSample("y", Region.Output, 4);
        Map dilated = new("Dilated", [new("p", 4), new("k", 3)], At(y, "p"), Fold.Add, new Read(new Access(x, [Axis(-1, ("p", 2), ("k", 2))])) * 0.5f, Accumulate: false);
        Adjoint adjoint = Adjoint.Derive([dilated]);
        adjoint.InputNodes.Select(n => n.Name).ShouldBe(["ClearX", "GradientX"]);
        Dictionary<string, double[]> tensors = Given([dilated], Samples);
        DataflowInterpreter.Run([dilated], Samples, tensors);
        double[] dy = Fill(9, tensors["y"].Length);
        tensors["dy"] = dy;
        DataflowInterpreter.Run(adjoint.InputNodes.Cast<Map>().SelectMany(BoundsSplit.Apply), Samples, tensors);
        Dot(tensors["dx"], tensors["x"]).ShouldBe(Dot(dy, tensors["y"]), 1e-10);
    }

    private static Map Forward(WindowSpec window, bool isMaximum) =>
        LayerPlan.PlanOf(PoolSpecs.Layer(window, isMaximum)).Nodes.ShouldHaveSingleItem().ShouldBeOfType<Map>();

    private static double[] InputGradient(WindowSpec window, bool isMaximum, double[] x, double[] dy, int samples = Samples)
    {
        Adjoint adjoint = Adjoint.Derive([Forward(window, isMaximum)]);
        Dictionary<string, double[]> tensors = new() { ["x"] = x, ["dy"] = dy };
        DataflowInterpreter.Run([.. adjoint.ParameterNodes, .. adjoint.InputNodes], samples, tensors);
        return tensors["dx"];
    }

    private static bool IsInside(Access access, EquatableArray<Dim> dims) => access.Axes
        .Select((axis, k) => (Range: ZeroExtension.Range(axis, dims), Extent: access.Tensor.Extents[k]))
        .All(a => a.Range.Min >= 0 && a.Range.Max < a.Extent);
}
