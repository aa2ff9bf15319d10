using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;
using Kron.Runtime.Tests.Decomposition;
using Kron.Runtime.Tests.IO;
using Kron.Runtime.Tests.Layers;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Training.Conversion;

public class BatchNormFoldingTests
{
    // What the normalisation sees of the convolutions: 4 channels of 4 × 6 pixels.
    private static readonly ImageWindow s_outputs = new(4, 4, 6, 1, 1, 1, 1, 0, 0);

    private static readonly ShapeGroup[] s_first = [Kernels.Shape(4, 2, 1, 3, 1, 3, 3, 1, 2)];
    private static readonly ShapeGroup[] s_both = [Kernels.Shape(4, 2, 1, 3, 1, 3, 3, 1, 2), Kernels.Shape(1, 3, 3, 1, 4, 2, 1, 3, 3)];

    public static TheoryData<string> Kinds => new() { "dense", "low rank", "structured", "all outputs in A", "all outputs in A and in B" };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_folded_layer_computes_what_the_pair_did(string kind)
    {
        foreach (BiasMode bias in new[] { BiasMode.Shared, BiasMode.None })
        {
            LayerEngine layer = Of(kind, "Net.Conv", Activation.None, bias).Drawn(1), folded = Of(kind, "Net.ConvRelu", Activation.Relu).Drawn(2);
            var norm = new Norm(s_outputs, seed: 3, Activation.Relu);
            float[] before = layer.Parameters.ToArray();

            BatchNormFolding.Fold(layer, norm, folded);

            // Relu is the last thing in both.
            float[] input = Reference.Gaussian(layer.InputSize, 5);
            folded.Convolve(input).ShouldBe(norm.Normalise(layer.Convolve(input)), 1e-4);
            layer.Parameters.ToArray().ShouldBe(before);
        }
    }

    [Fact]
    public void Layers_of_vectors_are_images_of_one_pixel()
    {
        var window = new ImageWindow(6, 1, 1, 1, 1, 1, 1, 0, 0);
        foreach (ShapeGroup[] groups in new ShapeGroup[][] { [], [new(1, 8, 5, 2, 2)], [new(7, 1, 2, 5, 1), new(1, 7, 5, 2, 3)] })
        {
            // 8 and 7 outputs are padded: the layer has 6.
            LayerEngine layer = TestLayers.Vectors("Net.Fc", 6, 10, groups).Drawn(1), folded = TestLayers.Vectors("Net.FcTanh", 6, 10, groups, Activation.Tanh);
            var norm = new Norm(window, seed: 2, Activation.Tanh);

            BatchNormFolding.Fold(layer, norm, folded);

            float[] input = Reference.Gaussian(10, 3);
            folded.Convolve(input).ShouldBe(norm.Normalise(layer.Convolve(input)), 1e-4);
        }
    }

    [Fact]
    public void Where_the_normalisation_has_no_activation_the_layer_itself_can_be_the_target()
    {
        LayerEngine layer = TestLayers.Dense("Net.Conv").Drawn(1);
        var norm = new Norm(s_outputs, seed: 2);
        float[] input = Reference.Gaussian(layer.InputSize, 3);
        double[] expected = norm.Normalise(layer.Convolve(input));

        BatchNormFolding.Fold(layer, norm, into: layer);

        layer.Convolve(input).ShouldBe(expected, 1e-4);
    }

    [Fact]
    public void The_target_is_committed()
    {
        LayerEngine target = NaiveLayer.Create(seed: 1), layer = TestLayers.Vectors("Net.Fc", 3, 5).Drawn(2);
        var norm = new Norm(new ImageWindow(3, 1, 1, 1, 1, 1, 1, 0, 0), seed: 3, Activation.Relu);

        CallLog.Of(() => BatchNormFolding.Fold(layer, norm, target)).ShouldBe(["Pack 0"]);

        float[] input = Reference.Gaussian(5, 4), output = new float[3];
        target.Forward(input, output);
        output.Select(value => (double)value).ShouldBe(norm.Normalise(layer.Convolve(input)).Select(value => Math.Max(0, value)), 1e-5);
    }

