using System.Linq;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Parsing;

/// <summary>What the attributes mean.</summary>
public class LayerSpecTests
{
    [Fact]
    public void A_layer_of_one_shape()
    {
        LayerSpec spec = Specs.Parse("namespace N { partial class Outer { [KroneckerLayer(64, 4, 256, 25, 5, Activation = Activation.Relu)] partial class C; } }");

        spec.ShouldBe(new LayerSpec(
            new TypeSpec("N", ["partial class Outer"], "C", "N.Outer.C"),
            "[KroneckerLayer(64, 4, 256, 25, 5, Activation = Activation.Relu)]",
            Inputs: 6400,
            Outputs: 256,
            [new GroupSpec(64, 4, 256, 25, 5)],
            Image: null,
            new EpilogueSpec(ActivationKind.Relu, Slope: 0, Pieces: 1, PerTerm: false, BiasKind.Shared)));
        spec.IsDense.ShouldBeFalse();
        spec.OutputSize.ShouldBe(256);
    }

    [Fact]
    public void A_sum_over_shapes_of_an_image_with_every_option()
    {
        LayerSpec spec = Specs.Parse(
            """
            [KroneckerTerm(128, 2, 1280, 5, 2, Formulation = Formulation.II)]
            [KroneckerLayer(64, 4, r: 3, n2: 25, n1: 256, Width = 5, Height = 5, Channels = 256, Pieces = 5, Outputs = 255, Formulation = Formulation.I,
                Bias = BiasMode.PerTerm, Nonlinearity = Nonlinearity.PerTerm, Activation = Activation.Maxout)]
            partial class C;
            [KroneckerTerm(32, 8, 1280, 5, 1, Formulation = Formulation.III)]
            partial class C;
            """);

        spec.Groups.ShouldBe(
        [
            new GroupSpec(64, 4, 256, 25, 3, FormulationKind.I),
            new GroupSpec(128, 2, 1280, 5, 2, FormulationKind.II),
            new GroupSpec(32, 8, 1280, 5, 1, FormulationKind.III),
        ]);
        spec.Image.ShouldBe(new ImageSpec(256, 5, 5));
        spec.Epilogue.ShouldBe(new EpilogueSpec(ActivationKind.Maxout, Slope: 0, Pieces: 5, PerTerm: true, BiasKind.PerTerm));
        spec.OutputSize.ShouldBe(51);
        spec.Attributes.ShouldBe(
            """
            [KroneckerLayer(64, 4, 256, 25, 3, Formulation = Formulation.I, Channels = 256, Height = 5, Width = 5, Outputs = 255, Activation = Activation.Maxout, Pieces = 5, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm)]
            [KroneckerTerm(128, 2, 1280, 5, 2, Formulation = Formulation.II)]
            [KroneckerTerm(32, 8, 1280, 5, 1, Formulation = Formulation.III)]
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_dense_layer()
    {
        LayerSpec spec = Specs.Parse("[DenseLayer(n: 6400, m: 256, Activation = Activation.LeakyRelu, Slope = -0.2f, Bias = BiasMode.None)] partial class C;");

        spec.IsDense.ShouldBeTrue();
        (spec.Inputs, spec.Outputs).ShouldBe((6400, 256));
        spec.Epilogue.ShouldBe(new EpilogueSpec(ActivationKind.LeakyRelu, -0.2f, Pieces: 1, PerTerm: false, BiasKind.None));
        spec.Attributes.ShouldBe("[DenseLayer(256, 6400, Activation = Activation.LeakyRelu, Slope = -0.2f, Bias = BiasMode.None)]");
    }

    [Theory]
    [InlineData("KroneckerLayer(4, 3, 5, 2, 1, Outputs = 11, Inputs = 9)", 9, 11)]
    [InlineData("KroneckerLayer(4, 3, 5, 2, 1, Outputs = 0, Inputs = 0)", 10, 12)]
    [InlineData("KroneckerLayer(4, 3, 5, 2, 1, Outputs = 12)", 10, 12)]
    public void Sizes_are_those_of_the_layer_not_of_its_padding(string attribute, int inputs, int outputs)
    {
        LayerSpec spec = Specs.Parse($"[{attribute}] partial class C;");

        (spec.Inputs, spec.Outputs).ShouldBe((inputs, outputs));
    }

    [Theory]

    // Constants and names of the user's, other spellings of the same value, an option's default, another order.
    [InlineData("const int R = 2; [KroneckerLayer(C.M, 3, 5, 1 + 1, r: R)]", "[KroneckerLayer(4, 3, 5, 2, 2)]")]
    [InlineData("[Kron.KroneckerLayerAttribute(0x4, 3, 5, 'b' - 'a' + 1, 2, Activation = default, Bias = BiasMode.Shared)]", "[KroneckerLayer(4, 3, 5, 2, 2)]")]
    [InlineData("[KroneckerLayer(4, 3, 5, 2, 2, Slope = 0.010f, Activation = (Activation)2)]", "[KroneckerLayer(4, 3, 5, 2, 2, Activation = Activation.LeakyRelu)]")]
    public void The_text_of_the_attributes_says_what_they_mean(string attribute, string expected)
    {
        LayerSpec spec = Specs.Parse($"partial class Outer {{ {attribute} public partial class C {{ public const int M = 4; }} }}");

        spec.Attributes.ShouldBe(expected);
        Specs.Parse(expected + " partial class C;").Attributes.ShouldBe(expected);
    }

    [Fact]
    public void Specs_of_equal_layers_are_equal_and_of_others_are_not()
    {
        const string Source = "[KroneckerLayer(4, 3, 6, 2, 2, Activation = Activation.LeakyRelu, Slope = 0.5f, Channels = 3, Height = 2, Width = 2), KroneckerTerm(2, 6, 3, 4, 1, Formulation = Formulation.I)] partial class C;";
        LayerSpec spec = Specs.Parse(Source);

        Specs.Parse("\n\n// Moved.\n" + Source).ShouldBe(spec);
        Specs.Parse(Source).GetHashCode().ShouldBe(spec.GetHashCode());
        string[] others =
        [
            Source.Replace("0.5f", "0.25f", System.StringComparison.Ordinal),
            Source.Replace("2, 2, Act", "2, 1, Act", System.StringComparison.Ordinal),
            Source.Replace("2, 6, 3", "6, 2, 3", System.StringComparison.Ordinal),
            Source.Replace(", Formulation = Formulation.I", "", System.StringComparison.Ordinal),
            Source.Replace("Slope", "Bias = BiasMode.None, Slope", System.StringComparison.Ordinal),
            Source.Replace("Slope", "Outputs = 11, Slope", System.StringComparison.Ordinal),
            "namespace N; " + Source,
        ];
        others.Select(Specs.Parse).ShouldAllBe(other => !other.Equals(spec));
    }

    [Fact]
    public void Files_of_types_whose_names_differ_in_case_or_nesting_alone_do_not_meet()
    {
        GeneratorRun run = GeneratorHarness.Run(
            """
            using Kron;
            namespace N { [DenseLayer(3, 2)] partial class Fc; [DenseLayer(3, 2)] partial class FC; }
            namespace n { [DenseLayer(3, 2)] partial class Fc; partial class Outer { [DenseLayer(3, 2)] partial class C; } }
            namespace n.outer { [DenseLayer(3, 2)] partial class C; }
            """,
            HarnessOptions.ScalarOnly);

        run.Result.Exception.ShouldBeNull();
        run.CompilerDiagnostics.ShouldBeEmpty();
        run.Files.Select(file => file.HintName.ToUpperInvariant()).Distinct().Count().ShouldBe(5 * 2);
    }

    [Fact]
    public void A_type_and_a_namespace_of_one_name_are_the_compilers_error_and_no_crash()
    {
        GeneratorRun run = GeneratorHarness.Run(
            "namespace N { partial class A { [Kron.DenseLayer(3, 2)] partial class C; } } namespace N.A { [Kron.DenseLayer(3, 2)] partial class C; }",
            HarnessOptions.ScalarOnly);

        run.Result.Exception.ShouldBeNull();
        run.CompilerDiagnostics.Select(d => d.Id).ShouldContain("CS0101");
    }
}
