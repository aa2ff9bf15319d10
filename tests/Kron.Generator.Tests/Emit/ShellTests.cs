using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Kron.Generator.Emit;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Emit;

/// <summary>The emitted class, compiled and run on the runtime's engine.</summary>
public sealed class ShellTests
{
    private static readonly Lazy<Type> Tiny = new(() => Load(TinyDense.Sources).GetType("Demo.Layers.Outer+Tiny", throwOnError: true)!);

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Forward_computes_the_layer_on_each_target(string target)
    {
        var layer = (ILayer)Activator.CreateInstance(Tiny.Value, Enum.Parse<KernelTarget>(target))!;
        layer.InputSize.ShouldBe(3);
        layer.OutputSize.ShouldBe(5);
        layer.Parameters.Length.ShouldBe(20);
        for (int index = 0; index < 20; index++)
        {
            layer.Parameters[index] = ((index * 7 % 11) - 5) / 4f;
        }

        layer.Commit();
        foreach (int batch in new[] { 0, 1, 2, 5 })
        {
            float[] input = [.. Enumerable.Range(0, batch * 3).Select(index => ((index * 5 % 13) - 6) / 8f)];
            float[] output = new float[batch * 5];
            layer.Forward(input, output);
            for (int sample = 0; sample < batch; sample++)
            {
                for (int row = 0; row < 5; row++)
                {
                    double sum = layer.Parameters[15 + row];
                    for (int k = 0; k < 3; k++)
                    {
                        sum += (double)layer.Parameters[(row * 3) + k] * input[(sample * 3) + k];
                    }

                    output[(sample * 5) + row].ShouldBe((float)Math.Max(sum, 0));
                }
            }
        }
    }

