using System;
using System.Linq;
using Kron.CompilerServices;
using Kron.Runtime.Tests.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Layers;

public sealed class LayoutTests
{
    [Fact]
    public void Factors_come_first_group_by_group_and_the_bias_last()
    {
        ParameterLayout layout = ParameterLayout.Of(Define(12, 20, BiasMode.Shared, new ShapeGroup(3, 4, 5, 4, 2), new ShapeGroup(6, 2, 2, 10, 1)));

        layout.Tensors.Select(Describe).ShouldBe(["A.0 [2,3,5] @0", "B.0 [2,4,4] @30", "A.1 [1,6,2] @62", "B.1 [1,2,10] @74", "bias [12] @94"]);
        layout.Length.ShouldBe(106);
        layout.Bias.ShouldBeSameAs(layout.Tensors[^1]);
    }

    [Fact]
    public void A_bias_per_term_has_a_row_for_each_product_and_the_unpadded_width()
    {
        ParameterLayout layout = ParameterLayout.Of(Define(11, 19, BiasMode.PerTerm, new ShapeGroup(3, 4, 5, 4, 2), new ShapeGroup(6, 2, 2, 10, 1)));

        Describe(layout.Tensors[^1]).ShouldBe("bias [3,11] @94");
        layout.Length.ShouldBe(94 + 33);
    }

    [Fact]
    public void A_dense_layer_has_a_weight_and_its_bias()
    {
        ParameterLayout.Of(Define(3, 5, BiasMode.Shared)).Tensors.Select(Describe).ShouldBe(["weight [3,5] @0", "bias [3] @15"]);
        ParameterLayout unbiased = ParameterLayout.Of(Define(3, 5, BiasMode.None));
        unbiased.Tensors.Select(Describe).ShouldBe(["weight [3,5] @0"]);
        unbiased.Bias.ShouldBeNull();
    }

    [Fact]
    public void A_convolution_has_kernels_and_a_bias_for_each_channel()
    {
        var window = new ImageWindow(6, 10, 12, 3, 6, 1, 2, 1, 0); // 10 × 4 outputs
        ShapeGroup[] groups = [Kernels.Shape(4, 3, 3, 1, 2, 2, 1, 6, 2), Kernels.Shape(2, 2, 1, 3, 4, 3, 3, 2, 1)];

        Tensors(Kernels.Layer(LayerKind.Dense, window, 8)).ShouldBe(["weight [8,6,3,6] @0", "bias [8] @864"]);
        Tensors(Kernels.Layer(LayerKind.Kronecker, window, 8, groups)).ShouldBe(
            ["A.0 [2,4,3,3,1] @0", "B.0 [2,2,2,1,6] @72", "A.1 [1,2,2,1,3] @120", "B.1 [1,4,3,3,2] @132", "bias [8] @204"]);
        Tensors(Kernels.Layer(LayerKind.Kronecker, window, 8, groups, bias: BiasMode.PerTerm))[^1].ShouldBe("bias [3,8] @204");
        Tensors(Kernels.Layer(LayerKind.Kronecker, window, 8, groups, bias: BiasMode.None)).Length.ShouldBe(4);
    }

    [Fact]
    public void A_low_rank_convolution_has_its_two_kernels_as_frameworks_store_them() =>
        Tensors(Kernels.LowRank(8, 6, 3, rank: 5)).ShouldBe(["V [5,6,3,1] @0", "H [8,5,1,3] @90", "bias [8] @210"]);

    [Fact]
    public void A_structured_layer_has_its_small_shape()
    {
        Tensors(Kernels.Layer(LayerKind.Structured, new ImageWindow(6, 9, 9, 3, 3, 1, 1, 0, 0), 8, structured: (4, 2, 2))).ShouldBe(["alpha [8,4,2,2] @0", "bias [8] @128"]);
        Tensors(new LayerDefinition { Name = "", Attributes = "", Kind = LayerKind.Structured, Inputs = 9, Outputs = 5, Groups = [], Structured = (4, 1, 1) })
            .ShouldBe(["alpha [5,4] @0", "bias [5] @20"]);
    }

    [Fact]
    public void A_pool_has_nothing()
    {
        foreach (LayerKind kind in (LayerKind[])[LayerKind.MaxPool, LayerKind.AveragePool])
        {
            ParameterLayout layout = ParameterLayout.Of(Kernels.Layer(kind, new ImageWindow(6, 9, 9, 3, 3, 3, 3, 0, 0), 6));

            layout.Tensors.ShouldBeEmpty();
            layout.StateTensors.ShouldBeEmpty();
            layout.Bias.ShouldBeNull();
            (layout.Length, layout.StateLength).ShouldBe((0, 0));
        }
    }

