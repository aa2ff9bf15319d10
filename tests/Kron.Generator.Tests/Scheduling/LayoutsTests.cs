using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Support;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Scheduling;

public class LayoutsTests
{
    public static TheoryData<string> TargetNames => [.. Targets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(TargetNames))]
    public void TheOrderOfAxesChangesNoResult(string targetName)
    {
        TargetModel target = Targets.All.Single(t => t.Name == targetName);
        LayerPlan plan = LayerPlan.Of(Layer(Relu, new GroupSpec(8, 4, 16, 5, 3), new GroupSpec(4, 8, 5, 16, 2)));
        LayerPlan ordered = Layouts.Choose(plan, new Rankings(target), 3);
        Dictionary<string, double[]> expected = Run(plan), actual = Run(ordered);
        foreach (string name in new[] { "y", "dx", "dA0", "dB0", "dA1", "dB1" })
        {
            expected[name].ShouldContain(v => v != 0);
            actual[name].ShouldBe(expected[name], 1e-9, name);
        }
    }

    [Fact]
    public void TheTapeHoldsWhatTheWeightGradientReadsInVectors()
    {
        // dA[i, m1, n1] sums dy[m1, m2] · z[n1, i, m2] over few m2: whole vectors of z along n1 need no transposition.
        LayerPlan ordered = Layouts.Choose(LayerPlan.Of(Layer(Linear, new GroupSpec(64, 4, 256, 25, 5))), new Rankings(Targets.Avx512), 16);
        Contract gradient = ordered.Backward.Nodes.OfType<Contract>().Single(n => n.Destination.Name == "dA0");
        Access z = new[] { gradient.Left, gradient.Right }.Single(a => a.Tensor.Name == "z0");
        z.Stride("n1").ShouldBe(1);

        // Recording writes and reads the same order.
        foreach (Contract node in ordered.Record.Nodes.OfType<Contract>())
        {
            new[] { node.Output, node.Left, node.Right }.Single(a => a.Tensor.Name == "z0").Tensor.ShouldBe(z.Tensor);
        }
    }

    [Fact]
    public void AxesStayAsPlannedWhereNothingIsBetter()
    {
        LayerPlan plan = LayerPlan.Of(Layer(Linear, new GroupSpec(16, 1, 8, 1, 1)));
        Layouts.Choose(plan, new Rankings(Targets.Scalar), 1).Forward.ShouldBe(plan.Forward);
    }

    private static Dictionary<string, double[]> Run(LayerPlan plan)
    {
        const int Samples = 3;
        Random random = new(5);
        Dictionary<string, double[]> tensors = [];
        foreach (Tensor tensor in plan.Record.Nodes.Concat(plan.Backward.Nodes).Concat(plan.InputGradient.Nodes)
            .SelectMany(n => n.Sources.Append(n.Destination))
            .Where(t => t.Region is Region.Input or Region.Parameters or Region.OutputGradient or Region.Gradients)
            .OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            if (!tensors.ContainsKey(tensor.Name))
            {
                int size = tensor.Size * (tensor.PerSample ? Samples : 1);
                tensors[tensor.Name] = [.. Enumerable.Range(0, size).Select(_ => tensor.Region == Region.Gradients ? 0 : random.NextDouble() - 0.5)];
            }
        }

        foreach (Dataflow flow in new[] { plan.Record, plan.Backward, plan.InputGradient })
        {
            DataflowInterpreter.Run(flow, Samples, tensors);
        }

        return tensors;
    }
}
