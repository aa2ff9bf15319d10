using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Tests.Support;

/// <summary>What one run of the generator and the analyzer gave.</summary>
internal sealed class GeneratorRun(Compilation output, GeneratorRunResult result, ImmutableArray<Diagnostic> analyzerDiagnostics)
{
    /// <summary>The compilation with the generated files.</summary>
    public Compilation Output => output;

    public GeneratorRunResult Result => result;

    /// <summary>Kron's own diagnostics, the analyzer's and the generator's, in source order.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; } =
        [.. analyzerDiagnostics.Concat(result.Diagnostics).OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan.Start).ThenBy(d => d.Id, StringComparer.Ordinal)];

    public IReadOnlyList<string> DiagnosticIds => [.. Diagnostics.Select(d => d.Id)];

    /// <summary>Warnings and errors of the C# compiler over user's and generated code.</summary>
    public IReadOnlyList<Diagnostic> CompilerDiagnostics =>
        [.. output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning)];

    public IReadOnlyList<GeneratedSourceResult> Files => result.GeneratedSources;

    /// <summary>The file of each layer's class, without those of its kernels.</summary>
    public IReadOnlyList<GeneratedSourceResult> ClassFiles => [.. Files.Where(file => !file.HintName.Contains('-', StringComparison.Ordinal))];

    /// <summary>Text of all generated files, one after the other.</summary>
    public string GeneratedText => string.Join('\n', Files.Select(file => file.SourceText.ToString()));

    /// <summary>The source text a diagnostic points at.</summary>
    public static string TextAt(Diagnostic diagnostic) =>
        diagnostic.Location.SourceTree?.GetText().ToString(diagnostic.Location.SourceSpan) ?? "";

    /// <summary>Compiles everything into a loaded assembly of its own collectible context; throws with the compiler's errors when it does not compile.</summary>
    /// <param name="weights">The resource that the build's targets would embed.</param>
    public Assembly Load(byte[]? weights = null)
    {
        using var image = new MemoryStream();
        ResourceDescription[] resources = weights is null ? [] : [new ResourceDescription("Kron.Weights", () => new MemoryStream(weights), isPublic: true)];
        var emitted = output.Emit(image, manifestResources: resources);
        if (!emitted.Success)
        {
            throw new InvalidOperationException(
                string.Join('\n', emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(20)));
        }

        image.Position = 0;
        var context = new AssemblyLoadContext("Generated", isCollectible: true);
        context.Resolving += (_, name) => AssemblyLoadContext.Default.LoadFromAssemblyName(name);
        return context.LoadFromStream(image);
    }
}
