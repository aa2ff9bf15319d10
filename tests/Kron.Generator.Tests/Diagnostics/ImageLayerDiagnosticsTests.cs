using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Diagnostics;

/// <summary>Wrong arguments and options of convolutions, pools, structured layers and batch normalisation.</summary>
public class ImageLayerDiagnosticsTests
{
    private const string Image = "Height = 8, Width = 8";

    [Theory]
    [InlineData($"KroneckerConv(2, 3, [|0|], 1, 2, 1, 1, 3, 2, {Image})", "KRON017", "h1 is 0, but must be at least 1")]
    [InlineData($"KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, [|r: -2|], {Image})", "KRON017", "r is -2, but must be at least 1")]
    [InlineData($"LowRankConv(2, 3, [|0|], 1, {Image})", "KRON017", "kernel is 0, but must be at least 1")]
    [InlineData($"DenseConv(2, 3, 3, [|0|], {Image})", "KRON017", "w is 0, but must be at least 1")]
    [InlineData($"StructuredConv(2, 3, 3, [|0|], 2, {Image})", "KRON017", "structuredChannels is 0, but must be at least 1")]
    [InlineData("StructuredLayer(4, 5, [|0|])", "KRON017", "structuredInputs is 0, but must be at least 1")]
    [InlineData("MaxPool(2, 8, 8, [|0|])", "KRON017", "window is 0, but must be at least 1")]
    [InlineData("MaxPool(2, 8, 8, 2, [|WindowH = 0|])", "KRON017", "WindowH is 0, but must be at least 1")]
    [InlineData("AvgPool(2, 8, 8, 2, [|Stride = 0|])", "KRON017", "Stride is 0, but must be at least 1")]
    [InlineData("GlobalAvgPool(2, [|-8|], 8)", "KRON017", "height is -8, but must be at least 1")]
    [InlineData("BatchNorm2d([|0|], 8, 8)", "KRON017", "channels is 0, but must be at least 1")]
    [InlineData("DenseConv(2, 3, 3, 3, [|Height = 0|], Width = 8)", "KRON017", "Height is 0, but must be at least 1")]
    [InlineData($"DenseConv(2, 3, 3, 3, {Image}, [|Stride = -1|])", "KRON017", "Stride is -1, but must be at least 1")]
    [InlineData($"DenseConv(2, 3, 3, 3, {Image}, [|StrideW = 0|], Stride = 2)", "KRON017", "StrideW is 0, but must be at least 1")]
    [InlineData("DenseConv(2, [|16777217|], 1, 1, Height = 1, Width = 1)", "KRON018", "c is 16777217, but at most 16777216 is supported")]
    [InlineData($"KroneckerConv([|65536, 3, 3, 1, 65536|], 1, 1, 3, 2, {Image})", "KRON018", "o1·o2 is 4294967296, but at most 16777216 is supported")]
    [InlineData("DenseConv(2, 3, 3, 3, [|Height = 3000|], Width = 3000)", "KRON018", "The number of inputs is 27000000, but at most 16777216 is supported")]
    [InlineData("DenseConv(2, 3, 3, 3, [|Height = int.MaxValue|], Width = int.MaxValue)", "KRON018", "The number of inputs is 13835058042397261827, but at most 16777216 is supported")]
    [InlineData("[|DenseConv(64, 1, 3, 3, Height = 2000, Width = 2000)|]", "KRON018", "The number of outputs is 255488256, but at most 16777216 is supported")]
    [InlineData("[|DenseConv(1, 1, 8192, 4096, Height = 1, Width = 1, PaddingH = 8191, PaddingW = 4095)|]", "KRON018", "The number of values in a window is 33554432, but at most 16777216 is supported")]
    [InlineData("[|MaxPool(1, 1, 1, int.MaxValue, Padding = 1)|]", "KRON018", "The number of values in a window is 4611686014132420609, but at most 16777216 is supported")]
    [InlineData("[|DenseConv(16384, 16385, 1, 1, Height = 1, Width = 1)|]", "KRON018", "The number of parameters is 268468224, but at most 268435456 is supported")]
    [InlineData("KroneckerConv(1, 1, 3, 1, 1, 1, 1, 3, [|70000|], Height = 4, Width = 4, Activation = Activation.Tanh, Nonlinearity = Nonlinearity.PerTerm)", "KRON018", "The number of products is 70000, but at most 65536 is supported")]
    [InlineData("LowRankConv(64, 64, 1, 64, [|Height = 512|], Width = 513)", "KRON018", "The number of inputs is 16809984, but at most 16777216 is supported")]
    [InlineData("[|KroneckerConv(8, 8, 1, 1, 8, 8, 1, 1, 5, Height = 512, Width = 512)|]", "KRON018", "The number of intermediate values per sample is 83886080, but at most 16777216 is supported")]
    [InlineData("KroneckerConv(8, 8, 1, 1, 8, 8, 1, 1, 1, Height = 512, Width = 512), [|KroneckerConvTerm(8, 8, 1, 1, 8, 8, 1, 1, 2)|]", "KRON018", "The number of intermediate values per sample is 33554432, but at most 16777216 is supported")]
    [InlineData("[|StructuredConv(1, 16, 3, 16, 3, Height = 1024, Width = 1024, Padding = 1)|]", "KRON018", "The number of intermediate values per sample is 16842816, but at most 16777216 is supported")]
    [InlineData("BatchNorm2d([|4096, 64, 65|])", "KRON018", "The number of inputs is 17039360, but at most 16777216 is supported")]
    [InlineData($"DenseConv(2, 3, 3, 3, {Image}, [|Activation = (Activation)9|])", "KRON019", "Activation is 9, which is no member of Activation")]
    [InlineData("BatchNorm2d(2, 8, 8, [|Activation = (Activation)(-1)|])", "KRON019", "Activation is -1, which is no member of Activation")]
    [InlineData($"KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 1, {Image}), KroneckerConvTerm([|3, 3, 3, 1, 2|], 1, 1, 3, 1)", "KRON020", "This term has o1·o2 = 3·2 = 6, but the layer's first shape group has o1·o2 = 2·2 = 4")]
    [InlineData($"KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 1, {Image}), KroneckerConvTerm(2, [|3, 3, 1, 2, 2|], 1, 3, 1)", "KRON020", "This term has c1·c2 = 3·2 = 6, but the layer's first shape group has c1·c2 = 3·1 = 3")]
    [InlineData($"KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 1, {Image}), KroneckerConvTerm(2, 3, [|2, 1, 2, 1, 2|], 3, 1)", "KRON020", "This term has h1·h2 = 2·2 = 4, but the layer's first shape group has h1·h2 = 3·1 = 3")]
    [InlineData($"KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 1, {Image}), KroneckerConvTerm(r: 1, o1: 2, c1: 3, h1: 3, [|w1: 1, o2: 2, c2: 1, h2: 1, w2: 2|])", "KRON020", "This term has w1·w2 = 1·2 = 2, but the layer's first shape group has w1·w2 = 1·3 = 3")]
    [InlineData($"DenseConv(2, 3, 3, 3, {Image}, [|Bias = BiasMode.PerTerm|])", "KRON022", "A dense convolution has no terms to have a bias each; use BiasMode.Shared, which computes the same")]
    [InlineData($"LowRankConv(2, 3, 3, 1, {Image}, [|Bias = BiasMode.PerTerm|])", "KRON022", "A low-rank convolution has no terms to have a bias each; use BiasMode.Shared, which computes the same")]
    [InlineData($"StructuredConv(2, 3, 3, 2, 2, {Image}, [|Bias = BiasMode.PerTerm|])", "KRON022", "A structured convolution has no terms to have a bias each; use BiasMode.Shared, which computes the same")]
    [InlineData("StructuredLayer(4, 5, 3, [|Bias = BiasMode.PerTerm|])", "KRON022", "A structured layer has no terms to have a bias each; use BiasMode.Shared, which computes the same")]
    [InlineData($"KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 2, {Image}, Activation = Activation.Relu, [|Bias = BiasMode.PerTerm|])", "KRON022", "Without Nonlinearity.PerTerm a bias per term adds up to one bias; use BiasMode.Shared, which computes the same")]
    [InlineData($"KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 2, {Image}, [|Nonlinearity = Nonlinearity.PerTerm|])", "KRON023", "Nonlinearity.PerTerm has no effect with Activation.None, because the sum of the terms is the same either way; set Activation, or remove Nonlinearity")]

