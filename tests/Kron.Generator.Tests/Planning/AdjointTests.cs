using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Planning;

/// <summary>The shape of the derived passes, and ⟨F x, y⟩ = ⟨x, Fᵀ y⟩ for each node that is linear.</summary>
public class AdjointTests
{
    private const int Samples = 2;

    private static readonly Tensor X = PerSample("x", Region.Input, 6);
    private static readonly Tensor U = PerSample("u", Region.Scratch, 6);
    private static readonly Tensor Y = PerSample("y", Region.Output, 6);
    private static readonly Tensor W = Shared("w", Region.Parameters, 6, 6);
    private static readonly Contract Product = new("Product", [new("m", 6), new("n", 6)], At(U, "m"), At(X, "n"), At(W, "m", "n"), Accumulate: false);

    [Fact]
    public void AContractionsAdjointsExchangeItsOperands()
    {
        Adjoint adjoint = Adjoint.Derive([Product with { Output = At(Y, "m") }]);
        var dw = adjoint.ParameterNodes.ShouldHaveSingleItem().ShouldBeOfType<Contract>();
        dw.Name.ShouldBe("GradientW");
        dw.Destination.ShouldBe(W with { Name = "dw", Region = Region.Gradients });
        dw.Left.Tensor.Region.ShouldBe(Region.OutputGradient);
        dw.Right.Tensor.ShouldBe(X);
        dw.Accumulate.ShouldBeTrue();

        // What was reduced is parallel now, and the other way round; the sample is reduced.
        (dw.Output.Uses("m"), dw.Output.Uses("n"), dw.Output.Uses(Dim.Sample)).ShouldBe((true, true, false));
        var dx = adjoint.InputNodes.ShouldHaveSingleItem().ShouldBeOfType<Contract>();
        (dx.Output.Uses("m"), dx.Output.Uses("n"), dx.Output.Uses(Dim.Sample)).ShouldBe((false, true, true));
        dx.Destination.Region.ShouldBe(Region.InputGradient);
        dx.Accumulate.ShouldBeFalse();
        adjoint.Saved.ShouldBeEmpty();
    }

    [Fact]
    public void TheFirstGradientOverwritesFurtherOnesAdd()
    {
        // x feeds two products.
        Contract second = Product with { Name = "Second", Output = At(U, "m"), Right = At(W with { Name = "w2", Offset = 36 }, "m", "n"), Accumulate = true };
        Adjoint adjoint = Adjoint.Derive([Product, second, Finish(new Read(At(U, "m")) * 2f)]);
        Node[] dx = [.. adjoint.InputNodes.Where(n => n.Destination.Region == Region.InputGradient)];
        dx.Select(n => n.Accumulate).ShouldBe([false, true]);
        adjoint.ParameterNodes.Where(n => n.Destination.Region == Region.Gradients).ShouldAllBe(n => n.Accumulate);
    }

    [Fact]
    public void APassLeavesToTheInputGradientWhatParametersDoNotNeed()
    {
        LayerSpec spec = Layer(Relu, new GroupSpec(3, 2, 4, 3, 2));
        Adjoint adjoint = Adjoint.Derive(LayerPlan.PlanOf(spec).Nodes);
        adjoint.InputNodes.ShouldHaveSingleItem().Destination.Region.ShouldBe(Region.InputGradient);
        adjoint.ParameterNodes.ShouldNotContain(n => n.Destination.Region == Region.InputGradient);
        adjoint.ParameterNodes.Where(n => n.Destination.Region == Region.Gradients).Select(n => n.Destination.Name).ShouldBe(["dbias", "dA0", "dB0"], ignoreOrder: true);

        // Relu's derivative reads the pre-activations, dA reads z, and dB the input, which needs no tape.
        adjoint.Saved.ShouldBe(["p", "z0"], ignoreOrder: true);
    }

    [Fact]
    public void ALinearLayerSavesItsIntermediateAlone() =>
        Adjoint.Derive(LayerPlan.PlanOf(Layer(Linear with { Bias = BiasKind.Shared }, new GroupSpec(3, 2, 4, 3, 2))).Nodes).Saved.ShouldBe(["z0"]);

