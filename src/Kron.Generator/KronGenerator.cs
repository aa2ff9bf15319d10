using System;
using System.Linq;
using System.Text;
using Kron.Generator.Diagnostics;
using Kron.Generator.Emit;
using Kron.Generator.Parsing;
using Kron.Generator.Spec;
using Kron.Generator.Weights;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kron.Generator;

/// <summary>
/// Attribute → <see cref="LayerSpec"/> → generated files. Diagnostics about an attribute come from
/// <see cref="KronAnalyzer"/>, by the same parser; only what is known here alone is reported here.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class KronGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<TargetSelection> targets = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) =>
            {
                options.GlobalOptions.TryGetValue(TargetSelection.Property, out string? property);
                return TargetSelection.Parse(property);
            })
            .WithTrackingName(TrackingNames.Targets);

        context.RegisterSourceOutput(targets, static (output, selection) =>
        {
            foreach (string name in selection.Unknown)
            {
                output.ReportDiagnostic(Diagnostic.Create(
                    Descriptors.UnknownTarget, location: null, name, string.Join(", ", TargetSelection.Known)));
            }
        });

        IncrementalValueProvider<WeightsList> weights = context.AdditionalTextsProvider
            .Where(static text => WeightsList.IsList(text.Path))
            .Select(static (text, cancellation) => WeightsList.Parse(text.GetText(cancellation)?.ToString() ?? ""))
            .Collect()
            .Select(static (lists, _) => lists.FirstOrDefault() ?? WeightsList.Empty)
            .WithTrackingName(TrackingNames.Weights);

        foreach (KnownLayer layer in KnownLayers.All)
        {
            Compile(context, targets, weights, layer);
        }
    }

    private static void Compile(
        IncrementalGeneratorInitializationContext context,
        IncrementalValueProvider<TargetSelection> targets,
        IncrementalValueProvider<WeightsList> weights,
        KnownLayer known)
    {
        IncrementalValuesProvider<LayerSpec> layers = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                known.MetadataName,
                static (node, _) => node is ClassDeclarationSyntax,
                static (match, cancellation) =>
                    LayerParser.Parse((INamedTypeSymbol)match.TargetSymbol, match.SemanticModel.Compilation, cancellation).Spec)
            .Where(static spec => spec is not null)
            .Select(static (spec, _) => spec!)
            .WithTrackingName(TrackingNames.Layers(known.Name));

        IncrementalValuesProvider<BoundLayer> bound = layers
            .Combine(weights)
            .Select(static (pair, _) => WeightsBinding.Bind(pair.Left, pair.Right))
            .Where(static layer => layer is not null)
            .Select(static (layer, _) => layer!);

        // Kernels depend on shapes alone: other values are a line of another file.
        context.RegisterSourceOutput(bound, static (output, layer) =>
        {
            if (layer.Weights is not null)
            {
                Add(output, WeightsEmitter.Emit(layer.Spec, layer.Weights));
            }
        });

        IncrementalValuesProvider<CompiledLayer> files = bound
            .Select(static (layer, _) => layer.Spec)
            .Combine(targets)
            .Select(static (pair, _) => CompiledLayer.Compile(pair.Left, pair.Right.Targets))
            .WithTrackingName(TrackingNames.Files(known.Name));

        context.RegisterSourceOutput(files, static (output, layer) =>
        {
            if (layer.Failure.Length > 0)
            {
                output.ReportDiagnostic(Diagnostic.Create(Descriptors.InternalError, location: null, layer.Name, layer.Failure));
            }

            foreach (GeneratedFile file in layer.Files)
            {
                Add(output, file);
            }
        });
    }

    private static void Add(SourceProductionContext output, GeneratedFile file) => output.AddSource(file.HintName, SourceText.From(file.Text, Encoding.UTF8));
}
