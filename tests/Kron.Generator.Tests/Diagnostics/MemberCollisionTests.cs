using System;
using System.Linq;
using Kron.Generator.Parsing;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Diagnostics;

/// <summary>Members of the user's beside the generated ones.</summary>
public class MemberCollisionTests
{
    private const string Usings = "using System; ";

    [Theory]
    [InlineData("public int [|InputSize|] => 3;", "C.InputSize", "InputSize")]
    [InlineData("public int [|OutputSize|];", "C.OutputSize", "OutputSize")]
    [InlineData("public event Action? [|Info|] { add { } remove { } }", "C.Info", "Info")]
    [InlineData("private int [|_engine|];", "C._engine", "_engine")]
    [InlineData("private class [|ScalarKernels|];", "C.ScalarKernels", "ScalarKernels")]
    [InlineData("private class [|Definition|]<T>;", "C.Definition<T>", "Definition")]
    [InlineData("void [|CreateProgram|](string other) { }", "C.CreateProgram(string)", "CreateProgram")]
    [InlineData("public int [|Forward|];", "C.Forward", "Forward")]
    [InlineData("public void [|Commit|]() { }", "C.Commit()", "Commit()")]
    [InlineData("public static void [|Commit|]() { }", "C.Commit()", "Commit()")]
    [InlineData("int [|get_InputSize|]() => 3;", "C.get_InputSize()", "InputSize")]
    [InlineData("public int [|Forward|](ReadOnlySpan<float> a, Span<float> b) => 3;", "C.Forward(ReadOnlySpan<float>, Span<float>)", "Forward(ReadOnlySpan<float>, Span<float>)")]
    [InlineData("public void [|Forward|](ReadOnlySpan<float> a, Span<float> b, LayerTape? t) { }", "C.Forward(ReadOnlySpan<float>, Span<float>, LayerTape?)", "Forward(ReadOnlySpan<float>, Span<float>, LayerTape)")]
    [InlineData("public static object? [|Load|](string? file) => null;", "C.Load(string?)", "Load(string)")]
    [InlineData("string INamedParameters.[|Attributes|] => null!;", "C.INamedParameters.Attributes", "INamedParameters.Attributes")]
    [InlineData("public [|C|]() : this(KernelTarget.Best) { }", "C.C()", "C()")]
    [InlineData("public [|C|](KernelTarget t) : this() { }", "C.C(KernelTarget)", "C(KernelTarget)")]
    public void A_member_that_cannot_stand_beside_a_generated_one(string member, string name, string generated) =>
        DiagnosticAssert.Single(
            $"{Usings} [DenseLayer(3, 2)] partial class C {{ {member} }}",
            "KRON007",
            $"'{name}' collides with '{generated}', which Kron generates for 'C'; rename it");

    [Theory]
    [InlineData("public void Forward(float[] input) { }")]
    [InlineData("public void Forward<T>(ReadOnlySpan<float> a, Span<float> b) { }")]
    [InlineData("public void Commit(bool log) { }")]
    [InlineData("public static C Load(System.IO.Stream stream) => new C();")]
    [InlineData("public C(string name) : this() { }")]
    [InlineData("public int Kernels; public int engine; public class Avx10Kernels;")]
    [InlineData("public void set_InputSize() { }")]
    [InlineData("int ILayer.InputSize => 3; void ILayer.Commit() { }")]
    public void An_overload_or_another_name_is_fine(string member) =>
        DiagnosticAssert.None($"{Usings} [DenseLayer(3, 2)] public partial class C {{ {member} }}");

    [Theory]
    [InlineData("Commit")]
    [InlineData("Parameters")]
    [InlineData("Avx2Kernels")]
    public void A_class_cannot_bear_the_name_of_a_generated_member(string name) =>
        DiagnosticAssert.Single(
            $"[DenseLayer(3, 2)] partial class [|{name}|];",
            "KRON007",
            $"'{name}' collides with '{name}', which Kron generates for '{name}'; rename it");

    [Fact]
    public void An_inherited_abstract_member_cannot_be_hidden() =>
        DiagnosticAssert.Single(
            "abstract class Base { public abstract void Commit(); } [DenseLayer(3, 2)] partial class [|C|] : Base;",
            "KRON007",
            "'Base.Commit()' collides with 'Commit()', which Kron generates for 'C'; rename it");

    [Fact]
    public void The_list_holds_every_member_that_is_generated()
    {
        var run = DiagnosticAssert.None("[KroneckerLayer(4, 2, 3, 2, 1)] public partial class C;");
        var generated = run.Output.GetTypeByMetadataName("C")!.GetMembers()
            .Where(member => !member.IsImplicitlyDeclared)
            .Select(member => member is Microsoft.CodeAnalysis.IMethodSymbol { AssociatedSymbol: { } property } ? property.Name : member.Name)
            .Distinct();

        generated.Where(name => !GeneratedMembers.Names.Contains(name)
            && !GeneratedMembers.Methods.Any(method => method.Name == name)
            && !name.Contains(GeneratedMembers.ExplicitInterface, StringComparison.Ordinal)
            && name is not (".ctor" or ".cctor")).ShouldBeEmpty();
    }
}
