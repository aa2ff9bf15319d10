using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.Loader;
using System.Threading;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Kron.Benchmarks.Layers;

/// <summary>Compiles layers in process, as a user's build would, for one target each.</summary>
internal static class LayerFactory
{
    private static readonly ConcurrentDictionary<(string Attributes, KernelTarget Target), Lazy<Type>> Types = new();

    private static int s_count;

    /// <summary>A new object of the subject's layer with zero parameters; the class is compiled at its first use.</summary>
    public static ILayer Create(Subject subject, KernelTarget target)
    {
        Lazy<Type> type = Types.GetOrAdd((subject.Case.Attributes(), target), _ => new Lazy<Type>(() => Compile(subject, target)));
        return (ILayer)Activator.CreateInstance(type.Value, target)!;
    }

    /// <summary>A new class of the subject's layer.</summary>
    public static Type Compile(Subject subject, KernelTarget target)
    {
        string attributes = subject.Case.Attributes();
        string name = string.Create(CultureInfo.InvariantCulture, $"Layer{Interlocked.Increment(ref s_count)}");
        string source = $"using Kron;\nnamespace Measured;\n{attributes}\npublic sealed partial class {name};\n";
        HarnessOptions options = new() { KronTargets = target.ToString() };
        GeneratorHarness.CreateDriver(options).RunGeneratorsAndUpdateCompilation(
            GeneratorHarness.CreateCompilation([source], options), out Microsoft.CodeAnalysis.Compilation output, out var diagnostics);
        if (!diagnostics.IsEmpty)
        {
            throw new InvalidOperationException($"{attributes}: {string.Join('\n', diagnostics)}");
        }

        using var image = new MemoryStream();
        var emitted = output.Emit(image);
        if (!emitted.Success)
        {
            throw new InvalidOperationException($"{attributes}: {string.Join('\n', emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(10))}");
        }

        // Not collectible: the JIT is to treat the code as it treats a user's.
        image.Position = 0;
        return new AssemblyLoadContext(attributes).LoadFromStream(image).GetType($"Measured.{name}", throwOnError: true)!;
    }
}