    // 3·8·8 pre-activations would divide by 2, the three channels do not.
    [InlineData("DenseConv(3, 3, 1, 1, Height = 8, Width = 8, [|Activation = Activation.Maxout|])", "KRON029", "Pieces is 2, but must be at least 2 and divide the layer's 3 output channels")]
    [InlineData("StructuredLayer(4, 5, 3, Activation = Activation.Maxout, [|Pieces = 3|])", "KRON029", "Pieces is 3, but must be at least 2 and divide the layer's 4 pre-activations")]
    [InlineData("BatchNorm2d(2, 8, 8, Activation = Activation.LeakyRelu, [|Slope = float.NaN|])", "KRON030", "Slope is NaN, but must be a finite number")]
    [InlineData("[|DenseConv(2, 3, 3, 3)|]", "KRON036", "Height and Width must be set, because a convolution is compiled for images of one size")]
    [InlineData("[|KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 2, Width = 8)|]", "KRON036", "Height must be set, because a convolution is compiled for images of one size")]
    [InlineData("[|LowRankConv(2, 3, 3, 1, Height = 8)|]", "KRON036", "Width must be set, because a convolution is compiled for images of one size")]
    [InlineData($"DenseConv(2, 3, 3, 3, {Image}, Padding = 5, PaddingW = 2, [|PaddingH = -1|])", "KRON037", "PaddingH is -1, but must be 0 to 16777216 for a window of 3 rows")]
    [InlineData($"LowRankConv(2, 3, 5, 2, {Image}, [|PaddingW = int.MaxValue|])", "KRON037", "PaddingW is 2147483647, but must be 0 to 16777216 for a window of 5 columns")]
    [InlineData("MaxPool(2, 8, 8, 3, [|Padding = 2|])", "KRON037", "Padding is 2, but must be 0 to 1 for a window of 3 rows")]
    [InlineData("AvgPool(2, 8, 8, 4, WindowW = 2, PaddingH = 2, [|PaddingW = 2|])", "KRON037", "PaddingW is 2, but must be 0 to 1 for a window of 2 columns")]
    [InlineData("DenseConv(2, 3, 3, 3, [|Height = 2|], Width = 8)", "KRON038", "The window has 3 rows, but the padded image only 2 + 2·0 = 2")]
    [InlineData("KroneckerConv(2, 3, 1, 2, 2, 1, 1, 4, 2, Height = 8, [|Width = 3|], PaddingW = 2)", "KRON038", "The window has 8 columns, but the padded image only 3 + 2·2 = 7")]
    [InlineData("MaxPool(2, 8, [|1|], 4, PaddingW = 1)", "KRON038", "The window has 4 columns, but the padded image only 1 + 2·1 = 3")]
    [InlineData($"StructuredConv(2, 3, 3, [|4|], 2, {Image})", "KRON039", "structuredChannels is 4, but must be at most inChannels = 3")]
    [InlineData($"StructuredConv(2, 3, 3, 3, [|structuredKernel: 5|], {Image})", "KRON039", "structuredKernel is 5, but must be at most kernel = 3")]
    [InlineData("StructuredLayer(4, 5, [|6|])", "KRON039", "structuredInputs is 6, but must be at most inputs = 5")]
    [InlineData("BatchNorm2d(2, 8, 8, [|Epsilon = 0|])", "KRON040", "Epsilon is 0, but must be finite and greater than 0")]
    [InlineData("BatchNorm2d(2, 8, 8, [|Epsilon = 1f / 0|])", "KRON040", "Epsilon is Infinity, but must be finite and greater than 0")]
    [InlineData("BatchNorm2d(2, 8, 8, [|Epsilon = float.NaN|])", "KRON040", "Epsilon is NaN, but must be finite and greater than 0")]
    [InlineData("BatchNorm2d(2, 8, 8, [|Momentum = -0.1f|])", "KRON040", "Momentum is -0.1, but must be 0 to 1")]
    [InlineData("BatchNorm2d(2, 8, 8, [|Momentum = float.NaN|])", "KRON040", "Momentum is NaN, but must be 0 to 1")]
    [InlineData("BatchNorm2d(2, 8, 8, [|Activation = Activation.Maxout|])", "KRON041", "BatchNorm2d does not offer Activation.Maxout; set it on a layer before or after")]
    public void The_argument_is_wrong(string attributes, string id, string message) =>
        DiagnosticAssert.Single($"[{attributes}] partial class C;", id, message);