    [Fact]
    public void A_normalisation_without_a_shift_needs_no_bias()
    {
        LayerEngine layer = TestLayers.Dense("Net.Conv", bias: BiasMode.None).Drawn(1), folded = TestLayers.Dense("Net.Folded", bias: BiasMode.None).Drawn(2);
        var norm = new Norm(s_outputs, seed: 3);
        float[] before = folded.Parameters.ToArray();

        Should.Throw<InvalidOperationException>(() => BatchNormFolding.Fold(layer, norm, folded)).Message
            .ShouldBe("Net.Folded has no bias, but the normalisation Net.Norm adds one to its outputs; Bias = BiasMode.Shared is needed.");
        folded.Parameters.ToArray().ShouldBe(before);

        norm.Parameters[4..].Clear();
        norm.State[..4].Clear();
        BatchNormFolding.Fold(layer, norm, folded);
        float[] input = Reference.Gaussian(layer.InputSize, 4);
        folded.Convolve(input).ShouldBe(norm.Normalise(layer.Convolve(input)), 1e-4);
    }

    [Fact]
    public void Products_none_of_whose_factors_has_all_outputs_are_refused()
    {
        ShapeGroup[] groups = [s_first[0], Kernels.Shape(2, 6, 3, 3, 2, 1, 1, 1, 1)];

        Should.Throw<InvalidOperationException>(() => BatchNormFolding.Fold(TestLayers.Kronecker("Net.Conv", groups), new Norm(s_outputs, 1), TestLayers.Kronecker("Net.Folded", groups))).Message
            .ShouldBe("Net.Conv has products of 2 and 2 outputs, neither of which has all of them, so a scale for each output fits into neither factor. One must have all: m1 = 1 or m2 = 1, o1 = 1 or o2 = 1 of a convolution.");
    }

    [Fact]
    public void Layers_that_are_not_linear_are_refused()
    {
        var norm = new Norm(s_outputs, 1);
        Should.Throw<InvalidOperationException>(() => BatchNormFolding.Fold(TestLayers.Dense("Net.Conv", Activation.Relu), norm, TestLayers.Dense("Net.Folded"))).Message
            .ShouldBe("A normalisation moves into a layer that is linear, but Net.Conv has Relu before it.");
        LayerEngine perTerm = TestLayers.Kronecker("Net.Conv", s_first, Activation.Relu, nonlinearity: Nonlinearity.PerTerm);
        Should.Throw<InvalidOperationException>(() => BatchNormFolding.Fold(perTerm, norm, perTerm)).Message.ShouldContain("has Relu in each product before it");
    }

    [Fact]
    public void Layers_that_do_not_agree_are_named()
    {
        LayerEngine layer = TestLayers.Dense("Net.Conv").Drawn(1), target = TestLayers.Dense("Net.Folded").Drawn(2);
        float[] before = target.Parameters.ToArray();
        Norm norm = new(s_outputs, seed: 3), wide = new(s_outputs with { Channels = 5 }, seed: 4), silent = new(s_outputs, seed: 5), relu = new(s_outputs, 6, Activation.LeakyRelu);
        silent.State[6] = -1;

        string Refused(ILayer a, ILayer b, ILayer c) => Should.Throw<ArgumentException>(() => BatchNormFolding.Fold(a, b, c)).Message;
        Refused(layer, wide, target).ShouldContain("Net.Norm normalises 5 channels of 24 pixels, but Net.Conv gives 4 of 24.");
        Refused(layer, silent, target).ShouldContain("running_var[2] of Net.Norm is -1; with ε = 0.001 it must be positive and finite.");
        Refused(layer, relu, target).ShouldContain("Net.Norm has LeakyRelu with slope 0.01 and Net.Folded no activation.");
        Refused(layer, layer, target).ShouldContain("Expected batch normalisation, but Net.Conv is a layer of kind Dense.");
        Refused(TestLayers.Pool("Net.Pool", TestLayers.Window), norm, target).ShouldContain("Expected a layer with a weight, but Net.Pool is a layer of kind MaxPool.");
        Refused(layer, norm, TestLayers.LowRank("Net.Folded", 2)).ShouldContain("Net.Conv cannot be folded into Net.Folded: the one has weight [4, 6, 3, 3], the other V [2, 6, 3, 1] and H [4, 2, 1, 3].");
        Refused(layer, norm, TestLayers.Dense("Net.Folded", window: TestLayers.Window with { StrideH = 1 }))
            .ShouldContain("the one is 6×7×8 → 4×4×6 by windows of 3×3 with stride 2×1 and padding 1×0, the other 6×7×8 → 4×7×6 by windows of 3×3 with stride 1×1 and padding 1×0.");
        Refused(new TanhLayer(2, 3, 1), norm, target).ShouldContain("Expected a layer that is compiled from an attribute, but TanhLayer is written by hand.");
        target.Parameters.ToArray().ShouldBe(before);
    }