    [Fact]
    public void The_parameterless_constructor_takes_the_best_target_and_zeros()
    {
        var layer = (ILayer)Activator.CreateInstance(Tiny.Value)!;
        var target = (KernelTarget)Tiny.Value.GetProperty("Target")!.GetValue(layer)!;
        target.ShouldBe(CompilerServices.KernelTargets.Resolve(KernelTarget.Best, Enum.GetValues<KernelTarget>()));
        layer.Parameters.ToArray().ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void A_target_the_machine_lacks_is_refused()
    {
        KernelTarget missing = Enum.GetValues<KernelTarget>().First(target => !CompilerServices.KernelTargets.IsSupported(target));
        Should.Throw<TargetInvocationException>(() => Activator.CreateInstance(Tiny.Value, missing))
            .InnerException.ShouldBeOfType<PlatformNotSupportedException>();
    }

    [Fact]
    public void Info_holds_what_the_compiler_chose()
    {
        var info = (LayerInfo)Tiny.Value.GetProperty("Info")!.GetValue(null)!;
        info.Parameters.ShouldBe(20);
        info.MultiplyAdds.ShouldBe(15);
        info.Targets.Select(target => target.Target.ToString()).ShouldBe(Targets.All.Select(target => target.Name));
        info.Targets[1].Schedule.ShouldBe(["y = relu(W x + b): \"1\" panels"]);
        info.Targets[1].PackedBytes.ShouldBe(4 * 3 * 8);
        info.Targets[1].SampleBlock.ShouldBe(2);
        info.Targets[1].InferenceBytes.ShouldBe(4 * (20 + (3 * 8)));
    }

    [Fact]
    public void The_layer_saves_loads_and_names_its_parameters()
    {
        var layer = (ILayer)Activator.CreateInstance(Tiny.Value)!;
        ((INamedParameters)layer).ParameterTensors.Select(tensor => tensor.Name).ShouldBe(["weight", "bias"]);
        ((INamedParameters)layer).Attributes.ShouldBe(TinyDense.Spec.Attributes);
        ((INamedParameters)layer).Definition.ShouldNotBeNull().Attributes.ShouldBe(TinyDense.Spec.Attributes);
        layer.Parameters[7] = 3.5f;
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Tiny.Value.GetMethod("Save")!.Invoke(layer, [path]);
            var loaded = (ILayer)Tiny.Value.GetMethod("Load")!.Invoke(null, [path])!;
            loaded.Parameters.ToArray().ShouldBe(layer.Parameters.ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Every_public_member_is_documented_and_nothing_warns()
    {
        // With the pragma that protects users, a missing comment would not show.
        string[] sources = [.. TinyDense.Sources.Select(source => source.Replace(FileHeader.Warnings, "", StringComparison.Ordinal))];
        CSharpParseOptions options = new(LanguageVersion.CSharp12, DocumentationMode.Diagnose);
        SyntaxTree[] trees = [.. sources.Select(source => CSharpSyntaxTree.ParseText(source, options))];
        CSharpCompilation compilation = GeneratorHarness.CreateCompilation([]).AddSyntaxTrees(trees);
        compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden && diagnostic.Location.SourceTree != trees[0])
            .Select(diagnostic => diagnostic.ToString())
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("namespace N; public partial class C;", "N", "C")]
    [InlineData("partial class C;", "", "C")]
    public void Classes_with_and_without_namespace_compile(string declaration, string @namespace, string name)
    {
        LayerSpec spec = TinyDense.Spec with { Type = new TypeSpec(@namespace, [], name, name) };
        Load([declaration, .. LayerEmitter.Emit(spec, TinyDense.Programs).Select(file => file.Text)]);
    }

    [Fact]
    public void Names_of_the_users_do_not_capture_the_emitted_code()
    {
        // Types and members of the user's with names that the emitted code uses.
        const string declaration = """
            global using Clash;
            namespace Clash { public class Vector512 { } public class Avx512F { } public class Simd512 { } public class KernelFrame { } public class MethodImpl { } }
            namespace Demo.Layers
            {
                public class System { public class Array { } }
                public class Kron { }
                public partial class Outer { public sealed partial class Tiny { public int Kron2; public static readonly Tiny Shared = new(); public static int String(int value) => value; } }
            }
            """;
        Load([declaration, .. TinyDense.Files.Select(file => file.Text)]);
    }

    [Fact]
    public void A_per_term_layer_neither_fits_nor_expands()
    {
        LayerSpec spec = TinyDense.Spec with
        {
            Inputs = 6,
            Outputs = 8,
            Groups = [new GroupSpec(4, 2, 3, 2, 2)],
            Epilogue = new EpilogueSpec(ActivationKind.Tanh, 0, 1, true, BiasKind.PerTerm),
        };
        LayerProgramIr empty = new(Targets.Scalar, 1, [], [], new ProgramSizes(0, 0, 0, 0, 0), []);
        Type type = Load([TinyDense.Declaration, .. LayerEmitter.Emit(spec, [empty]).Select(file => file.Text)]).GetType("Demo.Layers.Outer+Tiny")!;
        type.GetMethods().Select(method => method.Name).ShouldNotContain(name => name == "FromDense" || name == "ToDense");
        type.GetMethods().Select(method => method.Name).ShouldContain("Initialize");
    }

    [Fact]
    public void Files_have_names_of_their_own_and_the_header_describes_the_layer()
    {
        LayerSpec spec = TinyDense.Spec with
        {
            Inputs = 6400,
            Outputs = 256,
            Groups = [new GroupSpec(64, 4, 256, 25, 5)],
        };
        var files = LayerEmitter.Emit(spec, TinyDense.Programs);
        files.Select(file => file.HintName).ShouldBe(
            ["Demo.Layers.Outer.Tiny.g.cs", .. Targets.All.Select(target => $"Demo.Layers.Outer.Tiny-{target.Name}.g.cs")]);
        files[0].Text.ShouldContain("y = relu(Σ_{i≤5} (A_i ⊗ B_i) x + b)");
        files[0].Text.ShouldContain("82 676 parameters; a dense layer has 1 638 656, 19.82 times as many");
        // B first: 5·(4·6400 + 256·256); A first would be 5·(64·6400 + 25·256).
        files[0].Text.ShouldContain("455 680 multiply-adds per sample; a dense layer has 1 638 400, 3.6 times as many");
    }

    [Fact]
    public void A_program_without_an_entry_it_needs_is_refused()
    {
        LayerProgramIr whole = TinyDense.Program(Targets.Scalar);
        LayerProgramIr part = whole with { Entries = [.. whole.Entries.Where(entry => entry.Pass != Pass.Forward || entry.Samples == 1)] };
        Should.Throw<InvalidOperationException>(() => LayerEmitter.Emit(TinyDense.Spec, [part])).Message.ShouldContain("Forward");
    }

    private static Assembly Load(IReadOnlyList<string> sources)
    {
        using var image = new MemoryStream();
        GeneratorHarness.CreateCompilation(sources).Emit(image).Diagnostics
            .Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)
            .Select(diagnostic => diagnostic.ToString())
            .ShouldBeEmpty();
        return Assembly.Load(image.ToArray());
    }
}
