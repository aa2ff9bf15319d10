using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kron.Generator.Parsing;

/// <summary>Turns the attributes of a class into a <see cref="LayerSpec"/>: the one parser of generator and analyzer.</summary>
internal static class LayerParser
{
    public static ParsedLayer Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        // The C# compiler itself refuses the attributes on anything but a class, and a class without a name.
        if (type.TypeKind != TypeKind.Class || type.Name.Length == 0)
        {
            return ParsedLayer.Nothing;
        }

        List<Found> layers = [];
        List<Found> terms = [];
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (KnownLayers.NameOf(attribute) is not { } name)
            {
                continue;
            }

            layers.AddRange(KnownLayers.All.Where(known => known.Name == name).Select(known => new Found(known, attribute)));
            terms.AddRange(KnownLayers.All.Where(known => known.Term == name).Select(known => new Found(known, attribute)));
        }

        if (layers.Count == 0 && terms.Count == 0)
        {
            return ParsedLayer.Nothing;
        }

        var bag = new DiagnosticBag();
        foreach (Found extra in layers.Skip(1))
        {
            bag.Report(Descriptors.SeveralLayerAttributes, LocationOf(extra.Attribute, cancellation), type.Name);
        }

        foreach (Found term in terms.GroupBy(term => term.Known).Select(ofOneKind => ofOneKind.First()))
        {
            if (!layers.Exists(layer => layer.Known == term.Known))
            {
                bag.Report(Descriptors.TermWithoutLayer, LocationOf(term.Attribute, cancellation), type.Name, term.Known.Term!, term.Known.Name);
            }
        }

        LayerSpec? spec = null;
        Location? weights = null;
        if (layers.Count == 1)
        {
            ProjectRules.Check(type, (CSharpCompilation)compilation, LocationOf(layers[0].Attribute, cancellation), bag);
            if (TypeParser.Parse(type, compilation, bag, cancellation) is { } typeSpec)
            {
                (spec, weights) = Parse(type, typeSpec, layers[0], terms, bag, cancellation);
            }
        }

        return new ParsedLayer(bag.HasErrors ? null : spec, bag.Diagnostics) { Weights = weights };
    }

    private static (LayerSpec? Spec, Location? Weights) Parse(INamedTypeSymbol type, TypeSpec typeSpec, Found layer, IReadOnlyList<Found> terms, DiagnosticBag bag, CancellationToken cancellation)
    {
        List<AttributeReader> readers = [];
        foreach (Found each in terms.Where(term => term.Known == layer.Known).Prepend(layer))
        {
            if (AttributeReader.TryRead(each.Attribute, each.Known.Arguments, cancellation) is not { } reader)
            {
                return default;
            }

            readers.Add(reader);
        }

        var syntax = new LayerSyntax(typeSpec, readers[0], [.. readers.Skip(1)], bag);
        LayerSpec? spec = layer.Known.Parse(syntax);
        if (spec is not null)
        {
            SizeLimits.Check(spec, syntax);
            if (!bag.HasErrors)
            {
                CostRules.Warn(spec, type.Name, syntax);
            }
        }

        return readers[0].Text("Weights") is { } weights
            ? (spec is null ? null : spec with { Weights = WeightsSpec.Parse(weights) }, readers[0].LocationOf("Weights"))
            : (spec, null);
    }

    private static Location? LocationOf(AttributeData attribute, CancellationToken cancellation) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation).GetLocation();

    /// <summary>An attribute on the class, and the layer attribute that it is or belongs to.</summary>
    private sealed record Found(KnownLayer Known, AttributeData Attribute);
}
