using System.Linq;
using Kron.Generator.Emit;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Emit;

/// <summary>What the header of the generated code says of each kind; the numbers were worked out by hand.</summary>
public class LayerDescriptionTests
{
    [Theory]
    [InlineData(
        "[KroneckerConv(1, 48, 9, 1, 128, 1, 1, 9, 2, Height = 16, Width = 16, Activation = Activation.Relu)]",
        "y = relu(Σ_{i≤2} (A_i ⊗ B_i) ∗ x + b)",
        "12 288 inputs, 8 192 outputs",
        "x [48 × 16 × 16], y [128 × 8 × 8], kernel 9×9, stride 1, padding 0",
        "A [1 × 48 × 9 × 1], B [128 × 1 × 1 × 9], 2 products",
        "3 296 parameters; a dense layer has 497 792, 151.03 times as many",

        // A on 8 × 16 pixels, B on 8 × 8: 2·(128·48·9 + 64·128·9).
        "258 048 multiply-adds per sample; a dense layer has 31 850 496, 123.43 times as many")]
    [InlineData(
        "[KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 1, Height = 7, Width = 8, StrideH = 2, PaddingW = 1, Activation = Activation.Maxout, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm)] [KroneckerConvTerm(4, 1, 1, 1, 1, 3, 3, 3, 2)]",
        "y = max_2((A0_i ⊗ B0_i) ∗ x + b0_i) + Σ_{i≤2} max_2((A1_i ⊗ B1_i) ∗ x + b1_i)",
        "168 inputs, 96 pre-activations, 48 outputs",
        "x [3 × 7 × 8], y [2 × 3 × 8], kernel 3×3, stride 2 down and 1 across, padding 0 down and 1 across",
        "A0 [2 × 3 × 3 × 1], B0 [2 × 1 × 1 × 3], 1 product",
        "A1 [4 × 1 × 1 × 1], B1 [1 × 3 × 3 × 3], 2 products",

        // 18 + 6 + 2·(4 + 27) + 3·4.
        "98 parameters; a dense layer has 112, 1.14 times as many",

        // A0 on 3 × 8 pixels: 2·3·3·24 = 432, B0 4·3·24 = 288; B1 2·27·24 = 1296 and A1 2·4·24 = 192.
        "2 208 multiply-adds per sample; a dense layer has 2 592, 1.17 times as many")]
    [InlineData(
        "[LowRankConv(64, 32, 3, 16, Height = 8, Width = 8, Padding = 1, Stride = 2, Bias = BiasMode.None)]",
        "y = H ∗ (V ∗ x)",
        "2 048 inputs, 1 024 outputs",
        "x [32 × 8 × 8], y [64 × 4 × 4], kernel 3×3, stride 2, padding 1",
        "V [16 × 32 × 3 × 1], H [64 × 16 × 1 × 3]",
        "4 608 parameters; a dense layer has 18 432, 4 times as many",

        // V on 4 × 8 pixels, H on 4 × 4.
        "98 304 multiply-adds per sample; a dense layer has 294 912, 3 times as many")]
    [InlineData(
        "[DenseConv(4, 3, 1, 5, Height = 6, Width = 6, PaddingW = 2, Activation = Activation.Gelu)]",
        "y = gelu(W ∗ x + b)",
        "108 inputs, 144 outputs",
        "x [3 × 6 × 6], y [4 × 6 × 6], kernel 1×5, stride 1, padding 0 down and 2 across",
        "W [4 × 3 × 1 × 5]",
        "64 parameters",
        "2 160 multiply-adds per sample")]
    [InlineData(
        "[StructuredConv(64, 64, 3, 32, 2, Height = 8, Width = 8, Padding = 1)]",
        "y = α ∗ sum_33×2×2(x) + b",
        "4 096 inputs, 4 096 outputs",
        "x [64 × 8 × 8], y [64 × 8 × 8], kernel 3×3, stride 1, padding 1",
        "α [64 × 32 × 2 × 2] on sums over 33×2×2",
        "8 256 parameters; a dense layer has 36 928, 4.47 times as many",
        "524 288 multiply-adds per sample; a dense layer has 2 359 296, 4.5 times as many")]
    [InlineData(
        "[StructuredLayer(10, 64, 16, Activation = Activation.LeakyRelu, Slope = 0.5f)]",
        "y = leakyrelu_0.5(α sum_49(x) + b)",
        "64 inputs, 10 outputs",
        "α [10 × 16] on sums over 49",
        "170 parameters; a dense layer has 650, 3.82 times as many",
        "160 multiply-adds per sample; a dense layer has 640, 4 times as many")]
    [InlineData("[MaxPool(4, 9, 9, 3, WindowW = 2, Stride = 2, PaddingH = 1)]", "y = max_3×2(x)", "324 inputs, 80 outputs", "x [4 × 9 × 9], y [4 × 5 × 4], window 3×2, stride 2, padding 1 down and 0 across")]
    [InlineData("[GlobalAvgPool(4, 9, 8)]", "y = mean_9×8(x)", "288 inputs, 4 outputs", "x [4 × 9 × 8], y [4 × 1 × 1], window 9×8, padding 0")]
    [InlineData(
        "[BatchNorm2d(4, 9, 8, Activation = Activation.Relu)]",
        "y = relu(γ · (x − μ) / √(σ² + 1E-05) + β)",
        "288 inputs, 288 outputs",
        "x [4 × 9 × 8], y [4 × 9 × 8]",
        "γ, β, μ, σ² [4]",
        "8 parameters")]
    public void The_header_says_what_the_layer_is(string attributes, string equation, params string[] lines)
    {
        var spec = Specs.Parse(attributes + " partial class C;");

        string[] header = [.. LayerDescription.Of(spec, [])];

        header[0].ShouldBe("C: " + equation);
        header.SkipWhile(line => line.Length > 0).Skip(1).ShouldBe(lines);
    }

    [Fact]
    public void Contractions_that_are_alike_are_described_once()
    {
        var program = new LayerProgramIr(Targets.Scalar, 8, [], [], new ProgramSizes(0, 0, 0, 0, 0), ["Forward F", "InputGradient G", "InputGradient G", "Forward H"]);

        string[] header = [.. LayerDescription.Of(Specs.Parse("[DenseLayer(4, 3)] partial class C;"), [program])];

        header[^4].ShouldStartWith("Scalar: 8 samples per block");
        header[^3..].ShouldBe(["    Forward F", "    2 × InputGradient G", "    Forward H"]);
    }
}
