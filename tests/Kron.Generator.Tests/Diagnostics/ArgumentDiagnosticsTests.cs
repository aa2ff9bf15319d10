using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Diagnostics;

/// <summary>Wrong arguments, each with its location and the numbers that correct it.</summary>
public class ArgumentDiagnosticsTests
{
    [Theory]
    [InlineData("KroneckerLayer(4, [|0|], 3, 2, 1)", "KRON017", "m2 is 0, but must be at least 1")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, [|-1|])", "KRON017", "r is -1, but must be at least 1")]
    [InlineData("KroneckerLayer([|int.MinValue|], 2, 3, 2, 1)", "KRON017", "m1 is -2147483648, but must be at least 1")]
    [InlineData("KroneckerLayer(r: 1, [|n2: -7|], n1: 3, m2: 2, m1: 4)", "KRON017", "n2 is -7, but must be at least 1")]
    [InlineData("KroneckerLayer(4, 2, r: 1, n1: 3, [|n2: 0|])", "KRON017", "n2 is 0, but must be at least 1")]
    [InlineData("DenseLayer([|0|], 2)", "KRON017", "m is 0, but must be at least 1")]
    [InlineData("DenseLayer(2, [|2 - 3|], Activation = Activation.Relu)", "KRON017", "n is -1, but must be at least 1")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1), KroneckerTerm(2, 4, [|0|], 2, 1)", "KRON017", "n1 is 0, but must be at least 1")]
    [InlineData("KroneckerLayer([|4096, 4097|], 3, 2, 1)", "KRON018", "m1·m2 is 16781312, but at most 16777216 is supported")]
    [InlineData("KroneckerLayer(4, 2, [|int.MaxValue, int.MaxValue|], 1)", "KRON018", "n1·n2 is 4611686014132420609, but at most 16777216 is supported")]
    [InlineData("KroneckerLayer(4, 2, [|n2: 8192, n1: 4096|], r: 1)", "KRON018", "n1·n2 is 33554432, but at most 16777216 is supported")]
    [InlineData("DenseLayer([|16777217|], 1)", "KRON018", "m is 16777217, but at most 16777216 is supported")]
    [InlineData("[|DenseLayer(16777216, 16)|]", "KRON018", "The number of parameters is 285212672, but at most 268435456 is supported")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, [|65537|], Activation = Activation.Tanh, Nonlinearity = Nonlinearity.PerTerm)", "KRON018", "The number of products is 65537, but at most 65536 is supported")]
    [InlineData("[|KroneckerLayer(20000, 1, 20000, 1, 1)|]", "KRON018", "The number of parameters is 400020001, but at most 268435456 is supported")]
    [InlineData("[|KroneckerLayer(4096, 4096, 4096, 4096, 2)|]", "KRON018", "The number of intermediate values per sample is 33554432, but at most 16777216 is supported")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, [|Activation = (Activation)99|])", "KRON019", "Activation is 99, which is no member of Activation")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, [|Bias = (BiasMode)(-1)|])", "KRON019", "Bias is -1, which is no member of BiasMode")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, [|Nonlinearity = (Nonlinearity)2|])", "KRON019", "Nonlinearity is 2, which is no member of Nonlinearity")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1), KroneckerTerm(2, 4, 2, 3, 1, [|Formulation = (Formulation)4|])", "KRON019", "Formulation is 4, which is no member of Formulation")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1), KroneckerTerm([|2, 3|], 2, 3, 1)", "KRON020", "This term has m1·m2 = 2·3 = 6, but the layer's first shape group has m1·m2 = 4·2 = 8")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1), KroneckerTerm(2, 4, r: 1, [|n2: 5, n1: 7|])", "KRON020", "This term has n1·n2 = 7·5 = 35, but the layer's first shape group has n1·n2 = 3·2 = 6")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, [|Outputs = 9|])", "KRON021", "Outputs is 9, but the factors give m1·m2 = 8; give 1 to 8, or leave it out")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, [|Inputs = -6|])", "KRON021", "Inputs is -6, but the factors give n1·n2 = 6; give 1 to 6, or leave it out")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Activation = Activation.Relu, [|Bias = BiasMode.PerTerm|])", "KRON022", "Without Nonlinearity.PerTerm a bias per term adds up to one bias; use BiasMode.Shared, which computes the same")]
    [InlineData("DenseLayer(4, 2, [|Bias = BiasMode.PerTerm|])", "KRON022", "A dense layer has no terms to have a bias each; use BiasMode.Shared, which computes the same")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, [|Nonlinearity = Nonlinearity.PerTerm|], Bias = BiasMode.PerTerm)", "KRON023", "Nonlinearity.PerTerm has no effect with Activation.None, because the sum of the terms is the same either way; set Activation, or remove Nonlinearity")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, [|Channels = 3|], Width = 2)", "KRON024", "The image is Channels = 3, Height = 0, Width = 2; give all three, each at least 1, or none")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Channels = 3, [|Height = -1|], Width = 2)", "KRON024", "The image is Channels = 3, Height = -1, Width = 2; give all three, each at least 1, or none")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Formulation = Formulation.I, [|Channels = 3|])", "KRON024", "The image is Channels = 3, Height = 0, Width = 0; give all three, each at least 1, or none")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, [|Channels = 3|], Height = 2, Width = 2)", "KRON025", "The image has Channels·Height·Width = 3·2·2 = 12 values, but the layer has 6 inputs")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, [|Channels = int.MaxValue|], Height = int.MaxValue, Width = int.MaxValue)", "KRON025", "The image has Channels·Height·Width = 2147483647·2147483647·2147483647 = 9903520300447984150353281023 values, but the layer has 6 inputs")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, [|Formulation = Formulation.II|])", "KRON026", "Formulation.II reads the input as an image; give Channels, Height and Width on the KroneckerLayer attribute")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1), KroneckerTerm(4, 2, 3, 2, 1, [|Formulation = Formulation.III|])", "KRON026", "Formulation.III reads the input as an image; give Channels, Height and Width on the KroneckerLayer attribute")]
    [InlineData("KroneckerLayer(4, 2, [|5, 12|], 1, Formulation = Formulation.I, Channels = 3, Height = 4, Width = 5)", "KRON027", "Formulation.I of a 3×4×5 image needs n1 = c = 3 and n2 = h·w = 20, but n1 = 5 and n2 = 12")]
    [InlineData("KroneckerLayer(4, 2, [|5, 12|], 1, Formulation = Formulation.II, Channels = 3, Height = 4, Width = 5)", "KRON027", "Formulation.II of a 3×4×5 image needs n1 = c·h = 12 and n2 = w = 5, but n1 = 5 and n2 = 12")]
    [InlineData("KroneckerLayer(4, 2, [|5, 12|], 1, Formulation = Formulation.III, Channels = 3, Height = 4, Width = 5)", "KRON027", "Formulation.III of a 3×4×5 image needs n1 = c·w = 15 and n2 = h = 4, but n1 = 5 and n2 = 12")]
    [InlineData("KroneckerLayer(4, 2, 3, 20, 1, Formulation = Formulation.I, Channels = 3, Height = 4, Width = 5), KroneckerTerm(4, 2, [|20, 3|], 1, Formulation = Formulation.II)", "KRON027", "Formulation.II of a 3×4×5 image needs n1 = c·h = 12 and n2 = w = 5, but n1 = 20 and n2 = 3")]
    [InlineData("KroneckerLayer(4, 2, 3, 21, 1, Formulation = Formulation.I, Channels = 3, Height = 4, Width = 5, [|Inputs = 60|])", "KRON028", "Inputs is 60 and is padded to n1·n2 = 63, but Formulation.I reads every value of an image; give Inputs = n1·n2, or use Formulation.Matrix")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Activation = Activation.Maxout, [|Pieces = 3|])", "KRON029", "Pieces is 3, but must be at least 2 and divide the layer's 8 pre-activations")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Activation = Activation.Maxout, [|Pieces = 1|])", "KRON029", "Pieces is 1, but must be at least 2 and divide the layer's 8 pre-activations")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Activation = Activation.Maxout, [|Pieces = int.MinValue|])", "KRON029", "Pieces is -2147483648, but must be at least 2 and divide the layer's 8 pre-activations")]
    [InlineData("DenseLayer(4, 2, Activation = Activation.Maxout, [|Pieces = 0|])", "KRON029", "Pieces is 0, but must be at least 2 and divide the layer's 4 pre-activations")]
    [InlineData("DenseLayer(3, 2, [|Activation = Activation.Maxout|])", "KRON029", "Pieces is 2, but must be at least 2 and divide the layer's 3 pre-activations")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Outputs = 7, [|Activation = Activation.Maxout|])", "KRON029", "Pieces is 2, but must be at least 2 and divide the layer's 7 pre-activations")]
    [InlineData("DenseLayer(3, 2, Activation = Activation.LeakyRelu, [|Slope = float.NaN|])", "KRON030", "Slope is NaN, but must be a finite number")]
    [InlineData("DenseLayer(3, 2, Activation = Activation.LeakyRelu, [|Slope = -1f / 0|])", "KRON030", "Slope is -Infinity, but must be a finite number")]
    [InlineData("DenseLayer(3, 2, [|Slope = 0.5f|])", "KRON031", "Slope has no effect with Activation.None; only Activation.LeakyRelu reads it")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Activation = Activation.Relu, [|Pieces = 2|])", "KRON031", "Pieces has no effect with Activation.Relu; only Activation.Maxout reads it")]
    public void The_argument_is_wrong(string attributes, string id, string message) =>
        DiagnosticAssert.Single($"[{attributes}] partial class C;", id, message);

    [Fact]
    public void All_that_is_wrong_is_reported_at_once() =>
        GeneratorHarness.Run("using Kron; [KroneckerLayer(0, 2, -3, 2, 1, Activation = (Activation)8), KroneckerTerm(4, 0, 1, 1, 1)] static class C;")
            .DiagnosticIds.ShouldBe(["KRON017", "KRON017", "KRON019", "KRON017", "KRON001", "KRON002"]);

    [Theory]
    [InlineData("KroneckerLayer")]
    [InlineData("KroneckerLayer(1, 2)")]
    [InlineData("KroneckerLayer(1, 2, 3, 4, \"5\")")]
    [InlineData("KroneckerLayer(1, 2, 3, 4, missing)")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Rank = 3)")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Slope = \"steep\")")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1), KroneckerTerm(null, 4, 2, 3, 1)")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1")]
    [InlineData("DenseLayer(int.MaxValue + 1, 4)")]
    public void What_the_compiler_refuses_itself_is_left_to_it(string attributes)
    {
        GeneratorRun run = GeneratorHarness.Run($"using Kron; [{attributes}] partial class C {{ }}", HarnessOptions.ScalarOnly);

        run.Diagnostics.ShouldBeEmpty();
        run.Result.Exception.ShouldBeNull();
        run.CompilerDiagnostics.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Outputs = 0, Inputs = 0)")]
    [InlineData("KroneckerLayer(8, 4, 6, 4, 1, Outputs = 31, Inputs = 23)")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Outputs = 6, Activation = Activation.Maxout, Pieces = 3)")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Channels = 0, Height = 0, Width = 0)")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Channels = 1, Height = 2, Width = 3)")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Channels = 1, Height = 5, Width = 1, Inputs = 5, Bias = BiasMode.None)")]
    [InlineData("KroneckerLayer(4, 2, 15, 4, 1, Formulation = Formulation.III, Channels = 3, Height = 4, Width = 5, Inputs = 60)")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Activation = Activation.Tanh, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm)")]
    [InlineData("KroneckerLayer(4, 2, 3, 2, 1, Activation = Activation.Tanh, Nonlinearity = Nonlinearity.PerTerm)")]
    [InlineData("DenseLayer(1, 1, Bias = BiasMode.None, Activation = Activation.LeakyRelu, Slope = -3)")]
    public void The_argument_is_right(string attributes) => DiagnosticAssert.None($"[{attributes}] public partial class C;");
}
