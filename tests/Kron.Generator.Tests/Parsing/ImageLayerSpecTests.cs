using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Parsing;

/// <summary>What the attributes of convolutions, pools, structured layers and batch normalisation mean.</summary>
public class ImageLayerSpecTests
{
    private static readonly EpilogueSpec Plain = new(ActivationKind.None, Slope: 0, Pieces: 1, PerTerm: false, BiasKind.None);

    private static readonly EpilogueSpec Biased = Plain with { Bias = BiasKind.Shared };

    private static readonly TypeSpec C = new("", [], "C", "C");

    [Fact]
    public void A_Kronecker_convolution_of_several_shapes_with_every_option()
    {
        LayerSpec spec = Specs.Parse(
            """
            [KroneckerConvTerm(3, 2, 1, 4, 4, 5, 6, 1, 2)]
            [KroneckerConv(o1: 2, c1: 5, h1: 3, w1: 1, o2: 6, c2: 2, h2: 2, w2: 4, r: 3, Width = 17, Height = 16, StrideW = 2, PaddingH = 5, Padding = 1, Stride = 3,
                Bias = BiasMode.PerTerm, Pieces = 3, Activation = Activation.Maxout, Nonlinearity = Nonlinearity.PerTerm)]
            partial class C;
            """);

        // ⌊(16 + 10 − 6) / 3⌋ + 1 = 7 rows, ⌊(17 + 2 − 4) / 2⌋ + 1 = 8 columns.
        spec.ShouldBe(new LayerSpec(
            C,
            "[KroneckerConv(2, 5, 3, 1, 6, 2, 2, 4, 3, Height = 16, Width = 17, StrideH = 3, StrideW = 2, PaddingH = 5, PaddingW = 1, Activation = Activation.Maxout, Pieces = 3, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm)]\n"
            + "[KroneckerConvTerm(3, 2, 1, 4, 4, 5, 6, 1, 2)]",
            Inputs: 10 * 16 * 17,
            Outputs: 12 * 7 * 8,
            [
                new GroupSpec(M1: 2, M2: 6, N1: 5, N2: 2, R: 3) { H1 = 3, W1 = 1, H2 = 2, W2 = 4 },
                new GroupSpec(M1: 3, M2: 4, N1: 2, N2: 5, R: 2) { H1 = 1, W1 = 4, H2 = 6, W2 = 1 },
            ],
            Image: null,
            new EpilogueSpec(ActivationKind.Maxout, Slope: 0, Pieces: 3, PerTerm: true, BiasKind.PerTerm))
        {
            Window = new WindowSpec(10, 16, 17, 6, 4, 3, 2, 5, 1),
        });
        spec.Kind.ShouldBe(LayerKind.Kronecker);
        (spec.Channels, spec.Pixels, spec.OutputSize).ShouldBe((12, 56, 4 * 56));
    }

    [Fact]
    public void A_low_rank_convolution_is_a_Kronecker_one_under_its_own_name()
    {
        LayerSpec spec = Specs.Parse("[LowRankConv(outChannels: 12, inChannels: 5, kernel: 3, rank: 4, Height = 9, Width = 8, Stride = 2, Padding = 1, Activation = Activation.Relu)] partial class C;");

        spec.ShouldBe(new LayerSpec(
            C,
            "[LowRankConv(12, 5, 3, 4, Height = 9, Width = 8, Stride = 2, Padding = 1, Activation = Activation.Relu)]",
            Inputs: 5 * 9 * 8,
            Outputs: 12 * 5 * 4,
            [new GroupSpec(M1: 1, M2: 12, N1: 5, N2: 1, R: 4) { H1 = 3, W1 = 1, H2 = 1, W2 = 3 }],
            Image: null,
            Biased with { Activation = ActivationKind.Relu })
        {
            Kind = LayerKind.LowRank,
            Window = new WindowSpec(5, 9, 8, 3, 3, 2, 2, 1, 1),
        });
    }

