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

        List<AttributeData> layers = [];
        List<AttributeData> terms = [];
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (KnownNames.Is(attribute, KnownNames.KroneckerTerm))
            {
                terms.Add(attribute);
            }
            else if (KnownNames.Is(attribute, KnownNames.KroneckerLayer) || KnownNames.Is(attribute, KnownNames.DenseLayer))
            {
                layers.Add(attribute);
            }
        }

        if (layers.Count == 0 && terms.Count == 0)
        {
            return ParsedLayer.Nothing;
        }

        var bag = new DiagnosticBag();
        foreach (AttributeData extra in layers.Skip(1))
        {
            bag.Report(Descriptors.SeveralLayerAttributes, LocationOf(extra, cancellation), type.Name);
        }

        if (terms.Count > 0 && !layers.Exists(layer => KnownNames.Is(layer, KnownNames.KroneckerLayer)))
        {
            bag.Report(Descriptors.TermWithoutLayer, LocationOf(terms[0], cancellation), type.Name);
        }

        LayerSpec? spec = null;
        if (layers.Count == 1)
        {
            ProjectRules.Check(type, (CSharpCompilation)compilation, LocationOf(layers[0], cancellation), bag);
            TypeSpec? typeSpec = TypeParser.Parse(type, compilation, bag, cancellation);
            LayerShape? shape = KnownNames.Is(layers[0], KnownNames.DenseLayer)
                ? DenseParser.Parse(layers[0], bag, cancellation)
                : KroneckerParser.Parse(type, layers[0], terms, bag, cancellation);
            if (typeSpec is not null && shape is not null && !bag.HasErrors)
            {
                spec = new LayerSpec(typeSpec, shape.Attributes, shape.Inputs, shape.Outputs, shape.Groups, shape.Image, shape.Epilogue);
            }
        }

        return new ParsedLayer(spec, bag.Diagnostics);
    }

    private static Location? LocationOf(AttributeData attribute, CancellationToken cancellation) =>
        attribute.ApplicationSyntaxReference?.GetSyntax(cancellation).GetLocation();
}
