using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Kron.Package.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Shouldly;
using Xunit;

namespace Kron.Package.Tests;

/// <summary>The packed analyzers in the compiler of the first .NET 8 SDK, which this test process is built with.</summary>
[Collection(SharedPackages.Name)]
public sealed class OldestCompilerTests(PackageFixture fixture) : IDisposable
{
    private const string Compiler = "analyzers/dotnet/cs/Kron.Generator.dll";

    private readonly string _folder = Directory.CreateTempSubdirectory("kron-compiler-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_analyzers_need_nothing_newer_than_the_oldest_compiler()
    {
        using PEReader image = new(fixture.Package[Compiler].ToImmutableArray());
        MetadataReader metadata = image.GetMetadataReader();
        Dictionary<string, Version> needs = metadata.AssemblyReferences
            .Select(metadata.GetAssemblyReference)
            .ToDictionary(reference => metadata.GetString(reference.Name), reference => reference.Version);

        typeof(CSharpCompilation).Assembly.GetName().Version.ShouldBe(new Version(4, 8, 0, 0));
        needs["Microsoft.CodeAnalysis"].ShouldBe(new Version(4, 8, 0, 0));
        needs["netstandard"].ShouldBe(new Version(2, 0, 0, 0));
        foreach ((string name, Version version) in needs)
        {
            // What the compiler itself came with: the compiler of an SDK loads nothing else for an analyzer.
            Version? own = name == "netstandard" ? version : Provided(name);
            own.ShouldNotBeNull(name);
            version.ShouldBeLessThanOrEqualTo(own, name);
        }
    }

    [Fact]
    public async Task The_oldest_compiler_generates_what_the_newest_does()
    {
        await fixture.App;
        CSharpCompilation program = Compilation(await File.ReadAllTextAsync(fixture.Workspace["App", "Program.cs"]));

        GeneratorRunResult result = Generate(program, out Compilation compiled);

        compiled.GetDiagnostics().Where(IsReported).ShouldBeEmpty();
        string[] newest = [.. Directory.GetFiles(fixture.Workspace["App", "obj", "Release", "net8.0", "generated"], "*.cs", SearchOption.AllDirectories)
            .Where(file => file.Contains("Kron.Generator", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        GeneratedSourceResult[] oldest = [.. result.GeneratedSources.OrderBy(source => source.HintName, StringComparer.Ordinal)];
        oldest.Select(source => source.HintName).ShouldBe(newest.Select(Path.GetFileName));
        for (int i = 0; i < oldest.Length; i++)
        {
            oldest[i].SourceText.ToString().ShouldBe(await File.ReadAllTextAsync(newest[i]), oldest[i].HintName);
        }
    }

    [Fact]
    public void The_program_in_the_readme_compiles()
    {
        Match code = Regex.Match(fixture.Package.Text("README.md"), "```csharp\r?\n(.*?)```", RegexOptions.Singleline);
        CSharpCompilation program = Compilation(code.Groups[1].Value);

        Generate(program, out Compilation compiled);

        Diagnose(program).ShouldBeEmpty();
        compiled.GetSemanticModel(program.SyntaxTrees[0]).GetDiagnostics().Where(IsReported).ShouldBeEmpty();
    }

    [Fact]
    public void The_analyzer_reports_a_mistake_where_it_is()
    {
        CSharpCompilation program = Compilation("[Kron.KroneckerLayer(6, 5, 7, 0, 2)] public partial class Fc1; public static class Program { public static void Main() { } }");

        Diagnostic diagnostic = Diagnose(program).ShouldHaveSingleItem();

        diagnostic.Id.ShouldStartWith("KRON");
        diagnostic.Severity.ShouldBe(DiagnosticSeverity.Error);
        diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan).ShouldBe("0");
    }

    private static bool IsReported(Diagnostic diagnostic) => diagnostic.Severity >= DiagnosticSeverity.Warning;

    private static Version? Provided(string name)
    {
        try
        {
            return Assembly.Load(name).GetName().Version;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private GeneratorRunResult Generate(CSharpCompilation program, out Compilation compiled)
    {
        GeneratorDriver driver = CSharpGeneratorDriver
            .Create(Analyzers().GetGenerators(LanguageNames.CSharp).ShouldHaveSingleItem())
            .RunGeneratorsAndUpdateCompilation(program, out compiled, out ImmutableArray<Diagnostic> diagnostics);
        diagnostics.ShouldBeEmpty();
        GeneratorRunResult result = driver.GetRunResult().Results.ShouldHaveSingleItem();
        result.Exception.ShouldBeNull();
        return result;
    }

    private ImmutableArray<Diagnostic> Diagnose(Compilation program) =>
        program
            .WithAnalyzers([Analyzers().GetAnalyzers(LanguageNames.CSharp).ShouldHaveSingleItem()])
            .GetAnalyzerDiagnosticsAsync(CancellationToken.None)
            .GetAwaiter()
            .GetResult();

    /// <summary>The packed assembly as the compiler reads it from the command line.</summary>
    private AnalyzerFileReference Analyzers()
    {
        AnalyzerFileReference reference = new(Unpack(Compiler), new Loader());
        reference.AnalyzerLoadFailed += (_, failure) => throw new InvalidOperationException(failure.Message, failure.Exception);
        return reference;
    }

    private CSharpCompilation Compilation(string source)
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        IEnumerable<string> references = trusted
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework)
            .Append(Unpack("lib/net8.0/Kron.Runtime.dll"));
        return CSharpCompilation.Create(
            "Test",
            [CSharpSyntaxTree.ParseText(source)],
            references.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true));
    }

    private string Unpack(string name)
    {
        string path = Path.Combine(_folder, Path.GetFileName(name));
        if (!File.Exists(path))
        {
            File.WriteAllBytes(path, fixture.Package[name]);
        }

        return path;
    }

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