    [Fact]
    public void All_normalisations_of_a_network_that_the_target_lacks_are_folded()
    {
        LayerEngine first = TestLayers.Dense("Net.Conv1").Drawn(1), second = TestLayers.Pool("Net.Pool", s_outputs), last = TestLayers.Vectors("Net.Fc", 3, 96).Drawn(2);
        Norm folded = new(s_outputs, seed: 3, Activation.Relu), kept = new(s_outputs, seed: 5), keptToo = new(s_outputs, seed: 7);
        LayerEngine firstTarget = TestLayers.Dense("Small.Conv1", Activation.Relu), lastTarget = TestLayers.Vectors("Small.Fc", 3, 96);

        BatchNormFolding.Fold(new Sequential(first, folded, second, kept, last), new Sequential(firstTarget, second, keptToo, lastTarget));

        float[] input = Reference.Gaussian(first.InputSize, 9);
        firstTarget.Convolve(input).ShouldBe(folded.Normalise(first.Convolve(input)), 1e-4);
        keptToo.Parameters.ToArray().ShouldBe(kept.Parameters.ToArray());
        keptToo.State.ToArray().ShouldBe(kept.State.ToArray());
        keptToo.Commits.ShouldBe(1);
        lastTarget.Parameters.ToArray().ShouldBe(last.Parameters.ToArray());
    }

    [Fact]
    public void Networks_that_do_not_agree_are_named_and_nothing_is_written()
    {
        LayerEngine first = TestLayers.Dense("Net.Conv").Drawn(1), last = TestLayers.Vectors("Net.Fc", 3, 96).Drawn(2);
        var trained = new Sequential(first, new Norm(s_outputs, seed: 3), last);
        LayerEngine target = TestLayers.Dense("Small.Conv").Drawn(4);
        float[] before = target.Parameters.ToArray();

        string Refused(params ILayer[] layers) => Should.Throw<ArgumentException>(() => BatchNormFolding.Fold(trained, new Sequential(layers))).Message;
        Refused(target).ShouldContain("The target has no layer for layer 2 of the trained network, Net.Fc.");
        Refused(target, TestLayers.Vectors("Small.Fc", 5, 96)).ShouldContain("Layer 2, Net.Fc, cannot be copied to layer 1 of the target, Small.Fc: the one is 96 → 3, the other 96 → 5.");
        Refused(target, TestLayers.Vectors("Small.Fc", 3, 96), TestLayers.Vectors("Small.More", 3, 3))
            .ShouldContain("Expected a target of 2 layers, as no layer of the trained network is left for Small.More, but it has 3.");
        target.Parameters.ToArray().ShouldBe(before);
    }

    private static LayerEngine Of(string kind, string name, Activation activation, BiasMode bias = BiasMode.Shared) => kind switch
    {
        "dense" => TestLayers.Dense(name, activation, bias),
        "low rank" => TestLayers.LowRank(name, 5, activation, bias),
        "structured" => TestLayers.Structured(name, 4, 2, activation, bias),
        "all outputs in A" => TestLayers.Kronecker(name, s_first, activation, bias),
        "all outputs in A and in B" => TestLayers.Kronecker(name, s_both, activation, bias),
        _ => throw new KeyNotFoundException(kind),
    };
}
