using System;
using System.Globalization;
using System.Linq;
using Kron.Generator.Emit;
using Kron.Generator.Parsing;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Diagnostics;

/// <summary>What the generator reports itself: the MSBuild property and its own defects.</summary>
public class ProjectDiagnosticsTests
{
    [Fact]
    public void An_unknown_target_is_named_and_the_layers_are_generated_all_the_same()
    {
        GeneratorRun run = GeneratorHarness.Run(
            "[Kron.DenseLayer(3, 2)] public partial class C;",
            new HarnessOptions { KronTargets = "Avx2, Sse2;Scalar;Best" });

        run.Diagnostics.Select(d => d.GetMessage(CultureInfo.InvariantCulture)).ShouldBe(
        [
            "The MSBuild property KronTargets names 'Sse2', which is no target of Kron; the targets are Avx512, Avx2, AdvSimd, Vector128, Scalar, Cuda",
            "The MSBuild property KronTargets names 'Best', which is no target of Kron; the targets are Avx512, Avx2, AdvSimd, Vector128, Scalar, Cuda",
        ]);
        run.DiagnosticIds.ShouldAllBe(id => id == "KRON016");
        run.Files.Select(file => file.HintName).ShouldBe(["C.g.cs", "C-Avx2.g.cs", "C-Scalar.g.cs"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(null, "All", "")]
    [InlineData("", "All", "")]
    [InlineData(" ; ,, ", "All", "")]
    [InlineData("Avx512;Avx2;Scalar", "Avx512, Avx2, Scalar", "")]
    [InlineData(" avx2 , VECTOR128 ", "Avx2, Vector128", "")]
    [InlineData("AdvSimd,AdvSimd", "AdvSimd", "")]
    [InlineData("Avx2,cuda", "Avx2, Cuda", "")]
    [InlineData("Cuda", "All", "")]
    [InlineData("All", "All", "All")]
    [InlineData("None", "All", "None")]
    [InlineData("3", "All", "3")]
    [InlineData("Avx2,x,y", "Avx2", "x|y")]
    public void The_property_names_targets(string? property, string targets, string unknown)
    {
        TargetSelection selection = TargetSelection.Parse(property);

        selection.Targets.ToString().ShouldBe(targets);
        string.Join('|', selection.Unknown).ShouldBe(unknown);
    }

    [Fact]
    public void A_defect_of_the_compiler_becomes_a_text_that_names_it()
    {
        LayerSpec spec = Specs.Parse("[DenseLayer(3, 2)] partial class C;");

        CompiledLayer layer = CompiledLayer.Compile(spec, TargetSet.All, (_, _) => throw new InvalidOperationException("no such\ntile"));

        layer.Files.ShouldBeEmpty();
        layer.Name.ShouldBe("C");
        layer.Failure.ShouldBe("InvalidOperationException: no such tile");
    }

    [Fact]
    public void Cancelling_is_no_defect() =>
        Should.Throw<OperationCanceledException>(() => CompiledLayer.Compile(
            Specs.Parse("[DenseLayer(3, 2)] partial class C;"), TargetSet.All, (_, _) => throw new OperationCanceledException()));
}
