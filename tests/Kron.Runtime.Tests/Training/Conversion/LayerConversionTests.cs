using System;
using System.Linq;
using System.Threading;
using Kron.CompilerServices;
using Kron.Runtime.Tests.Decomposition;
using Kron.Runtime.Tests.IO;
using Kron.Runtime.Tests.Layers;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Training.Conversion;

public class LayerConversionTests
{
    // What the convolutions here give, and a pool that keeps its size.
    private static readonly ImageWindow s_outputs = new(4, 4, 6, 1, 1, 1, 1, 0, 0);

    [Fact]
    public void Dense_layers_become_the_nearest_ones_of_the_target_and_the_others_copies()
    {
        LayerEngine conv = TestLayers.Dense("Net.Conv", Activation.Relu).Drawn(1), fc1 = TestLayers.Vectors("Net.Fc1", 12, 96).Drawn(2), fc2 = TestLayers.Vectors("Net.Fc2", 3, 12).Drawn(3);
        LayerEngine lowRank = TestLayers.LowRank("Small.Conv", 2, Activation.Relu), fc1Kfc = TestLayers.Vectors("Small.Fc1", 12, 96, [new(3, 4, 12, 8, 2)]), fc2Copy = TestLayers.Vectors("Net.Fc2", 3, 12);
        LayerEngine pool = TestLayers.Pool("Net.Pool", s_outputs);

        ConversionReport report = LayerConversion.Convert(new Sequential(conv, pool, fc1, fc2), new Sequential(lowRank, pool, fc1Kfc, fc2Copy));

        // The optimum by an independent decomposition.
        float[] kernels = conv.DenseWeight(), weight = fc1.DenseWeight();
        Reference.Norm(kernels.Zip(lowRank.DenseWeight(), (a, b) => (double)a - b))
            .ShouldBe(Kernels.OptimalError(kernels, lowRank.Definition.Groups[0]), 1e-4);
        Reference.Distance(weight, Reference.Expand(fc1Kfc.Definition, fc1Kfc.Parameters.ToArray())).ShouldBe(Reference.OptimalError(weight, new ShapeGroup(3, 4, 12, 8, 2)), 1e-3);
        lowRank.BiasValues().ShouldBe(conv.BiasValues());
        fc1Kfc.BiasValues().ShouldBe(fc1.BiasValues());
        fc2Copy.Parameters.ToArray().ShouldBe(fc2.Parameters.ToArray());

        report.Layers.Select(layer => (layer.Index, layer.NameBefore, layer.NameAfter, layer.KindBefore, layer.KindAfter)).ShouldBe(
        [
            (0, "Conv", "Conv", "Dense", "LowRank"), (1, "Pool", "Pool", "MaxPool", "MaxPool"), (2, "Fc1", "Fc1", "Dense", "Kronecker"), (3, "Fc2", "Fc2", "Dense", "Dense"),
        ]);
        report.Layers.Select(layer => (layer.ParametersBefore, layer.ParametersAfter)).ShouldBe([(216 + 4, 36 + 24 + 4), (0, 0), (1152 + 12, 72 + 64 + 12), (39, 39)]);
        report.Layers.Select(layer => (layer.MultiplyAddsBefore, layer.MultiplyAddsAfter)).ShouldBe(
            [(96 * 54, lowRank.Definition.MultiplyAdds), (0, 0), (1152, fc1Kfc.Definition.MultiplyAdds), (36, 36)]);
        (report.ParametersBefore, report.ParametersAfter).ShouldBe((220 + 1164 + 39, 64 + 148 + 39));
        (report.MultiplyAddsBefore, report.MultiplyAddsAfter).ShouldBe((5184 + 1152 + 36, lowRank.Definition.MultiplyAdds + fc1Kfc.Definition.MultiplyAdds + 36));
        report.Layers[0].RelativeError!.Value.ShouldBe(Kernels.OptimalError(kernels, lowRank.Definition.Groups[0]) / Reference.Norm(kernels), 1e-5);
        report.Layers[1].RelativeError.ShouldBeNull();
        report.Layers[3].Fit.ShouldBeNull();
    }

    [Fact]
    public void The_report_is_a_table()
    {
        LayerEngine conv = TestLayers.Dense("Net.Conv").Drawn(1), structured = TestLayers.Structured("Net.ConvStructured", 3, 2);
        structured.Drawn(2).DenseWeight().AsSpan().CopyTo(conv.Parameters);
        LayerEngine pool = TestLayers.Pool("Net.Pool", s_outputs), fc = TestLayers.Vectors("Net.Fc", 20, 96);

        string table = LayerConversion.Convert(new Sequential(conv, pool, fc), new Sequential(structured, pool, TestLayers.Vectors("Net.Fc", 20, 96))).ToString();

        table.ShouldBe(
            """
            #  layer                  kind                   parameters  multiply-adds  relative error
            0  Conv → ConvStructured  Dense → Structured       220 → 52  5,184 → 1,152          0.0000
            1  Pool                   MaxPool                         0              0
            2  Fc                     Dense                       1,940          1,920
               total                                      2,160 → 1,992  7,104 → 3,072
            92.2% of the parameters, 43.2% of the multiply-adds
            """);
    }

