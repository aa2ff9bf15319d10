using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Tests.Support;
using Kron.Generator.Tests.Weights;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Shouldly;

namespace Kron.Generator.Tests.Snapshots;

/// <summary>The code generated for a layer, or the part of it that a snapshot shows.</summary>
internal static class GeneratedCode
{
    /// <summary>The file of the class itself.</summary>
    public static string Class(string attributes, string target) => Run(attributes, target).ClassFiles.Single().SourceText.ToString();

    /// <summary>The beginning of the class's file, up to its description, and the file that says where its weights are.</summary>
    public static string WithWeights(string attributes, BuiltWeights built)
    {
        GeneratorRun run = Run(attributes, "Scalar", built.List);
        string text = run.ClassFiles.Single().SourceText.ToString();
        string weights = run.Files.Single(f => f.HintName.Contains("-Weights", System.StringComparison.Ordinal)).SourceText.ToString();
        return text[..text.IndexOf("    // Made anew", System.StringComparison.Ordinal)] + weights;
    }

    /// <summary>The file of the calls on a CUDA device.</summary>
    public static string Device(string attributes) =>
        Run(attributes, "Scalar,Cuda").Files.Single(f => f.HintName.EndsWith("-Cuda.g.cs", System.StringComparison.Ordinal)).SourceText.ToString();

    /// <summary>The file of one target's kernels, with no other methods than an entry and those it calls.</summary>
    public static string Entry(string attributes, string target, string entry)
    {
        CompilationUnitSyntax file = Run(attributes, target).Files.Single(f => f.HintName.Contains('-', System.StringComparison.Ordinal)).SyntaxTree.GetCompilationUnitRoot();
        ClassDeclarationSyntax kernels = file.DescendantNodes().OfType<ClassDeclarationSyntax>().First(type => !type.Modifiers.Any(SyntaxKind.PartialKeyword));
        MethodDeclarationSyntax[] methods = [.. kernels.Members.OfType<MethodDeclarationSyntax>()];
        HashSet<string> called = [];
        methods.ShouldContain(method => method.Identifier.Text == entry);
        Visit(entry);
        return file.RemoveNodes(kernels.Members.Where(member => member is not MethodDeclarationSyntax method || !called.Contains(method.Identifier.Text)), SyntaxRemoveOptions.KeepNoTrivia)!
            .ToFullString()
            .Replace("{\n\n", "{\n", System.StringComparison.Ordinal);

        void Visit(string name)
        {
            // Others are intrinsics.
            if (methods.SingleOrDefault(m => m.Identifier.Text == name) is { } method && called.Add(name))
            {
                foreach (string callee in method.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(call => call.Expression).OfType<IdentifierNameSyntax>().Select(callee => callee.Identifier.Text))
                {
                    Visit(callee);
                }
            }
        }
    }

    private static GeneratorRun Run(string attributes, string target, string? weights = null)
    {
        GeneratorRun run = GeneratorHarness.Run($"using Kron; namespace Demo; {attributes} public sealed partial class Layer;", new HarnessOptions { KronTargets = target, WeightsList = weights });
        run.CompilerDiagnostics.ShouldBeEmpty();
        return run;
    }
}