    [Fact]
    public void Normalisation_has_statistics_in_its_state()
    {
        ParameterLayout layout = ParameterLayout.Of(Kernels.Layer(LayerKind.BatchNorm, new ImageWindow(6, 9, 9, 1, 1, 1, 1, 0, 0), 6, bias: BiasMode.None));

        layout.Tensors.Select(Describe).ShouldBe(["weight [6] @0", "bias [6] @6"]);
        layout.StateTensors.Select(Describe).ShouldBe(["running_mean [6] @0", "running_var [6] @6"]);
        layout.Bias.ShouldBeSameAs(layout.Tensors[1]);
        (layout.Length, layout.StateLength).ShouldBe((12, 12));
    }

    [Fact]
    public void A_layer_beyond_one_array_is_refused() =>
        Should.Throw<OverflowException>(() => ParameterLayout.Of(Define(100_000, 100_000, BiasMode.None)));

    // The counts below are those of the published configuration (64,4,256,25,5) of a 6400 → 256 layer: 82,420 parameters
    // without biases; by hand, B first costs 5·(4·6400 + 256·256) multiply-adds and A first 5·(64·6400 + 25·256).
    [Fact]
    public void Info_counts_the_published_configuration()
    {
        var info = new LayerInfo(Define(256, 6400, BiasMode.Shared, new ShapeGroup(64, 4, 256, 25, 5)), []);

        info.Parameters.ShouldBe(82_420 + 256);
        info.MultiplyAdds.ShouldBe(455_680);
        info.DenseParameters.ShouldBe(1_638_400 + 256);
        info.DenseMultiplyAdds.ShouldBe(1_638_400);
    }

    [Fact]
    public void Info_counts_each_group_in_its_own_cheaper_order()
    {
        // (2,6,3,4,1): A first 2·12 + 4·12 = 72, B first 6·12 + 3·12 = 108. (6,2,4,3,2): A first 2·(6·12 + 3·12), B first 2·(2·12 + 4·12).
        var info = new LayerInfo(Define(12, 12, BiasMode.None, new ShapeGroup(2, 6, 3, 4, 1), new ShapeGroup(6, 2, 4, 3, 2)), []);

        info.MultiplyAdds.ShouldBe(72 + 144);
        info.DenseParameters.ShouldBe(144);
    }

    // The paper's conv2 on 16 × 16 characters, 48 → 128 channels, 9 × 9: vertical factors [128, 24, 9, 1], horizontal ones [1, 2, 1, 9]
    // first, on all 16 rows and 8 columns of output.
    [Fact]
    public void Info_counts_the_pixels_of_a_convolution()
    {
        var window = new ImageWindow(48, 16, 16, 9, 9, 1, 1, 0, 0);
        var info = new LayerInfo(Kernels.Layer(LayerKind.Kronecker, window, 128, [Kernels.Shape(128, 24, 9, 1, 1, 2, 1, 9, 1)]), []);

        info.MultiplyAdds.ShouldBe((24 * 16 * 8 * 2 * 9) + (128 * 64 * 24 * 9));
        info.DenseMultiplyAdds.ShouldBe(128 * 64 * 48 * 81);
        info.Parameters.ShouldBe((128 * 24 * 9) + 18 + 128);
        info.DenseParameters.ShouldBe((128 * 48 * 81) + 128);
        info.Window.ShouldBe(window);
        info.ToString().ShouldBe(
            "Tests.Image: 48×16×16 → 128×8×8, 27,794 parameters (dense 497,792), 1,824,768 multiply-adds per sample (dense 31,850,496)");
    }

    [Fact]
    public void Info_counts_strides_and_dilation()
    {
        // 4 × 4 from 2 × 2 dilated by 2: with stride 2 all that the second one reads lies 2 apart, so half of the rows and columns between are enough.
        var window = new ImageWindow(1, 12, 12, 4, 4, 2, 2, 0, 0); // 5 × 5 outputs
        ShapeGroup group = Kernels.Shape(3, 1, 2, 2, 1, 1, 2, 2, 1);

        // B first: 6 × 6 pixels of 4 taps, then 3 channels of 25 pixels and 4 taps. A first: 3 channels of 10 × 10 pixels.
        Kernels.Layer(LayerKind.Kronecker, window, 3, [group]).MultiplyAdds.ShouldBe((36 * 4) + (3 * 25 * 4));
    }

