using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Kron.Generator.Diagnostics;
using Kron.Generator.Parsing;
using Kron.Generator.Weights;
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
        context.RegisterCompilationStartAction(static compilation =>
        {
            var weights = new Lazy<WeightsList>(() => ReadWeights(compilation.Options, compilation.CancellationToken));
            compilation.RegisterSymbolAction(symbol => Analyze(symbol, weights), SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext symbol, Lazy<WeightsList> weights)
    {
        ParsedLayer layer = LayerParser.Parse((INamedTypeSymbol)symbol.Symbol, symbol.Compilation, symbol.CancellationToken);
        IEnumerable<Diagnostic> diagnostics = layer.Diagnostics;
        if (layer.Spec is { Weights: not null } spec)
        {
            var bag = new DiagnosticBag();
            WeightsBinding.Bind(spec, weights.Value, layer.Weights, bag);
            diagnostics = diagnostics.Concat(bag.Diagnostics);
        }

        foreach (Diagnostic diagnostic in diagnostics)
        {
            symbol.ReportDiagnostic(diagnostic);
        }
    }

    private static WeightsList ReadWeights(AnalyzerOptions options, CancellationToken cancellation) =>
        options.AdditionalFiles.FirstOrDefault(text => WeightsList.IsList(text.Path)) is { } list
            ? WeightsList.Parse(list.GetText(cancellation)?.ToString() ?? "")
            : WeightsList.Empty;
}