    [Fact]
    public void A_bias_can_be_added_and_factors_of_the_same_shapes_are_copied()
    {
        // The singular vectors of a fit would not be these.
        ShapeGroup[] groups = [new(3, 4, 12, 8, 2), new(2, 6, 8, 12, 1)];
        LayerEngine source = TestLayers.Kronecker("Net.Conv", [Kernels.Shape(2, 3, 3, 1, 2, 2, 1, 3, 2)], bias: BiasMode.None).Drawn(1);
        LayerEngine target = TestLayers.Kronecker("Net.Conv", [Kernels.Shape(2, 3, 3, 1, 2, 2, 1, 3, 2)]).Drawn(2);
        LayerEngine sum = TestLayers.Vectors("Net.Fc", 12, 96, groups).Drawn(3), same = TestLayers.Vectors("Other.Fc", 12, 96, groups);

        ConversionReport report = LayerConversion.Convert(new Sequential(source, sum), new Sequential(target, same));

        target.Parameters.ToArray().ShouldBe([.. source.Parameters, 0, 0, 0, 0]);
        same.Parameters.ToArray().ShouldBe(sum.Parameters.ToArray());
        report.Layers.ShouldAllBe(layer => layer.Fit == null);
    }

    [Fact]
    public void A_layer_that_is_no_dense_one_is_fitted_by_its_dense_weight()
    {
        LayerEngine low = TestLayers.LowRank("Net.Conv", 3).Drawn(1), structured = TestLayers.Structured("Net.Conv", 6, 3);

        ConversionReport report = LayerConversion.Convert(new Sequential(low), new Sequential(structured));

        structured.DenseWeight().ShouldBe(low.DenseWeight(), 1e-5);
        report.Layers[0].RelativeError!.Value.ShouldBeLessThan(1e-6);
    }

    [Fact]
    public void States_and_layers_written_by_hand_are_copied_and_objects_that_both_share_are_left_alone()
    {
        Norm norm = new(s_outputs, seed: 1), copy = new(s_outputs, seed: 3), shared = new(s_outputs, seed: 5);
        TanhLayer hand = new(96, 5, seed: 1), handCopy = new(96, 5, seed: 2);

        ConversionReport report = LayerConversion.Convert(new Sequential(norm, shared, hand), new Sequential(copy, shared, handCopy));

        copy.State.ToArray().ShouldBe(norm.State.ToArray());
        copy.Parameters.ToArray().ShouldBe(norm.Parameters.ToArray());
        handCopy.Parameters.ToArray().ShouldBe(hand.Parameters.ToArray());
        (copy.Commits, shared.Commits, handCopy.Commits).ShouldBe((1, 0, 1));
        report.Layers[2].ShouldBe(new ConvertedLayer
        {
            Index = 2,
            NameBefore = "TanhLayer",
            NameAfter = "TanhLayer",
            KindBefore = "",
            KindAfter = "",
            ParametersBefore = 485,
            ParametersAfter = 485,
            MultiplyAddsBefore = 0,
            MultiplyAddsAfter = 0,
            Fit = null,
        });
    }

    [Fact]
    public void A_layer_used_twice_is_fitted_once_and_counted_once()
    {
        LayerEngine layer = TestLayers.Vectors("Net.Fc", 12, 12).Drawn(1), target = TestLayers.Vectors("Small.Fc", 12, 12, [new(3, 4, 4, 3, 2)]);

        ConversionReport report = LayerConversion.Convert(new Sequential(layer, layer), new Sequential(target, target));

        (report.ParametersBefore, report.ParametersAfter).ShouldBe((156, 24 + 24 + 12));
        report.MultiplyAddsBefore.ShouldBe(288);
        report.Layers[1].ShouldBe(report.Layers[0] with { Index = 1 });
    }

