using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Kron.Generator.Tests.Support;

/// <summary>
/// Compiles source text against the running framework and Kron.Runtime, with the generator and the analyzer, as a
/// user's build would.
/// </summary>
internal static class GeneratorHarness
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> References = new(FindReferences);

    /// <summary>Runs generator and analyzer over one file.</summary>
    public static GeneratorRun Run([StringSyntax("C#")] string source, HarnessOptions? options = null) => Run([source], options);

    /// <summary>Runs generator and analyzer over several files.</summary>
    public static GeneratorRun Run(IReadOnlyList<string> sources, HarnessOptions? options = null)
    {
        options ??= HarnessOptions.Default;
        CSharpCompilation compilation = CreateCompilation(sources, options);
        GeneratorDriver driver = CreateDriver(options)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);
        GeneratorRunResult result = driver.GetRunResult().Results.Single();
        return new GeneratorRun(output, result, Analyze(output, options));
    }

    /// <summary>The compilation before any generator ran.</summary>
    public static CSharpCompilation CreateCompilation(IReadOnlyList<string> sources, HarnessOptions? options = null)
    {
        options ??= HarnessOptions.Default;
        return CSharpCompilation.Create(
            "Test",
            sources.Select((source, index) => ParseFile(source, $"File{index}.cs", options)),
            References.Value.AddRange(options.MoreReferences),
            new CSharpCompilationOptions(
                options.OutputKind,
                allowUnsafe: options.AllowUnsafe,
                nullableContextOptions: NullableContextOptions.Enable,
                optimizationLevel: OptimizationLevel.Release));
    }

    public static SyntaxTree ParseFile(string source, string path, HarnessOptions? options = null) =>
        CSharpSyntaxTree.ParseText(
            SourceText.From(source, System.Text.Encoding.UTF8),
            ParseOptions(options ?? HarnessOptions.Default),
            path);

    /// <summary>A driver that records the run reason of every pipeline step.</summary>
    public static GeneratorDriver CreateDriver(HarnessOptions? options = null)
    {
        options ??= HarnessOptions.Default;
        return CSharpGeneratorDriver.Create(
            [new KronGenerator().AsSourceGenerator()],
            AdditionalTexts(options),
            ParseOptions(options),
            new MsBuildProperties(options),
            new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
    }

    private static CSharpParseOptions ParseOptions(HarnessOptions options) => new(options.Language);

    private static ImmutableArray<Diagnostic> Analyze(Compilation compilation, HarnessOptions options) =>
        compilation
            .WithAnalyzers(
                [new KronAnalyzer()],
                new CompilationWithAnalyzersOptions(
                    new AnalyzerOptions(AdditionalTexts(options), new MsBuildProperties(options)),
                    onAnalyzerException: (exception, _, _) => throw new InvalidOperationException("The analyzer threw.", exception),
                    concurrentAnalysis: false,
                    logAnalyzerExecutionTime: false))
            .GetAnalyzerDiagnosticsAsync(CancellationToken.None)
            .GetAwaiter()
            .GetResult();

    private static ImmutableArray<AdditionalText> AdditionalTexts(HarnessOptions options) => options.WeightsList is { } list ? [new ListText(list)] : [];

    private static ImmutableArray<MetadataReference> FindReferences()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return trusted
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework)
            .Append(typeof(ILayer).Assembly.Location)
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))
            .ToImmutableArray();
    }

    /// <summary>The list of embedded weights, where the build's targets put it.</summary>
    internal sealed class ListText(string list) : AdditionalText
    {
        public override string Path => "/project/obj/Release/Kron.Weights.txt";

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(list, System.Text.Encoding.UTF8);
    }

    private sealed class MsBuildProperties(HarnessOptions options) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Properties(options);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;
    }

    private sealed class Properties(HarnessOptions options) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
        {
            value = key == "build_property.KronTargets" ? options.KronTargets : null;
            return value is not null;
        }
    }
}
