using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Parsing;

/// <summary>Every kind of class that can be a layer is completed; what the user wrote in it stays.</summary>
public class LayerClassTests
{
    private const string Attribute = "[Kron.KroneckerLayer(4, 2, 3, 2, 1)]";

    [Theory]
    [InlineData($"{Attribute} partial class C;", "C")]
    [InlineData($"{Attribute} public sealed partial class C {{ }}", "C")]
    [InlineData($"namespace N.M; {Attribute} internal partial class C;", "N.M.C")]
    [InlineData($"namespace N {{ namespace M {{ {Attribute} public partial class C; }} }}", "N.M.C")]
    [InlineData($"public partial class Outer {{ {Attribute} private partial class C; }}", "Outer.C")]
    [InlineData($"public static partial class Outer {{ {Attribute} public partial class C; }}", "Outer.C")]
    [InlineData($"namespace N; partial struct S {{ partial interface I {{ partial record R {{ partial record struct T {{ {Attribute} internal partial class C; }} }} }} }}", "N.S.I.R.T.C")]
    [InlineData($"partial record struct T {{ partial class Outer {{ {Attribute} internal partial class C; }} }}", "T.Outer.C")]
    [InlineData($"readonly ref partial struct S {{ {Attribute} public partial class C; }}", "S.C")]
    [InlineData($"namespace @namespace.@if; partial class @for {{ {Attribute} public partial class @class; }}", "namespace.if.for.class")]
    [InlineData($"namespace N; {Attribute} public partial class @record;", "N.record")]
    [InlineData($"namespace N; {Attribute} public partial class Größe;", "N.Größe")]
    [InlineData($"class Base {{ protected Base(int depth = 1) {{ }} protected virtual void Run() {{ }} }} {Attribute} sealed partial class C : Base {{ protected override void Run() {{ }} }}", "C")]
    [InlineData($"class Base<T> {{ public T? Value {{ get; set; }} }} {Attribute} partial class C : Base<int>;", "C")]
    [InlineData($"public class Base {{ public virtual void Commit() {{ }} public int Info => 3; public static string Load(string path) => path; }} {Attribute} public partial class C : Base;", "C")]
    [InlineData($"{Attribute} public partial class C {{ public int Epoch; public string Describe() => nameof(C); public const int Width = 3; }}", "C")]
    [InlineData($"public partial class C {{ private int _step; public void Step() => _step++; }} {Attribute} public partial class C;", "C")]
    [InlineData("using L = Kron.DenseLayerAttribute; [L(3, 2)] public partial class C;", "C")]
    public void A_class_of_any_valid_kind_is_completed(string source, string fullName)
    {
        GeneratorRun run = GeneratorHarness.Run(source, HarnessOptions.ScalarOnly);

        run.Diagnostics.ShouldBeEmpty();
        run.CompilerDiagnostics.ShouldBeEmpty();
        run.ClassFiles.ShouldHaveSingleItem().HintName.ShouldBe(fullName + ".g.cs");
    }
}
