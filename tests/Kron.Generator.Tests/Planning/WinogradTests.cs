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
    public void TheFormAlongRowsGivesTheSumsOfTheDirectContraction(int outputs, int rows, int padding)
    {
        var window = new WindowSpec(2, rows + 2 - (2 * padding), 5, 3, 3, 1, 1, padding, 1);
        WinogradSite site = GivesTheDirectSums(window, outputs, step: outputs);
        site.Pixel.Extent.ShouldBe(rows);
        site.Rows.ShouldBe(rows);
    }

    [Theory]
    [InlineData(2, 4, 1, 1)]
    [InlineData(2, 6, 5, 2)]
    [InlineData(4, 4, 1, 3)]
    [InlineData(4, 8, 5, 2)]
    public void TheFormAlongColumnsGivesTheSumsOfTheDirectContraction(int outputs, int columns, int kernelRows, int step)
    {
        var window = new WindowSpec(2, 7, columns + 2, kernelRows, 3, 1, 1, 0, 0);
        WinogradSite site = GivesTheDirectSums(window, outputs, step);
        site.Pixel.Extent.ShouldBe(columns);
        site.Rows.ShouldBe(window.OutHeight);
    }

    [Fact]
    public void ColumnsThatTilesDoNotFillAreNoUse()
    {
        WinogradSite site = SiteOf(new WindowSpec(2, 7, 8, 1, 3, 1, 1, 0, 0)).ShouldNotBeNull();
        WinogradForm.All.Where(site.Fits).Select(f => f.Outputs).ShouldBe([2]);
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("low rank")]
    [InlineData("Kronecker")]
    public void StripsOfRowsGiveWhatTheWholePassGives(string kind)
    {
        // A large image and a small cache, so that it takes several strips; what two factors have between lies inside borders. The second
        // low-rank factor is Winograd's as well, that of the Kronecker product has too few channels.
        var window = new WindowSpec(32, 27, 32, 3, 3, 1, 1, 1, 1);
        LayerSpec spec = PlanningSpecs.Dense(PlanningSpecs.Relu, 32 * window.Pixels, window.Channels * window.Height * window.Width) with { Window = window };
        spec = kind switch
        {
            "low rank" => spec with { Kind = LayerKind.LowRank, Groups = [new GroupSpec(1, 32, 32, 1, 48) { H1 = 3, W2 = 3 }] },
            "Kronecker" => spec with { Kind = LayerKind.Kronecker, Groups = [new GroupSpec(16, 2, 16, 2, 2) { H1 = 3, W2 = 3 }] },
            _ => spec,
        };

        LayerPlan direct = LayerPlan.Of(spec);
        TargetModel small = Targets.Avx512 with { Caches = [Targets.Avx512.Caches[0], Targets.Avx512.Caches[1] with { Lines = 1 << 11 }, .. Targets.Avx512.Caches.Skip(2)] };
        LayerPlan plan = WinogradChoice.Apply(direct, new Rankings(small), 1);
        int strips = plan.Forward.Nodes.Count(n => n.Name == "TransformInput");
        strips.ShouldBeGreaterThan(2);

        // What the second factor makes of a strip follows it at once.
        if (kind != "dense")
        {
            plan.Forward.Nodes.Select(n => n.Name).Where(n => n.EndsWith("ContractA", StringComparison.Ordinal) || n.EndsWith("ContractB", StringComparison.Ordinal))
                .ShouldBe(Enumerable.Repeat((string[])["WinogradContractA", kind == "low rank" ? "WinogradContractB" : "ContractB"], kind == "low rank" ? strips / 2 : strips).SelectMany(n => n));
        }

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
    public void OnlyThreeTapsPixelByPixelAreASite()
    {
        SiteOf(new WindowSpec(2, 9, 9, 3, 1, 1, 1, 0, 0)).ShouldNotBeNull().Axis.ShouldBe(1);
        SiteOf(new WindowSpec(2, 9, 9, 1, 3, 1, 1, 0, 0)).ShouldNotBeNull().Axis.ShouldBe(2);
        SiteOf(new WindowSpec(2, 9, 9, 3, 3, 1, 1, 0, 0)).ShouldNotBeNull().Axis.ShouldBe(1);
        SiteOf(new WindowSpec(2, 9, 9, 3, 1, 2, 2, 0, 0)).ShouldBeNull();
        SiteOf(new WindowSpec(2, 9, 9, 5, 1, 1, 1, 0, 0)).ShouldBeNull();
    }

    private static WinogradSite? SiteOf(WindowSpec window) => WinogradSite.Of((Contract)LayerPlan.PlanOf(Dense(window)).Nodes[0]);

    private static LayerSpec Dense(WindowSpec window) =>
        PlanningSpecs.Dense(PlanningSpecs.Relu, 3 * window.Pixels, window.Channels * window.Height * window.Width) with { Window = window };

    /// <summary>Strips of so many rows in Winograd's form against the contraction as it stands.</summary>
    private static WinogradSite GivesTheDirectSums(WindowSpec window, int outputs, int step)
    {
        IReadOnlyList<Node> nodes = LayerPlan.PlanOf(Dense(window)).Nodes;
        WinogradSite site = WinogradSite.Of((Contract)nodes[0]).ShouldNotBeNull();
        WinogradForm form = WinogradForm.All.Single(f => f.Outputs == outputs);

        Dictionary<string, double[]> tensors = PlanningSpecs.Given(nodes, Samples);
        Dictionary<string, double[]> direct = new(tensors);
        DataflowInterpreter.Run(nodes, Samples, direct);

        List<Node> rewritten = [site.TransformKernel(form, 0)];
        for (int row = 0; row < site.Rows; row += step)
        {
            rewritten.AddRange(site.Strip(row, Math.Min(step, site.Rows - row)).Nodes(form, 0, 0, 0, null));
        }

        Node[] cut = [.. rewritten.Cast<Contract>().SelectMany(node => node.IsTransform ? TapSkipping.Apply(node) : [node])];
        DataflowInterpreter.Run([.. cut, .. nodes.Skip(1)], Samples, tensors);
        tensors["y"].ShouldBe(direct["y"], 1e-6);
        return site;
    }
}
