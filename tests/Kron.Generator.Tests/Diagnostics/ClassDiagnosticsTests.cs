using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Diagnostics;

/// <summary>A class that cannot be completed as a layer.</summary>
public class ClassDiagnosticsTests
{
    [Theory]
    [InlineData("[DenseLayer(3, 2)] class [|C|];", "KRON001", "'C' must be declared partial, for Kron to complete 'C'")]
    [InlineData("class [|Outer|] { [DenseLayer(3, 2)] partial class C; }", "KRON001", "'Outer' must be declared partial, for Kron to complete 'C'")]
    [InlineData("partial class A { struct [|B|] { [DenseLayer(3, 2)] partial class C; } }", "KRON001", "'B' must be declared partial, for Kron to complete 'C'")]
    [InlineData("[DenseLayer(3, 2)] static partial class [|C|];", "KRON002", "'C' is static, but a layer is an object that owns its parameters")]
    [InlineData("[DenseLayer(3, 2)] partial class [|C|]<T>;", "KRON003", "'C' is generic, but the layer 'C' has one fixed shape; neither it nor a type around it can have type parameters")]
    [InlineData("partial interface [|Outer|]<in T> { [DenseLayer(3, 2)] partial class C; }", "KRON003", "'Outer' is generic, but the layer 'C' has one fixed shape; neither it nor a type around it can have type parameters")]
    [InlineData("[DenseLayer(3, 2)] abstract partial class [|C|];", "KRON004", "'C' is abstract, but FromDense and Load create objects of it")]
    [InlineData("[DenseLayer(3, 2)] partial record [|C|];", "KRON005", "'C' is a record, whose copies would share one layer's parameters; declare a class")]
    [InlineData("[DenseLayer(3, 2)] partial record class [|C|](int X);", "KRON005", "'C' is a record, whose copies would share one layer's parameters; declare a class")]
    [InlineData("[DenseLayer(3, 2)] file partial class [|C|];", "KRON006", "'C' is local to its file, so that no other file can complete 'C'")]
    [InlineData("file partial class [|Outer|] { [DenseLayer(3, 2)] internal partial class C; }", "KRON006", "'Outer' is local to its file, so that no other file can complete 'C'")]
    [InlineData("[DenseLayer(3, 2)] partial class C { public [|C|](string name) { } }", "KRON008", "This constructor of 'C' must begin with ': this()' or ': this(target)', which set up the layer")]
    [InlineData("[DenseLayer(3, 2)] partial class C { private [|C|](string name) : base() { } }", "KRON008", "This constructor of 'C' must begin with ': this()' or ': this(target)', which set up the layer")]
    [InlineData("[DenseLayer(3, 2)] partial class C[|(int x)|] { public int X => x; }", "KRON009", "'C' has a primary constructor, which the generated constructors cannot call; declare an ordinary constructor that chains to 'this()'")]
    [InlineData("[DenseLayer(3, 2)] partial class C { public required int [|X|]; }", "KRON010", "'X' is required, so that the generated FromDense and Load could not create a 'C'")]
    [InlineData("class Base { public required int X { get; set; } } [DenseLayer(3, 2)] partial class [|C|] : Base;", "KRON010", "'X' is required, so that the generated FromDense and Load could not create a 'C'")]
    [InlineData("class Base(int x) { public int X => x; } [DenseLayer(3, 2)] partial class [|C|] : Base;", "KRON011", "The base class 'Base' has no accessible constructor without parameters, which the generated constructors of 'C' call")]
    [InlineData("class Base { private Base() { } } [DenseLayer(3, 2)] partial class [|C|] : Base;", "KRON011", "The base class 'Base' has no accessible constructor without parameters, which the generated constructors of 'C' call")]
    [InlineData("[KroneckerLayer(4, 2, 3, 2, 1), [|DenseLayer(8, 6)|]] partial class C;", "KRON012", "'C' already has a layer attribute; further shapes of a Kronecker layer are KroneckerTerm attributes, of a Kronecker convolution KroneckerConvTerm attributes")]
    [InlineData("[[|KroneckerTerm(4, 2, 3, 2, 1)|]] partial class C;", "KRON013", "'C' has a KroneckerTerm attribute but no KroneckerLayer attribute; the first shape group is the KroneckerLayer's")]
    [InlineData("[DenseLayer(8, 6)] [[|KroneckerTerm(4, 2, 3, 2, 1)|]] partial class C;", "KRON013", "'C' has a KroneckerTerm attribute but no KroneckerLayer attribute; the first shape group is the KroneckerLayer's")]
    public void The_class_is_wrong(string marked, string id, string message) => DiagnosticAssert.Single(marked, id, message);

