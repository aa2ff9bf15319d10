using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Kron.Generator.Diagnostics;
using Kron.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Diagnostics;

/// <summary>Every id has a page, and what the page shows is what happens.</summary>
public partial class HelpPageTests
{
    /// <summary>Ids whose example is a project file.</summary>
    private static readonly string[] OfTheProject = ["KRON014", "KRON015", "KRON016", "KRON035", "KRON042", "KRON043", "KRON044"];

    private static readonly string Folder = Path.GetFullPath(Path.Combine(ThisFolder(), "../../../docs/diagnostics"));

    public static TheoryData<string> Ids => [.. Descriptors.All.Select(d => d.Id)];

    [Fact]
    public void Ids_are_numbered_without_a_gap_and_listed_once() =>
        Descriptors.All.Select(d => d.Id).ShouldBe(Enumerable.Range(1, Descriptors.All.Length).Select(n => $"KRON{n:000}"));

    [Fact]
    public void There_is_no_page_without_an_id() =>
        Directory.GetFiles(Folder, "KRON*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)
            .ShouldBe(Descriptors.All.Select(d => d.Id));

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_page_has_the_title_the_severity_and_is_in_the_index(string id)
    {
        DiagnosticDescriptor descriptor = Descriptors.All.Single(d => d.Id == id);
        string page = Page(id);

        page.ShouldStartWith($"# {id}: {descriptor.Title}\n\nSeverity: {(descriptor.DefaultSeverity == DiagnosticSeverity.Error ? "error" : "warning")}\n");
        descriptor.HelpLinkUri.ShouldEndWith($"/docs/diagnostics/{id}.md");
        File.ReadAllText(Path.Combine(Folder, "README.md")).ShouldContain($"[{id}]({id}.md)");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_example_is_reported_and_the_fix_is_not(string id)
    {
        List<string> blocks = [.. CSharpBlock().Matches(Page(id)).Select(match => match.Groups[1].Value)];
        if (OfTheProject.Contains(id))
        {
            blocks.ShouldBeEmpty();
            return;
        }

        blocks.Count.ShouldBe(2);
        GeneratorHarness.Run(blocks[0], HarnessOptions.ScalarOnly).DiagnosticIds.ShouldContain(id);
        GeneratorRun fix = GeneratorHarness.Run(blocks[1], HarnessOptions.ScalarOnly);
        fix.DiagnosticIds.ShouldNotContain(id);
        fix.Diagnostics.ShouldAllBe(d => d.Severity == DiagnosticSeverity.Warning);
        fix.CompilerDiagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
        fix.ClassFiles.Count.ShouldBe(1);
    }

    private static string Page(string id) => File.ReadAllText(Path.Combine(Folder, id + ".md")).ReplaceLineEndings("\n");

    private static string ThisFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
