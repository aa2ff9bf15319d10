using System;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Kron.CompilerServices;
using Kron.Generator.Emit;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Shouldly;
using Xunit;
using LayerKind = Kron.CompilerServices.LayerKind;

namespace Kron.Generator.Tests.Emit;

/// <summary>What the emitted class of each kind tells the runtime of itself, and what it can do.</summary>
public class DefinitionTests
{
    private static readonly string[] Names = ["FromDense", "ToDense"];

    [Fact]
    public void A_Kronecker_convolution()
    {
        LayerDefinition definition = Definition("[KroneckerConv(2, 3, 3, 1, 2, 1, 1, 3, 2, Height = 7, Width = 8, StrideW = 2, PaddingH = 1)] [KroneckerConvTerm(1, 3, 1, 1, 4, 1, 3, 3, 1)]", out Type type);

        definition.Kind.ShouldBe(LayerKind.Kronecker);
        definition.Groups.ShouldBe(
        [
            new ShapeGroup(M1: 2, M2: 2, N1: 3, N2: 1, R: 2) { H1 = 3, W2 = 3 },
            new ShapeGroup(M1: 1, M2: 4, N1: 3, N2: 1, R: 1) { H2 = 3, W2 = 3 },
        ]);
        definition.Window.ShouldBe(new ImageWindow(3, 7, 8, 3, 3, 1, 2, 1, 0));
        (definition.Inputs, definition.Outputs, definition.Pixels, definition.Channels).ShouldBe((168, 84, 21, 4));
        definition.Image.ShouldBe((0, 0, 0));
        Dense(type).ShouldBe(["FromDense", "FromDense", "ToDense"]);
    }

    [Fact]
    public void A_low_rank_convolution()
    {
        LayerDefinition definition = Definition("[LowRankConv(4, 3, 3, 2, Height = 7, Width = 8, Activation = Activation.Maxout)]", out Type type);

        definition.Kind.ShouldBe(LayerKind.LowRank);
        definition.Groups.ShouldBe([new ShapeGroup(M1: 1, M2: 4, N1: 3, N2: 1, R: 2) { H1 = 3, W2 = 3 }]);
        (definition.Channels, definition.OutputSize).ShouldBe((4, 2 * 30));
        Dense(type).ShouldBe(["FromDense", "FromDense", "ToDense"]);
    }

    [Fact]
    public void Structured_kinds()
    {
        LayerDefinition convolution = Definition("[StructuredConv(4, 3, 3, 2, 1, Height = 7, Width = 8)]", out Type type);
        convolution.Kind.ShouldBe(LayerKind.Structured);
        convolution.Structured.ShouldBe((2, 1, 1));
        convolution.Window.ShouldBe(new ImageWindow(3, 7, 8, 3, 3, 1, 1, 0, 0));
        Dense(type).ShouldBe(["FromDense", "FromDense", "ToDense"]);

        LayerDefinition layer = Definition("[StructuredLayer(4, 9, 5)]", out type);
        layer.Kind.ShouldBe(LayerKind.Structured);
        layer.Structured.ShouldBe((5, 1, 1));
        layer.Window.ShouldBeNull();
        Dense(type).ShouldBe(["FromDense", "FromDense", "ToDense"]);
    }

    [Theory]
    [InlineData("[MaxPool(3, 7, 8, 2)]", LayerKind.MaxPool)]
    [InlineData("[AvgPool(3, 7, 8, 2)]", LayerKind.AveragePool)]
    public void Pools_have_no_dense_form(string attribute, LayerKind kind)
    {
        LayerDefinition definition = Definition(attribute, out Type type);

        definition.Kind.ShouldBe(kind);
        definition.Bias.ShouldBe(BiasMode.None);
        definition.Window.ShouldBe(new ImageWindow(3, 7, 8, 2, 2, 2, 2, 0, 0));
        Dense(type).ShouldBeEmpty();
    }

    [Fact]
    public void Batch_normalisation()
    {
        LayerDefinition definition = Definition("[BatchNorm2d(3, 7, 8, Momentum = 0.25f)]", out Type type);

        definition.Kind.ShouldBe(LayerKind.BatchNorm);
        definition.Normalization.ShouldBe((1e-5f, 0.25f));
        definition.Window.ShouldBe(new ImageWindow(3, 7, 8, 1, 1, 1, 1, 0, 0));
        Dense(type).ShouldBeEmpty();
    }

    [Fact]
    public void A_dense_convolution_takes_the_weight_of_its_framework()
    {
        LayerSpec spec = Specs.Parse("[DenseConv(4, 3, 1, 5, Height = 7, Width = 8)] partial class C;");

        string text = LayerEmitter.Emit(spec, [Nothing])[0].Text;

        text.ShouldContain("/// <summary>Creates the layer from a trained kernel.</summary>");
        text.ShouldContain("/// <param name=\"weight\">4 × 3 × 1 × 5 values [o, c, h, w], row-major, as nn.Conv2d stores them.</param>");
        text.ShouldContain("/// <param name=\"bias\">4 values, or empty for zeros.</param>");
        text.ShouldNotContain("Kind =");
    }

    private static LayerProgramIr Nothing => new(Targets.Scalar, 1, [], [], new ProgramSizes(0, 0, 0, 0, 0), []);

    /// <summary>The definition that the emitted class holds; its kernels are left out.</summary>
    private static LayerDefinition Definition(string attributes, out Type type)
    {
        LayerSpec spec = Specs.Parse(attributes + " partial class C;");
        using var image = new System.IO.MemoryStream();
        GeneratorHarness.CreateCompilation(["public partial class C;", .. LayerEmitter.Emit(spec, [Nothing]).Select(file => file.Text)]).Emit(image).Diagnostics
            .Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)
            .Select(diagnostic => diagnostic.ToString())
            .ShouldBeEmpty();
        image.Position = 0;
        type = new AssemblyLoadContext("Emitted", isCollectible: true).LoadFromStream(image).GetType("C", throwOnError: true)!;
        var definition = (LayerDefinition)type.GetProperty("Definition", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
        definition.Attributes.ShouldBe(attributes.Replace("] [", "]\n[", StringComparison.Ordinal));
        return definition;
    }

    private static string[] Dense(Type type) => [.. type.GetMethods().Select(method => method.Name).Where(Names.Contains).Order()];
}
