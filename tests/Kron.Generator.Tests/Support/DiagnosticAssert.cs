using System;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Shouldly;

namespace Kron.Generator.Tests.Support;

/// <summary>Asserts what Kron reports on a source that marks the expected location <c>[|so|]</c>.</summary>
internal static class DiagnosticAssert
{
    /// <summary>Exactly one diagnostic of Kron, at the marked text; code is generated unless it is an error, and then nothing but that compiles wrongly.</summary>
    public static void Single(string marked, string id, string message, HarnessOptions? options = null)
    {
        int start = marked.IndexOf("[|", StringComparison.Ordinal);
        int end = marked.IndexOf("|]", StringComparison.Ordinal);
        string source = marked.Remove(end, 2).Remove(start, 2);

        GeneratorRun run = GeneratorHarness.Run("using Kron; " + source, options ?? HarnessOptions.ScalarOnly);

        Diagnostic diagnostic = run.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Id.ShouldBe(id);
        diagnostic.GetMessage(CultureInfo.InvariantCulture).ShouldBe(message);
        GeneratorRun.TextAt(diagnostic).ShouldBe(source[start..(end - 2)]);
        diagnostic.Location.SourceSpan.Start.ShouldBe(start + "using Kron; ".Length);
        if (diagnostic.Severity == DiagnosticSeverity.Error)
        {
            run.Files.ShouldBeEmpty();
        }
        else
        {
            run.ClassFiles.Count.ShouldBe(1);
            run.CompilerDiagnostics.ShouldBeEmpty();
        }
    }

    /// <summary>No diagnostic of Kron, and generated code that compiles without a warning.</summary>
    public static GeneratorRun None(string source, HarnessOptions? options = null)
    {
        GeneratorRun run = GeneratorHarness.Run("using Kron; " + source, options ?? HarnessOptions.ScalarOnly);
        run.Diagnostics.ShouldBeEmpty();
        run.CompilerDiagnostics.Select(d => d.ToString()).ShouldBeEmpty();
        run.ClassFiles.Count.ShouldBe(1);
        return run;
    }
}