    [Fact]
    public void A_dense_convolution()
    {
        LayerSpec spec = Specs.Parse("[DenseConv(w: 5, h: 3, c: 4, o: 7, Height = 6, Width = 9, Bias = BiasMode.None, Activation = Activation.LeakyRelu)] partial class C;");

        spec.ShouldBe(new LayerSpec(
            C,
            "[DenseConv(7, 4, 3, 5, Height = 6, Width = 9, Activation = Activation.LeakyRelu, Bias = BiasMode.None)]",
            Inputs: 4 * 6 * 9,
            Outputs: 7 * 4 * 5,
            [],
            Image: null,
            Plain with { Activation = ActivationKind.LeakyRelu, Slope = 0.01f })
        {
            Window = new WindowSpec(4, 6, 9, 3, 5, 1, 1, 0, 0),
        });
        spec.IsDense.ShouldBeTrue();
    }

    [Fact]
    public void A_structured_convolution_keeps_the_full_kernel_and_the_small_one()
    {
        LayerSpec spec = Specs.Parse("[StructuredConv(8, 6, 3, 4, 2, Height = 5, Width = 5, Padding = 1)] partial class C;");

        spec.ShouldBe(new LayerSpec(C, "[StructuredConv(8, 6, 3, 4, 2, Height = 5, Width = 5, Padding = 1)]", Inputs: 150, Outputs: 200, [], Image: null, Biased)
        {
            Kind = LayerKind.Structured,
            Window = new WindowSpec(6, 5, 5, 3, 3, 1, 1, 1, 1),
            Structured = new StructuredSpec(4, 2, 2),
        });
    }

    [Fact]
    public void A_structured_layer_has_no_window()
    {
        LayerSpec spec = Specs.Parse("[StructuredLayer(inputs: 30, outputs: 8, structuredInputs: 30, Activation = Activation.Maxout, Pieces = 4)] partial class C;");

        spec.ShouldBe(new LayerSpec(
            C,
            "[StructuredLayer(8, 30, 30, Activation = Activation.Maxout, Pieces = 4)]",
            Inputs: 30,
            Outputs: 8,
            [],
            Image: null,
            Biased with { Activation = ActivationKind.Maxout, Pieces = 4 })
        {
            Kind = LayerKind.Structured,
            Structured = new StructuredSpec(30, 1, 1),
        });
    }

    [Fact]
    public void A_maximum_pool_with_every_option()
    {
        LayerSpec spec = Specs.Parse("[MaxPool(3, 11, 12, 2, WindowH = 5, PaddingH = 2, Padding = 1, StrideW = 3)] partial class C;");

        spec.ShouldBe(new LayerSpec(
            C,
            "[MaxPool(3, 11, 12, 5, WindowW = 2, StrideW = 3, PaddingH = 2, PaddingW = 1)]",
            Inputs: 3 * 11 * 12,
            Outputs: 3 * 3 * 5,
            [],
            Image: null,
            Plain)
        {
            Kind = LayerKind.MaxPool,
            Window = new WindowSpec(3, 11, 12, 5, 2, 5, 3, 2, 1),
        });
    }

    [Theory]
    [InlineData("AvgPool(3, 8, 12, 2)", 2, 2, 2, 2, 0, 0)]
    [InlineData("AvgPool(3, 8, 12, 2, Stride = 3)", 2, 2, 3, 3, 0, 0)]
    [InlineData("AvgPool(3, 8, 12, 2, WindowW = 4)", 2, 4, 2, 4, 0, 0)]
    [InlineData("AvgPool(3, 8, 12, 2, WindowW = 4, Stride = 1)", 2, 4, 1, 1, 0, 0)]
    [InlineData("AvgPool(3, 8, 12, 2, WindowW = 4, StrideH = 1, Padding = 1)", 2, 4, 1, 4, 1, 1)]
    [InlineData("AvgPool(3, 8, 12, 2, Stride = 1, StrideH = 2, PaddingW = 1)", 2, 2, 2, 1, 0, 1)]
    public void Options_of_a_pool_that_are_not_set_follow_the_others(string attribute, int kernelH, int kernelW, int strideH, int strideW, int paddingH, int paddingW)
    {
        LayerSpec spec = Specs.Parse($"[{attribute}] partial class C;");

        spec.Kind.ShouldBe(LayerKind.AveragePool);
        spec.Window.ShouldBe(new WindowSpec(3, 8, 12, kernelH, kernelW, strideH, strideW, paddingH, paddingW));
        spec.Epilogue.ShouldBe(Plain);
    }