    [Fact]
    public void Info_of_structured_layers_counts_the_small_kernel()
    {
        var info = new LayerInfo(Kernels.Layer(LayerKind.Structured, new ImageWindow(64, 32, 32, 3, 3, 1, 1, 1, 1), 64, structured: (32, 2, 2)), []);

        (info.MultiplyAdds, info.DenseMultiplyAdds).ShouldBe((64 * 1024 * 32 * 4, 64 * 1024 * 64 * 9));
        (info.Parameters, info.DenseParameters).ShouldBe(((64 * 32 * 4) + 64, (64 * 64 * 9) + 64));
    }

    [Fact]
    public void Info_of_layers_without_products_counts_none()
    {
        var pool = new LayerInfo(
            Kernels.Layer(LayerKind.MaxPool, new ImageWindow(6, 9, 8, 2, 2, 2, 2, 0, 0), 6), [new TargetInfo(KernelTarget.Scalar, 1, 0, 0, 64, [])]);
        var norm = new LayerInfo(Kernels.Layer(LayerKind.BatchNorm, new ImageWindow(6, 9, 8, 1, 1, 1, 1, 0, 0), 6), []);

        (pool.Parameters, pool.DenseParameters, pool.MultiplyAdds, pool.DenseMultiplyAdds).ShouldBe((0, 0, 0, 0));
        (norm.Parameters, norm.DenseParameters, norm.MultiplyAdds, norm.DenseMultiplyAdds).ShouldBe((12, 12, 0, 0));
        pool.ToString().ShouldBe(
            "Tests.Image: 6×9×8 → 6×4×4, 0 parameters\n"
            + "Scalar: 0 bytes of weights in all copies (1.00 × the parameters), 64 of scratch; training 0 more and 0 per sample");
    }

    [Fact]
    public void Info_of_maxout_has_the_channels_that_come_out() =>
        new LayerInfo(Kernels.Layer(LayerKind.Dense, new ImageWindow(1, 8, 8, 3, 3, 1, 1, 0, 0), 12, activation: Activation.Maxout, pieces: 4), [])
            .ToString().ShouldStartWith("Tests.Image: 1×8×8 → 3×6×6, 120 parameters");

    [Fact]
    public void Info_of_a_dense_layer_equals_its_dense_equivalent()
    {
        var info = new LayerInfo(Define(3, 5, BiasMode.Shared), []);

        info.Parameters.ShouldBe(18);
        info.DenseParameters.ShouldBe(18);
        info.MultiplyAdds.ShouldBe(15);
        info.DenseMultiplyAdds.ShouldBe(15);
    }

    [Fact]
    public void Info_counts_the_copies_of_the_weights_on_each_target()
    {
        var target = new TargetInfo(KernelTarget.Avx2, 16, PackedBytes: 80, TrainingPackedBytes: 60, ScratchBytes: 1024, []) { TrainingScratchBytes = 2048, TapeBytes = 12 };
        var info = new LayerInfo(Define(3, 5, BiasMode.Shared), [target]);

        info.Targets[0].InferenceBytes.ShouldBe((4 * 18) + 80);
        info.Targets[0].InferenceRatio.ShouldBe(152 / 72.0);
        info.Targets[0].TrainingBytes.ShouldBe((4 * 18) + 60 + 2048);
        info.ToString().ShouldBe(
            "Tests.Layer: 5 → 3, 18 parameters (dense 18), 15 multiply-adds per sample (dense 15)\n"
            + "Avx2: 152 bytes of weights in all copies (2.11 × the parameters), 1,024 of scratch; training 2,180 more and 12 per sample");
        new LayerMemory(1000, 2000, 3, 0).ToString().ShouldBe("3,003 bytes: parameters 1,000, packed 2,000, scratch 3, training 0");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(1000)]
    public unsafe void Buffers_are_zero_and_aligned(int length)
    {
        var buffer = new AlignedBuffer(length);

        buffer.Span.Length.ShouldBe(length);
        buffer.Span.ToArray().ShouldAllBe(value => value == 0);
        ((nuint)buffer.Pointer % 64).ShouldBe(0u);
        (buffer.Pointer is null).ShouldBe(length == 0);
        fixed (float* first = buffer.Span)
        {
            (first == buffer.Pointer).ShouldBeTrue();
        }
    }

    private static string[] Tensors(LayerDefinition definition) => [.. ParameterLayout.Of(definition).Tensors.Select(Describe)];

    private static string Describe(ParameterTensor tensor) => $"{tensor.Name} [{string.Join(',', tensor.Shape)}] @{tensor.Offset}";

    private static LayerDefinition Define(int outputs, int inputs, BiasMode bias, params ShapeGroup[] groups) => new()
    {
        Name = "Tests.Layer",
        Attributes = "",
        Inputs = inputs,
        Outputs = outputs,
        Groups = groups,
        Bias = bias,
    };
}
