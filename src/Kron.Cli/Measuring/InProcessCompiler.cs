using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Runtime.Loader;
using System.Threading;
using Kron.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kron.Cli.Measuring;

/// <summary>Compiles layer classes in this process, with the generator and the analyzer, as a user's build does.</summary>
internal static class InProcessCompiler
{
    private const string Namespace = "Measured";

    /// <summary>Compiles one class.</summary>
    /// <param name="attributes">The attributes that declare the layer.</param>
    /// <param name="target">The target whose kernels are wanted.</param>
    /// <param name="warnings">What the analyzer finds unwise about it.</param>
    /// <param name="cancellation">Stops the compiler.</param>
    /// <exception cref="ToolException">The attributes declare no valid layer.</exception>
    public static Type Compile(string attributes, KernelTarget target, out IReadOnlyList<string> warnings, CancellationToken cancellation)
    {
        CSharpParseOptions parse = new(LanguageVersion.CSharp12);
        SyntaxTree source = CSharpSyntaxTree.ParseText(
            $"using Kron;\nnamespace {Namespace};\n{attributes}\npublic sealed partial class Layer;\n", parse, cancellationToken: cancellation);
        CSharpCompilation compilation = CSharpCompilation.Create(
            Namespace,
            [source],
            References(),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable, optimizationLevel: OptimizationLevel.Release));
        var properties = new Properties(target.ToString());
        warnings = Analyze(compilation, properties, cancellation);
        CSharpGeneratorDriver
            .Create([new KronGenerator().AsSourceGenerator()], additionalTexts: null, parse, properties)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _, cancellation);

        using var image = new MemoryStream();
        var emitted = output.Emit(image, cancellationToken: cancellation);
        if (!emitted.Success)
        {
            throw new InvalidOperationException(
                "The generated code does not compile: " + emitted.Diagnostics.First(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        }

        image.Position = 0;
        return new AssemblyLoadContext(attributes).LoadFromStream(image).GetType($"{Namespace}.Layer", throwOnError: true)!;
    }

    private static List<string> Analyze(CSharpCompilation compilation, Properties properties, CancellationToken cancellation)
    {
        ImmutableArray<Diagnostic> diagnostics = compilation
            .WithAnalyzers([new KronAnalyzer()], new AnalyzerOptions([], properties))
            .GetAnalyzerDiagnosticsAsync(cancellation)
            .GetAwaiter()
            .GetResult();
        return diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) is { } error
            ? throw new ToolException(Text(error))
            : [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning).Select(Text)];
    }

    private static string Text(Diagnostic diagnostic) => $"{diagnostic.Id}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";

    // The framework that the tool itself runs on, and its own copy of the library.
    private static IEnumerable<MetadataReference> References()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework)
            .Append(typeof(ILayer).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path));
    }

    /// <summary>The MSBuild properties of the project that the class is compiled in.</summary>
    private sealed class Properties(string targets) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(targets);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Options(string targets) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = key == "build_property.KronTargets" ? targets : null;
            return value is not null;
        }
    }
}