    [Fact]
    public void AGradientThatPassesUnchangedIsNotCopied()
    {
        // y = u + b: du is dy itself.
        Adjoint adjoint = Adjoint.Derive([Product, Finish(new Read(At(U, "m")) + new Read(At(Shared("b", Region.Parameters, 6), "m")))]);
        Node[] all = [.. adjoint.ParameterNodes, .. adjoint.InputNodes];
        all.Length.ShouldBe(3);
        all.OfType<Contract>().ShouldAllBe(c => c.Left.Tensor.Region == Region.OutputGradient);
        all.OfType<Map>().Single().Fold.ShouldBe(Fold.Add);
    }

    [Fact]
    public void AGradientWithTwoContributionsIsItsOwnTensor()
    {
        // y = u + b and y2-part: v = 3u feeds y as well. du = dy + 3·dy.
        Tensor v = U with { Name = "v" };
        Node[] forward =
        [
            Product,
            new Map("Triple", [new("m", 6)], At(v, "m"), Fold.Store, new Read(At(U, "m")) * 3f, Accumulate: false),
            Finish(new Read(At(U, "m")) + new Read(At(v, "m"))),
        ];
        IsAdjoint(forward);
    }

    [Fact]
    public void ATensorReadAtTwoPlacesGetsBothGradients() =>
        IsAdjoint([Product, Finish(new Read(At(U, "m")) + new Read(new Access(U, [Axis(5, ("m", -1))])))]);

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 3, 0)]
    [InlineData(1, 1, -2)]
    [InlineData(2, 2, -3)]
    public void ConvolutionsStridedDilatedAndPadded(int stride, int dilation, int offset)
    {
        Tensor image = PerSample("x", Region.Input, 2, 13);
        Contract convolution = new(
            "Convolve",
            [new("o", 3), new("c", 2), new("t", 4), new("k", 3)],
            At(PerSample("y", Region.Output, 3, 4), "o", "t"),
            new Access(image, [Axis(0, ("c", 1)), Axis(offset, ("t", stride), ("k", dilation))]),
            At(Shared("w", Region.Parameters, 3, 2, 3), "o", "c", "k"),
            Accumulate: false);
        IsAdjoint([convolution]);
        IsAdjoint(ZeroExtension.Apply([convolution]));
    }

    [Fact]
    public void AConvolutionWhoseWindowsTileTheInputNeedsNoClearing()
    {
        Contract tiling = new(
            "Tile",
            [new("t", 3), new("k", 2)],
            At(PerSample("y", Region.Output, 3), "t"),
            new Access(X, [Axis(0, ("t", 2), ("k", 1))]),
            At(Shared("w", Region.Parameters, 2), "k"),
            Accumulate: false);
        Adjoint.Derive([tiling]).InputNodes.ShouldHaveSingleItem().Accumulate.ShouldBeFalse();
        IsAdjoint([tiling]);

        // Nor do overlapping ones: their gradient is gathered.
        Contract overlapping = tiling with
        {
            Dims = [new("t", 5), new("k", 2)],
            Output = At(PerSample("y", Region.Output, 5), "t"),
            Left = new Access(X, [Axis(0, ("t", 1), ("k", 1))]),
        };
        Adjoint.Derive([overlapping]).InputNodes.ShouldHaveSingleItem().Accumulate.ShouldBeFalse();
        IsAdjoint([overlapping]);

        // With few pixels most of that would be zeros: each tap adds to what it reaches, where its sums are long.
        Contract few = tiling with
        {
            Dims = [new("t", 3), new("k", 2), new("o", 16)],
            Output = At(PerSample("y", Region.Output, 3, 16), "t", "o"),
            Left = new Access(X, [Axis(1, ("t", 1), ("k", 2))]),
            Right = At(Shared("w", Region.Parameters, 16, 2), "o", "k"),
        };
        Adjoint.Derive([few]).InputNodes.Select(n => (n.Name, n.Accumulate)).ShouldBe([("Clear", false), ("GradientX", true), ("GradientX", true)]);
        IsAdjoint([few]);
    }

    [Theory]
    [InlineData(1, 0, 6)]
    [InlineData(3, 0, 4)]
    [InlineData(6, 0, 1)]
    [InlineData(3, -1, 4)]
    [InlineData(3, -1, 6)]
    [InlineData(8, -4, 9)]
    [InlineData(2, 2, 3)]
    [InlineData(2, -5, 12)]
    public void WindowSums(int window, int offset, int outputs)
    {
        WindowSum sum = new("Window", [new("j", outputs)], At(PerSample("y", Region.Output, outputs), "j"), new Access(X, [Axis(offset, ("j", 1))]), "j", window, Accumulate: false);
        IsAdjoint([sum]);
        Adjoint.Derive([sum]).InputNodes.ShouldHaveSingleItem().Accumulate.ShouldBeFalse();
    }

    [Fact]
    public void WindowSumsOfRows()
    {
        WindowSum sum = new(
            "Window",
            [new("r", 2), new("j", 3)],
            At(PerSample("y", Region.Output, 2, 3), "r", "j"),
            At(PerSample("x", Region.Input, 2, 5), "r", "j"),
            "j",
            3,
            Accumulate: false);
        IsAdjoint([sum]);
        WindowSum back = Adjoint.Derive([sum]).InputNodes.OfType<WindowSum>().ShouldHaveSingleItem();
        back.Dims.Single(d => d.Name == "j").Extent.ShouldBe(5);
        back.Input.Axes[1].Offset.ShouldBe(-2);
    }

    [Fact]
    public void TheFirstOfEqualMaximaTakesTheGradient()
    {
        Map maximum = new("Maxout", [new("j", 2), new("q", 3)], At(PerSample("y", Region.Output, 2), "j"), Fold.Max, new Read(new Access(X, [Axis(0, ("j", 3), ("q", 1))])), Accumulate: false);
        Adjoint adjoint = Adjoint.Derive([maximum]);
        Dictionary<string, double[]> tensors = new() { ["x"] = [1, 5, 5, -2, -2, -2, 7, 7, 7, 0, 1, 2], ["dy"] = [10, 20, 30, 40] };
        DataflowInterpreter.Run([.. adjoint.ParameterNodes, .. adjoint.InputNodes], Samples, tensors);
        tensors["dx"].ShouldBe([0, 10, 0, 20, 0, 0, 30, 0, 0, 0, 0, 40]);
    }

    private static Map Finish(Expression value) => new("Finish", [new("m", 6)], At(Y, "m"), Fold.Store, value, Accumulate: false);

    /// <summary>For a forward pass that is linear in x: the derived input gradient is its transpose. And the output's gradient is left as it was.</summary>
    private static void IsAdjoint(IReadOnlyList<Node> forward)
    {
        Adjoint adjoint = Adjoint.Derive(forward);
        Dictionary<string, double[]> tensors = Given(forward, Samples);
        DataflowInterpreter.Run(forward, Samples, tensors);
        double[] dy = Fill(99, tensors["y"].Length);
        tensors["dy"] = [.. dy];
        foreach (Tensor parameter in forward.SelectMany(n => n.Sources).Where(t => t.Region == Region.Parameters))
        {
            tensors["d" + parameter.Name] = new double[parameter.Size];
        }

        DataflowInterpreter.Run([.. adjoint.ParameterNodes, .. adjoint.InputNodes], Samples, tensors);
        Dot(tensors["dx"], tensors["x"]).ShouldBe(Dot(dy, tensors["y"]), 1e-10);
        tensors["dy"].ShouldBe(dy);

        // All of these are linear in the weights, too.
        foreach (string name in forward.SelectMany(n => n.Sources).Where(t => t.Region == Region.Parameters).Select(t => t.Name))
        {
            Dot(tensors["d" + name], tensors[name]).ShouldBe(Dot(dy, tensors["y"]), 1e-10);
        }
    }
}
