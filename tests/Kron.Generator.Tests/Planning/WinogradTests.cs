using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Planning.Winograd;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Planning;

/// <summary>Winograd's form against the direct contraction, in double.</summary>
public class WinogradTests
{
    private const int Samples = 2;

    [Theory]
    [InlineData(2, 4, 0)]
    [InlineData(2, 5, 1)]
    [InlineData(4, 4, 1)]
    [InlineData(4, 7, 0)]
    [InlineData(4, 9, 1)]
    [InlineData(4, 6, 2)]
    public void TheFormGivesTheSumsOfTheDirectContraction(int outputs, int rows, int padding)
    {
        var window = new WindowSpec(2, rows + 2 - (2 * padding), 5, 3, 3, 1, 1, padding, 1);
        LayerSpec spec = PlanningSpecs.Dense(PlanningSpecs.Relu, 3 * window.Pixels, window.Channels * window.Height * window.Width) with { Window = window };
        IReadOnlyList<Node> nodes = LayerPlan.PlanOf(spec).Nodes;
        var contract = (Contract)nodes[0];
        WinogradSite site = WinogradSite.Of(contract).ShouldNotBeNull();
        site.Pixel.Extent.ShouldBe(rows);
        WinogradForm form = WinogradForm.All.Single(f => f.Outputs == outputs);

        Dictionary<string, double[]> tensors = PlanningSpecs.Given(nodes, Samples);
        Dictionary<string, double[]> direct = new(tensors);
        DataflowInterpreter.Run(nodes, Samples, direct);

        List<Node> rewritten = [site.TransformKernel(form, 0)];
        int tiles = rows / outputs;
        for (int tile = 0; tile < tiles; tile++)
        {
            rewritten.AddRange(site.Rows(form, tile * outputs, 1, outputs, 0, 0, null));
        }

        if (rows % outputs > 0)
        {
            rewritten.AddRange(site.Rows(form, tiles * outputs, 1, rows % outputs, 0, 0, null));
        }

        Node[] cut = [.. rewritten.Cast<Contract>().SelectMany(node => node.IsTransform ? TapSkipping.Apply(node) : [node])];
        DataflowInterpreter.Run([.. cut, .. nodes.Skip(1)], Samples, tensors);
        tensors["y"].ShouldBe(direct["y"], 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StripsOfRowsGiveWhatTheWholePassGives(bool lowRank)
    {
        // A large image and a small cache, so that it takes several strips; what a low-rank pair has between lies inside borders.
        var window = new WindowSpec(32, 27, 16, 3, 3, 1, 1, 1, 1);
        LayerSpec spec = PlanningSpecs.Dense(PlanningSpecs.Relu, 32 * window.Pixels, window.Channels * window.Height * window.Width) with { Window = window };
        if (lowRank)
        {
            spec = spec with { Kind = LayerKind.LowRank, Groups = [new GroupSpec(1, 32, 32, 1, 48) { H1 = 3, W2 = 3 }] };
        }

        LayerPlan direct = LayerPlan.Of(spec);
        TargetModel small = Targets.Avx512 with { Caches = [Targets.Avx512.Caches[0], Targets.Avx512.Caches[1] with { Lines = 1 << 11 }, .. Targets.Avx512.Caches.Skip(2)] };
        LayerPlan plan = WinogradChoice.Apply(direct, new Rankings(small), 1);
        plan.Forward.Nodes.Count(n => n.Name == "TransformInput").ShouldBeGreaterThan(2);

        Dictionary<string, double[]> expected = PlanningSpecs.Given(direct.Forward.Nodes, 1);
        Dictionary<string, double[]> tensors = new(expected);
        DataflowInterpreter.Run(direct.Forward, 1, expected);
        DataflowInterpreter.Run([.. plan.Commit.Nodes, .. plan.Forward.Nodes], 1, tensors);

        tensors["y"].ShouldBe(expected["y"], 1e-4);
    }

    [Fact]
    public void TheMatricesAreThoseOfMinimalFiltering()
    {
        foreach (WinogradForm form in WinogradForm.All)
        {
            // y_j = Σ_k g_k d_{j+k} for every unit pulse of kernel and input.
            for (int tap = 0; tap < WinogradForm.Taps; tap++)
            {
                for (int at = 0; at < form.Points; at++)
                {
                    for (int j = 0; j < form.Outputs; j++)
                    {
                        double y = Enumerable.Range(0, form.Points).Sum(t =>
                            (double)form.Output.Values[(j * form.Points) + t] * form.Kernel.Values[(t * WinogradForm.Taps) + tap] * form.Input.Values[(t * form.Points) + at]);
                        y.ShouldBe(at == j + tap ? 1 : 0, 1e-6);
                    }
                }
            }
        }
    }

    [Fact]
    public void OnlyThreeTapsPixelByPixelAlongAnOuterAxisAreASite()
    {
        Site(3, 1, 1).ShouldNotBeNull();
        Site(3, 1, 2).ShouldBeNull();
        Site(1, 3, 1).ShouldBeNull();
        Site(5, 1, 1).ShouldBeNull();

        static WinogradSite? Site(int kernelH, int kernelW, int stride)
        {
            var window = new WindowSpec(2, 9, 9, kernelH, kernelW, stride, stride, 0, 0);
            LayerSpec spec = PlanningSpecs.Dense(PlanningSpecs.Linear, 3 * window.Pixels, 162) with { Window = window };
            return WinogradSite.Of((Contract)LayerPlan.PlanOf(spec).Nodes[0]);
        }
    }
}
