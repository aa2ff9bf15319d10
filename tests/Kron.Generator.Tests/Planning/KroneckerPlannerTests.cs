using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Planning;

public class KroneckerPlannerTests
{
    [Theory]
    [InlineData(64, 4, 256, 25, 5, "B")] // 64·6400 + 25·256 against 4·6400 + 256·256
    [InlineData(4, 64, 25, 256, 5, "A")]
    [InlineData(8, 8, 8, 8, 2, "B")] // a tie
    [InlineData(2, 40, 40, 2, 1, "A")]
    [InlineData(40, 2, 2, 40, 1, "B")]
    public void TheCheaperFactorIsContractedFirstBOnATie(int m1, int m2, int n1, int n2, int r, string first)
    {
        Contract[] contracts = Contracts(Layer(Linear, new GroupSpec(m1, m2, n1, n2, r)));
        contracts.Length.ShouldBe(2);
        contracts[0].Name.ShouldBe("Contract" + first);
        contracts[1].Name.ShouldBe(first == "A" ? "ContractB" : "ContractA");

        // Counted one by one, as Y = A·X·Bᵀ: the two products in either order.
        long aFirst = r * (Product(m1, n1, n2) + Product(m1, n2, m2)), bFirst = r * (Product(n1, n2, m2) + Product(m1, n1, m2));
        contracts.Sum(Points).ShouldBe(Math.Min(aFirst, bFirst));
        (first == "A").ShouldBe(aFirst < bFirst);

        static long Product(int rows, int inner, int columns) => (long)rows * inner * columns;
    }

    [Fact]
    public void BFirstNeedsNoRearrangement()
    {
        // (m1, m2, n1, n2, r) = (5, 2, 4, 3, 2): Z lies as (n1, r, m2), so it is read as (n1·r) × m2.
        Contract[] contracts = Contracts(Layer(Linear, new GroupSpec(5, 2, 4, 3, 2)));
        Contract b = contracts[0], a = contracts[1];
        b.Name.ShouldBe("ContractB");
        Strides(b.Left, "n1", "n2", "i", "m2").ShouldBe("n1:3 n2:1 i:0 m2:0");
        Strides(b.Right, "n1", "n2", "i", "m2").ShouldBe("n1:0 n2:1 i:6 m2:3");
        Strides(b.Output, "n1", "n2", "i", "m2").ShouldBe("n1:4 n2:0 i:2 m2:1");
        Strides(a.Left, "n1", "i", "m1", "m2").ShouldBe("n1:4 i:2 m1:0 m2:1");
        Strides(a.Right, "n1", "i", "m1", "m2").ShouldBe("n1:1 i:20 m1:4 m2:0");
        Strides(a.Output, "n1", "i", "m1", "m2").ShouldBe("n1:0 i:0 m1:2 m2:1");
        a.Left.Tensor.ShouldBe(b.Output.Tensor);
        a.Left.Tensor.Size.ShouldBe(4 * 2 * 2);
    }

    [Fact]
    public void AFirstNeedsNoRearrangement()
    {
        // (2, 5, 3, 4, 2): Z lies as (m1, r, n2), read as m1 × (r·n2).
        Contract[] contracts = Contracts(Layer(Linear, new GroupSpec(2, 5, 3, 4, 2)));
        Contract a = contracts[0], b = contracts[1];
        a.Name.ShouldBe("ContractA");
        Strides(a.Left, "n1", "n2", "i", "m1").ShouldBe("n1:4 n2:1 i:0 m1:0");
        Strides(a.Right, "n1", "n2", "i", "m1").ShouldBe("n1:1 n2:0 i:6 m1:3");
        Strides(a.Output, "n1", "n2", "i", "m1").ShouldBe("n1:0 n2:1 i:4 m1:8");
        Strides(b.Left, "n2", "i", "m1", "m2").ShouldBe("n2:1 i:4 m1:8 m2:0");
        Strides(b.Right, "n2", "i", "m1", "m2").ShouldBe("n2:1 i:20 m1:0 m2:4");
        Strides(b.Output, "n2", "i", "m1", "m2").ShouldBe("n2:0 i:0 m1:5 m2:1");
        b.Left.Tensor.ShouldBe(a.Output.Tensor);
    }