    [Theory]
    [InlineData("[[|KroneckerConvTerm(2, 3, 3, 1, 2, 1, 1, 3, 2)|]] partial class C;", "KRON013", "'C' has a KroneckerConvTerm attribute but no KroneckerConv attribute; the first shape group is the KroneckerConv's")]
    [InlineData("[KroneckerLayer(4, 2, 3, 2, 1), KroneckerTerm(4, 2, 3, 2, 1), [|KroneckerConvTerm(2, 3, 3, 1, 2, 1, 1, 3, 2)|]] partial class C;", "KRON013", "'C' has a KroneckerConvTerm attribute but no KroneckerConv attribute; the first shape group is the KroneckerConv's")]
    [InlineData("[KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 2, Height = 8, Width = 8), [|KroneckerTerm(4, 2, 3, 2, 1)|]] partial class C;", "KRON013", "'C' has a KroneckerTerm attribute but no KroneckerLayer attribute; the first shape group is the KroneckerLayer's")]
    [InlineData("[MaxPool(2, 8, 8, 2), [|BatchNorm2d(2, 8, 8)|]] partial class C;", "KRON012", "'C' already has a layer attribute; further shapes of a Kronecker layer are KroneckerTerm attributes, of a Kronecker convolution KroneckerConvTerm attributes")]
    public void The_attributes_do_not_go_together(string marked, string id, string message) => DiagnosticAssert.Single(marked, id, message);

    [Fact]
    public void All_that_is_wrong_is_reported_at_once() =>
        GeneratorHarness.Run("using Kron; [DenseConv(0, 3, 3, 3, Height = 0, Stride = 0, Bias = (BiasMode)7)] class C;")
            .DiagnosticIds.ShouldBe(["KRON036", "KRON017", "KRON017", "KRON017", "KRON019", "KRON001"]);

    [Theory]
    [InlineData("DenseConv(1, 1, 1, 1, Height = 1, Width = 1)")]
    [InlineData("DenseConv(2, 3, 3, 3, Height = 1, Width = 1, Padding = 2)")]
    [InlineData("DenseConv(2, 3, 3, 3, Height = 8, Width = 8, StrideH = 100)")]
    [InlineData("KroneckerConv(1, 3, 2, 1, 4, 1, 2, 3, 1, Height = 8, Width = 8, PaddingH = 3, PaddingW = 2)")]
    [InlineData("LowRankConv(4, 4, 3, 2, Height = 8, Width = 8, Padding = 1, Stride = 2, Activation = Activation.Maxout, Pieces = 4)")]
    public void The_argument_is_right(string attributes) => DiagnosticAssert.None($"[{attributes}] public partial class C;");
}