    [Fact]
    public void Options_go_by_layer_and_messages_name_the_weight()
    {
        LayerEngine first = TestLayers.Vectors("Net.Fc1", 12, 12).Drawn(1), second = TestLayers.Vectors("Net.Fc2", 12, 12).Drawn(2);
        LayerEngine target = TestLayers.Vectors("Small.Fc1", 12, 12, [new(3, 4, 4, 3, 1), new(4, 3, 3, 4, 1)]).Drawn(3), last = TestLayers.Vectors("Small.Fc2", 12, 12, [new(3, 4, 4, 3, 1), new(4, 3, 3, 4, 1)]);
        Sequential trained = new(first, second), small = new(target, last);

        ConversionReport report = LayerConversion.Convert(trained, small, layer => layer == 0 ? new FitOptions { MaxSweeps = 0 } : null);

        report.Layers[0].Fit!.Sweeps.ShouldBe(0);
        report.Layers[1].Fit!.Sweeps.ShouldBeGreaterThan(0);

        float[] before = target.Parameters.ToArray();
        second.Parameters[5] = float.NaN;
        Should.Throw<ArgumentException>(() => LayerConversion.Convert(trained, small)).Message.ShouldContain("1.weight[5] (row 0, column 5) is NaN");
        Should.Throw<ArgumentException>(() => LayerConversion.Convert(trained, small, _ => new FitOptions { WeightName = "fc2.weight" })).Message.ShouldContain("fc2.weight[5]");
        second.Parameters[5] = 0;
        Should.Throw<OperationCanceledException>(() => LayerConversion.Convert(trained, small, layer => layer == 0 ? null : new FitOptions { CancellationToken = new CancellationToken(canceled: true) }));
        target.Parameters.ToArray().ShouldBe(before);
    }

    [Fact]
    public void The_target_is_committed()
    {
        LayerEngine target = NaiveLayer.Create(seed: 1), source = NaiveLayer.Create(seed: 2);

        CallLog.Of(() => LayerConversion.Convert(new Sequential(source), new Sequential(target))).ShouldBe(["Pack 0"]);

        float[] input = NaiveLayer.Values(NaiveLayer.Inputs, seed: 3), output = new float[NaiveLayer.Outputs];
        target.Forward(input, output);
        output.ShouldBe(NaiveLayer.Expected(source.Parameters, input), 1e-5);
    }

    [Fact]
    public void Layers_that_do_not_agree_are_named_and_nothing_is_written()
    {
        LayerEngine first = TestLayers.Vectors("Small.First", 336, 336), conv = TestLayers.Dense("Net.Conv", Activation.Relu).Drawn(2);
        var trained = new Sequential(TestLayers.Vectors("Net.First", 336, 336).Drawn(1), conv);

        Refused(TestLayers.LowRank("Small.Conv", 2)).ShouldBe("Layer 1, Net.Conv, cannot become Small.Conv: the one has Relu, the other no activation. (Parameter 'target')");
        Refused(TestLayers.Dense("Small.Conv", Activation.Relu, window: TestLayers.Window with { PaddingH = 0, PaddingW = 1 })).ShouldContain("with stride 2×1 and padding 1×0, the other 6×7×8 → 4×3×8 by windows of 3×3 with stride 2×1 and padding 0×1.");
        Refused(TestLayers.LowRank("Small.Conv", 2, Activation.Relu, BiasMode.None)).ShouldContain("the one has a bias, the other none (Bias = BiasMode.None), so it would be lost.");
        Refused(TestLayers.Kronecker("Small.Conv", [Kernels.Shape(2, 3, 3, 1, 2, 2, 1, 3, 2)], Activation.Relu, nonlinearity: Nonlinearity.PerTerm)).ShouldContain("the one has Relu, the other Relu in each product.");
        Refused(TestLayers.Pool("Small.Pool", TestLayers.Window)).ShouldContain("cannot become Small.Pool: the one is 6×7×8 → 4×4×6");
        Refused(new TanhLayer(336, 96, 1)).ShouldContain("cannot become TanhLayer: the one is a LayerEngine, the other a TanhLayer.");
        Refused().ShouldContain("Expected a target with 2 layers, one for each of the trained network, but it has 1.");
        first.Parameters.ToArray().ShouldAllBe(value => value == 0);

        string Refused(params ILayer[] rest) => Should.Throw<ArgumentException>(() => LayerConversion.Convert(trained, new Sequential([first, .. rest]))).Message;
    }

    [Fact]
    public void Objects_in_two_places_are_refused_where_they_cannot_be_right()
    {
        LayerEngine a = TestLayers.Vectors("Net.A", 5, 5).Drawn(1), b = TestLayers.Vectors("Net.B", 5, 5).Drawn(2), c = TestLayers.Vectors("Small.C", 5, 5);

        Should.Throw<ArgumentException>(() => LayerConversion.Convert(new Sequential(a, b), new Sequential(c, c))).Message
            .ShouldContain("The target uses one object as layers 0 and 1, but the trained network has two: Small.C cannot be both.");
        Should.Throw<ArgumentException>(() => LayerConversion.Convert(new Sequential(a, b), new Sequential(c, a))).Message
            .ShouldContain("Layer 1 of the target, Net.A, is layer 0 of the trained network, which would be overwritten; expected an object of its own.");
        c.Parameters.ToArray().ShouldAllBe(value => value == 0);
    }
}
