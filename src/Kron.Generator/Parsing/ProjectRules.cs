using Kron.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kron.Generator.Parsing;

/// <summary>What the generated code asks of the project it is compiled in.</summary>
internal static class ProjectRules
{
    /// <summary>The default of the .NET 8 SDK, the oldest one that Kron supports.</summary>
    private const LanguageVersion Required = LanguageVersion.CSharp12;

    public static void Check(INamedTypeSymbol type, CSharpCompilation compilation, Location? location, DiagnosticBag bag)
    {
        if (!compilation.Options.AllowUnsafe)
        {
            bag.Report(Descriptors.UnsafeNotAllowed, location, type.Name);
        }

        if (compilation.LanguageVersion < Required)
        {
            bag.Report(
                Descriptors.LanguageVersion,
                location,
                type.Name,
                Required.ToDisplayString(),
                compilation.LanguageVersion.ToDisplayString());
        }
    }
}