    [Theory]
    [InlineData("Stride = 2", 2, 2, 0, 0)]
    [InlineData("StrideH = 2", 2, 1, 0, 0)]
    [InlineData("StrideW = 2, Stride = 3", 3, 2, 0, 0)]
    [InlineData("Padding = 1", 1, 1, 1, 1)]
    [InlineData("PaddingW = 2, PaddingH = 0, Padding = 1", 1, 1, 0, 2)]
    [InlineData("StrideH = 1, Stride = 2", 1, 2, 0, 0)]
    public void Options_of_a_convolution_that_are_not_set_follow_the_others(string options, int strideH, int strideW, int paddingH, int paddingW) =>
        Specs.Parse($"[DenseConv(2, 3, 3, 3, Height = 8, Width = 12, {options})] partial class C;")
            .Window.ShouldBe(new WindowSpec(3, 8, 12, 3, 3, strideH, strideW, paddingH, paddingW));

    [Fact]
    public void A_global_average_pool_has_its_image_for_a_window()
    {
        LayerSpec spec = Specs.Parse("[GlobalAvgPool(32, 7, 5)] partial class C;");

        spec.ShouldBe(new LayerSpec(C, "[GlobalAvgPool(32, 7, 5)]", Inputs: 32 * 35, Outputs: 32, [], Image: null, Plain)
        {
            Kind = LayerKind.AveragePool,
            Window = new WindowSpec(32, 7, 5, 7, 5, 1, 1, 0, 0),
        });
    }

    [Fact]
    public void A_stride_that_leaves_one_output_is_the_least_of_them()
    {
        LayerSpec spec = Specs.Parse("[DenseConv(2, 3, 8, 3, Height = 8, Width = 12, Stride = int.MaxValue)] partial class C;");

        spec.Window.ShouldBe(new WindowSpec(3, 8, 12, 8, 3, 1, 10, 0, 0));
        spec.Pixels.ShouldBe(1);
        spec.Attributes.ShouldBe("[DenseConv(2, 3, 8, 3, Height = 8, Width = 12, StrideW = 10)]");
    }

    [Fact]
    public void Batch_normalisation()
    {
        LayerSpec spec = Specs.Parse("[BatchNorm2d(16, 8, 4, Momentum = 1, Epsilon = 0.001f, Activation = Activation.LeakyRelu, Slope = 0.2f)] partial class C;");

        spec.ShouldBe(new LayerSpec(
            C,
            "[BatchNorm2d(16, 8, 4, Epsilon = 0.001f, Momentum = 1f, Activation = Activation.LeakyRelu, Slope = 0.2f)]",
            Inputs: 512,
            Outputs: 512,
            [],
            Image: null,
            Plain with { Activation = ActivationKind.LeakyRelu, Slope = 0.2f })
        {
            Kind = LayerKind.BatchNorm,
            Window = new WindowSpec(16, 8, 4, 1, 1, 1, 1, 0, 0),
            Normalization = new NormalizationSpec(0.001f, 1),
        });
        Specs.Parse("[BatchNorm2d(16, 8, 4)] partial class C;").Normalization.ShouldBe(new NormalizationSpec(1e-5f, 0.1f));
    }
}
