using System.Collections.Immutable;
using Kron.Generator.Diagnostics;
using Kron.Generator.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kron.Generator;

/// <summary>Reports what is wrong or unwise about a layer's attributes and class.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KronAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Descriptors.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();

        // The generator completes such classes wherever they are written.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterSymbolAction(
            static symbol =>
            {
                ParsedLayer layer = LayerParser.Parse((INamedTypeSymbol)symbol.Symbol, symbol.Compilation, symbol.CancellationToken);
                foreach (Diagnostic diagnostic in layer.Diagnostics)
                {
                    symbol.ReportDiagnostic(diagnostic);
                }
            },
            SymbolKind.NamedType);
    }
}
