using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Planning;

/// <summary>The placed passes of whole layers, run as they will be: on regions of memory.</summary>
public class LayerPlanTests
{
    private const int Samples = 3;

    public static TheoryData<string> Names => [.. Layers.Keys];

    private static Dictionary<string, LayerSpec> Layers => new()
    {
        ["linear"] = Layer(Linear, new GroupSpec(3, 2, 4, 3, 2)),
        ["relu"] = Layer(Relu, new GroupSpec(3, 2, 4, 3, 2), new GroupSpec(2, 3, 2, 6, 1)),
        ["gelu per term"] = Layer(Relu with { Activation = ActivationKind.Gelu, PerTerm = true, Bias = BiasKind.PerTerm }, new GroupSpec(2, 5, 3, 4, 2), new GroupSpec(5, 2, 6, 2, 3)),
        ["maxout"] = Layer(Relu with { Activation = ActivationKind.Maxout, Pieces = 3 }, new GroupSpec(3, 2, 4, 3, 2)),
        ["maxout per term"] = Layer(Relu with { Activation = ActivationKind.Maxout, Pieces = 2, PerTerm = true }, new GroupSpec(3, 2, 4, 3, 2)),
        ["swapped"] = Layer(Relu, new GroupSpec(3, 2, 10, 3, 2, FormulationKind.III)) with { Image = new ImageSpec(2, 3, 5) },
        ["padded"] = Layer(Relu, new GroupSpec(3, 2, 4, 3, 2)) with { Inputs = 11, Outputs = 5 },
        ["dense"] = Dense(Relu with { Activation = ActivationKind.Tanh }, 5, 7),
        ["structured"] = Structured(Relu, 5, 7, 4),
        ["structured convolution"] = Structured(Relu, [3, 4, 2], [4, 5], [3, 3, 2, 2], [2, 1], [1, 1]),
        ["structured maxout"] = Structured(Relu with { Activation = ActivationKind.Maxout, Pieces = 2 }, [4, 3, 2], [3, 3], [3, 2, 2, 1], [1, 1], [2, 0]),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void InferenceAndRecordingGiveTheOutputOfTheFormulas(string name)
    {
        LayerSpec spec = Layers[name];
        IReadOnlyList<Node> formulas = LayerPlan.PlanOf(spec).Nodes;
        LayerPlan plan = LayerPlan.Of(spec);
        Dictionary<string, double[]> given = Given(formulas, Samples);
        double[] expected = Output(formulas);
        expected.ShouldContain(v => v != 0);
        Output(plan.Forward.Nodes).ShouldBe(expected, 1e-12);
        Output(plan.Record.Nodes).ShouldBe(expected, 1e-12);

        double[] Output(IEnumerable<Node> nodes)
        {
            Dictionary<string, double[]> tensors = new(given);
            DataflowInterpreter.Run(nodes, Samples, tensors);
            return tensors["y"];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheBackwardPassesNeedNothingButTheirRegions(string name)
    {
        LayerPlan plan = LayerPlan.Of(Layers[name]);
        Dictionary<string, double[]> recorded = Given(plan.Record.Nodes, Samples);
        DataflowInterpreter.Run(plan.Record, Samples, recorded);

        // What the recording left in scratch is gone: the tape, the input and the parameters remain.
        HashSet<string> kept = [.. plan.Record.Nodes.SelectMany(n => n.Sources.Append(n.Destination)).Where(t => t.Region is Region.Tape or Region.Input or Region.Parameters).Select(t => t.Name)];
        Dictionary<string, double[]> tensors = recorded.Where(p => kept.Contains(p.Key)).ToDictionary(p => p.Key, p => p.Value);
        tensors["dy"] = Fill(1, recorded["y"].Length);
        foreach (Tensor gradient in plan.Backward.Nodes.Select(n => n.Destination).Where(t => t.Region == Region.Gradients))
        {
            tensors[gradient.Name] = new double[gradient.Size];
        }

        DataflowInterpreter.Run(plan.Backward, Samples, tensors);
        tensors.ContainsKey("dx").ShouldBeFalse();
        DataflowInterpreter.Run(plan.InputGradient, Samples, tensors);
        tensors["dx"].Length.ShouldBe(Layers[name].Inputs * Samples);
        tensors.Where(p => p.Key[0] == 'd').ShouldAllBe(p => p.Value.All(v => !double.IsNaN(v)));
        plan.Backward.Nodes.Select(n => n.Destination).Where(t => t.Region == Region.Gradients).Distinct().Sum(t => t.Size)
            .ShouldBe(plan.Forward.Nodes.SelectMany(n => n.Sources).Where(t => t.Region == Region.Parameters).GroupBy(t => t.Name).Sum(g => g.First().Size));
    }

    [Fact]
    public void InferenceMakesNoPassThatItCanSpare()
    {
        // Bias and activation are one map, over the sums in place.
        LayerPlan plan = LayerPlan.Of(Layers["relu"]);
        plan.Forward.Nodes.OfType<Map>().ShouldHaveSingleItem().Destination.Region.ShouldBe(Region.Output);
        plan.Forward.Nodes.Select(n => n.Destination.Name).Distinct().ShouldBe(["z0", "y", "z1"]);
        plan.Record.Nodes.OfType<Map>().Count().ShouldBe(2);

        // Without either there is no map at all.
        LayerPlan.Of(Layers["linear"]).Forward.Nodes.ShouldAllBe(n => n is Contract);
    }
}