    [Fact]
    public void A_layer_attribute_on_two_parts_of_a_class_generates_nothing_twice()
    {
        GeneratorRun run = GeneratorHarness.Run(
            ["[Kron.DenseLayer(3, 2)] partial class C;", "[Kron.DenseLayer(4, 2)] partial class C;"]);

        run.DiagnosticIds.ShouldBe(["KRON012"]);
        run.Result.Exception.ShouldBeNull();
        run.Files.ShouldBeEmpty();
    }

    [Fact]
    public void A_constructor_that_chains_through_another_is_fine() =>
        GeneratorHarness.Run(
            "[Kron.DenseLayer(3, 2)] partial class C { public C(string a) : this(a, 1) { } private C(string a, int b) : this() { } static C() { } ~C() { } }",
            HarnessOptions.ScalarOnly)
            .Diagnostics.ShouldBeEmpty();

    [Fact]
    public void Unsafe_code_must_be_allowed() => DiagnosticAssert.Single(
        "[[|DenseLayer(3, 2)|]] partial class C;",
        "KRON014",
        "The generated code of 'C' works on pointers; add <AllowUnsafeBlocks>true</AllowUnsafeBlocks> to the project file",
        new HarnessOptions { AllowUnsafe = false });

    [Theory]
    [InlineData(LanguageVersion.CSharp11, "11.0")]
    [InlineData(LanguageVersion.CSharp9, "9.0")]
    [InlineData(LanguageVersion.CSharp7_3, "7.3")]
    public void Older_language_versions_are_refused(LanguageVersion version, string name) => DiagnosticAssert.Single(
        "[[|DenseLayer(3, 2)|]] partial class C { }",
        "KRON015",
        $"The generated code of 'C' needs C# 12.0 or newer, but the project compiles C# {name}; remove or raise <LangVersion> in the project file",
        new HarnessOptions { Language = version });

    [Theory]
    [InlineData("struct C { }")]
    [InlineData("interface C { }")]
    [InlineData("enum C { A }")]
    [InlineData("delegate void C();")]
    public void What_the_compiler_refuses_itself_is_left_to_it(string declaration)
    {
        GeneratorRun run = GeneratorHarness.Run("[Kron.DenseLayer(3, 2)] " + declaration);

        run.Diagnostics.ShouldBeEmpty();
        run.Files.ShouldBeEmpty();
        run.CompilerDiagnostics.ShouldContain(d => d.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void A_class_without_attributes_of_Kron_is_none_of_its_business() =>
        GeneratorHarness.Run("[System.Obsolete] class C { } class KroneckerLayerAttribute : System.Attribute { } [KroneckerLayer] class D { }")
            .Diagnostics.ShouldBeEmpty();

    [Fact]
    public void A_warning_can_be_disabled_where_it_is() =>
        GeneratorHarness.Run("""
            #pragma warning disable KRON034
            [Kron.KroneckerLayer(8, 8, 8, 8, 5)] partial class C;
            #pragma warning restore KRON034
            """,
            HarnessOptions.ScalarOnly).Diagnostics.ShouldAllBe(d => d.IsSuppressed);
}
