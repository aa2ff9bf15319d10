using System;
using System.Linq;
using Kron.CompilerServices;
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