    [Fact]
    public void ParametersAreInCanonicalOrder()
    {
        ForwardPlan plan = LayerPlan.PlanOf(Layer(Relu, new GroupSpec(3, 2, 4, 3, 2), new GroupSpec(2, 3, 2, 6, 1)));
        IEnumerable<(string, int)> offsets = plan.Nodes.SelectMany(n => n.Sources).Where(t => t.Region == Region.Parameters).Distinct().OrderBy(t => t.Offset).Select(t => (t.Name, t.Offset));
        offsets.ShouldBe([("A0", 0), ("B0", 24), ("A1", 36), ("B1", 40), ("bias", 58)]);
    }

    [Fact]
    public void GroupsAddToOneSumBeforeBiasAndActivation()
    {
        ForwardPlan plan = LayerPlan.PlanOf(Layer(Relu, new GroupSpec(3, 2, 4, 3, 2), new GroupSpec(2, 3, 2, 6, 1)));
        Contract[] seconds = [.. plan.Nodes.OfType<Contract>().Where(c => c.Destination.Name == "u")];
        seconds.Select(c => c.Accumulate).ShouldBe([false, true]);
        plan.Nodes.OfType<Map>().Select(m => (m.Name, m.Fold)).ShouldBe([("Bias", Fold.Store), ("Relu", Fold.Store)]);
        plan.Nodes[^1].Destination.Region.ShouldBe(Region.Output);
        plan.Nodes.Select(n => n.Name).ShouldBeUnique();
    }

    [Fact]
    public void PerTermTheSumComesLast()
    {
        EpilogueSpec epilogue = Relu with { PerTerm = true, Bias = BiasKind.PerTerm };
        ForwardPlan plan = LayerPlan.PlanOf(Layer(epilogue, new GroupSpec(3, 2, 4, 3, 2), new GroupSpec(2, 3, 2, 6, 4)));

        // No contraction sums over the terms: i indexes its output.
        plan.Nodes.OfType<Contract>().ShouldAllBe(c => c.Output.Uses("i") && !c.Accumulate);
        Map[] sums = [.. plan.Nodes.OfType<Map>().Where(m => m.Destination.Region == Region.Output)];
        sums.Select(m => (m.Fold, m.Accumulate)).ShouldBe([(Fold.Add, false), (Fold.Add, true)]);
        sums.ShouldAllBe(m => !m.Output.Uses("i") && m.Value is ActivationExpression);

        // The second group's biases start behind the first group's two.
        Access[] biases = [.. plan.Nodes.OfType<Map>().SelectMany(m => m.Value.Reads()).Where(r => r.Tensor.Name == "bias")];
        biases.Select(b => b.Axes[0].Offset).ShouldBe([0, 2]);
        biases[0].Tensor.Extents.ShouldBe([6, 6]);
    }

    [Fact]
    public void ASharedBiasOfTermsIsReadForEach()
    {
        ForwardPlan plan = LayerPlan.PlanOf(Layer(Relu with { PerTerm = true }, new GroupSpec(3, 2, 4, 3, 2)));
        Access bias = plan.Nodes.OfType<Map>().SelectMany(m => m.Value.Reads()).Single(r => r.Tensor.Name == "bias");
        bias.Uses("i").ShouldBeFalse();
        bias.Tensor.Extents.ShouldBe([6]);
    }

