using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Kron.Kernels.Tests.Support;

/// <summary>Compiles layer cases in process, as a user's build would, and makes their objects.</summary>
internal static class CompiledLayers
{
    /// <summary>The targets that this process can run.</summary>
    public static IReadOnlyList<KernelTarget> Runnable { get; } =
        [.. Enum.GetValues<KernelTarget>().Where(t => t != KernelTarget.Best && CompilerServices.KernelTargets.IsSupported(t))];

    /// <summary>The class of each case, with the kernels of <see cref="Runnable"/> only or of other targets: most of the time is the C# compiler's.</summary>
    public static IReadOnlyList<Type> Compile(IReadOnlyList<LayerCase> cases, string? targets = null)
    {
        var source = new StringBuilder("using Kron;\nnamespace Cases;\n");
        for (int i = 0; i < cases.Count; i++)
        {
            source.Append(cases[i].Attributes()).Append("\npublic sealed partial class Layer").Append(i).Append(";\n");
        }

        HarnessOptions options = new() { KronTargets = targets ?? string.Join(',', Runnable) };
        GeneratorDriver driver = GeneratorHarness.CreateDriver(options).RunGeneratorsAndUpdateCompilation(
            GeneratorHarness.CreateCompilation([source.ToString()], options), out Compilation output, out _);
        var run = new GeneratorRun(output, driver.GetRunResult().Results.Single(), []);
        if (run.Diagnostics.Count > 0)
        {
            throw new InvalidOperationException(string.Join('\n', run.Diagnostics));
        }

        Assembly assembly = run.Load();
        return [.. Enumerable.Range(0, cases.Count).Select(i => assembly.GetType($"Cases.Layer{i}", throwOnError: true)!)];
    }

    public static ILayer Create(Type type, KernelTarget target) => (ILayer)Activator.CreateInstance(type, target)!;
}