    [Fact]
    public void FormulationIIIIsAnIndexMapWithoutACopy()
    {
        // c×h×w = 2×3×5, n1 = c·w, n2 = h: element (c·5 + w, h) is x[c, h, w].
        LayerSpec spec = Layer(Linear, new GroupSpec(5, 2, 10, 3, 2, FormulationKind.III)) with { Image = new ImageSpec(2, 3, 5) };
        ForwardPlan plan = LayerPlan.PlanOf(spec);
        plan.Nodes.OfType<Contract>().Count().ShouldBe(2);
        plan.Nodes.OfType<Map>().ShouldAllBe(m => m.Destination.Region == Region.Output);
        Contract first = plan.Nodes.OfType<Contract>().First();
        Strides(first.Left, "c", "h", "w").ShouldBe("c:15 h:5 w:1");
        first.Name.ShouldBe("ContractB");
        Strides(first.Right, "c", "h", "w").ShouldBe("c:0 h:1 w:0");
        Strides(first.Output, "c", "h", "w").ShouldBe("c:20 h:0 w:4");
        Contract second = plan.Nodes.OfType<Contract>().Last();
        Strides(second.Right, "c", "w").ShouldBe("c:5 w:1");
    }

    [Theory]
    [InlineData(nameof(FormulationKind.I))]
    [InlineData(nameof(FormulationKind.II))]
    public void TheOtherFormulationsReadTheInputAsItLies(string formulation)
    {
        GroupSpec group = new(3, 2, 4, 3, 2);
        Contract plain = Contracts(Layer(Linear, group))[0];
        Contract image = Contracts(Layer(Linear, group with { Formulation = Enum.Parse<FormulationKind>(formulation) }) with { Image = new ImageSpec(2, 2, 3) })[0];
        image.ShouldBe(plain);
    }

    [Fact]
    public void LowRankIsTwoThinProducts()
    {
        // m1 = n2 = 1, rank 3: Bᵀ… y[m2] = Σ_i B_i[m2] Σ_n1 A_i[n1] x[n1], 3·(7 + 5) multiply-adds.
        Contract[] contracts = Contracts(Layer(Linear, new GroupSpec(1, 5, 7, 1, 3)));
        contracts.Sum(Points).ShouldBe(3 * (7 + 5));
        contracts[0].Output.Tensor.Size.ShouldBe(3);
    }

    [Fact]
    public void ADenseLayerIsOneContraction()
    {
        ForwardPlan plan = LayerPlan.PlanOf(Dense(Relu, outputs: 5, inputs: 7));
        Contract contract = plan.Nodes.OfType<Contract>().ShouldHaveSingleItem();
        Strides(contract.Right, "m", "n").ShouldBe("m:7 n:1");
        plan.Orders.ShouldBeEmpty();
        plan.Nodes.SelectMany(n => n.Sources).Single(t => t.Name == "bias").Offset.ShouldBe(35);
    }

    [Fact]
    public void MaxoutTakesNeighbouringPreActivations()
    {
        EpilogueSpec maxout = Relu with { Activation = ActivationKind.Maxout, Pieces = 3 };
        Map map = LayerPlan.PlanOf(Layer(maxout, new GroupSpec(3, 2, 4, 3, 2))).Nodes.OfType<Map>().Single(m => m.Fold == Fold.Max);
        Strides(map.Value.Reads().Single(), "j", "q").ShouldBe("j:3 q:1");
        map.Dims.Select(d => d.Extent).ShouldBe([2, 3]);
        map.Destination.Region.ShouldBe(Region.Output);
    }

    [Fact]
    public void PaddedOutputsAreComputedAndPaddedInputsReadAsZero()
    {
        LayerSpec spec = Layer(Relu, new GroupSpec(3, 2, 4, 3, 2)) with { Inputs = 11, Outputs = 5 };
        ForwardPlan plan = LayerPlan.PlanOf(spec);
        plan.Nodes.SelectMany(n => n.Sources).First(t => t.Region == Region.Input).Size.ShouldBe(11);
        plan.Nodes.OfType<Contract>().Last().Output.Tensor.Size.ShouldBe(6);
        plan.Nodes.OfType<Map>().ShouldAllBe(m => m.Dims.Single().Extent == 5);
    }

    private static Contract[] Contracts(LayerSpec spec) => [.. LayerPlan.PlanOf(spec).Nodes.OfType<Contract>()];

    private static long Points(Node node) => node.Dims.Aggregate(1L, (product, d) => product * d.Extent);
}
