using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;

namespace Kron.Generator.Parsing;

/// <summary>Reads <c>KroneckerLayer(m1, m2, n1, n2, r)</c> and <c>KroneckerConv(o1, c1, h1, w1, o2, c2, h2, w2, r)</c>, and the terms beside them.</summary>
internal static class KroneckerParser
{
    private static readonly FactorPair M = new("m1·m2", 0, 1);
    private static readonly FactorPair N = new("n1·n2", 2, 3);

    private static readonly FactorPair O = new("o1·o2", 0, 4);
    private static readonly FactorPair C = new("c1·c2", 1, 5);
    private static readonly FactorPair H = new("h1·h2", 2, 6);
    private static readonly FactorPair W = new("w1·w2", 3, 7);

    public static LayerSpec? Parse(LayerSyntax syntax)
    {
        (AttributeReader reader, DiagnosticBag bag) = (syntax.Layer, syntax.Bag);
        EpilogueSpec? epilogue = EpilogueParser.Parse(reader, withoutTerms: null, bag);
        ImageSpec? image = ImageRules.Parse(reader, bag);
        List<ReadGroup> groups = [];
        foreach (AttributeReader each in syntax.Groups)
        {
            if (Group(each, bag) is { } group)
            {
                groups.Add(new ReadGroup(each, group));
            }
        }

        if (groups.Count < syntax.Groups.Count || !FactorPair.Agree(syntax.Groups, [M, N], bag))
        {
            return null;
        }

        int? outputs = Size(reader, "Outputs", M, bag);
        int? inputs = Size(reader, "Inputs", N, bag);
        if (inputs is not null)
        {
            ImageRules.Check(reader, image, inputs.Value, groups, bag);
        }

        if (outputs is null || inputs is null || epilogue is null)
        {
            return null;
        }

        EpilogueParser.CheckPieces(epilogue, outputs.Value, "pre-activations", reader, bag);
        EquatableArray<GroupSpec> specs = groups.Select(g => g.Group).ToEquatableArray();
        string attributes = AttributeText.Kronecker(syntax, specs, epilogue, image, outputs.Value, inputs.Value);
        return new LayerSpec(syntax.Type, attributes, inputs.Value, outputs.Value, specs, image, epilogue);
    }

    public static LayerSpec? ParseConvolution(LayerSyntax syntax) => ConvolutionParser.Parse(syntax, withoutTerms: null, reader =>
    {
        FactorPair[] pairs = [O, C, H, W];
        bool sizes = true;
        foreach (AttributeReader each in syntax.Groups)
        {
            sizes &= FactorPair.Check(each, pairs, syntax.Bag);
        }

        return sizes && FactorPair.Agree(syntax.Groups, pairs, syntax.Bag)
            ? new KernelShape(O.Of(reader), C.Of(reader), H.Of(reader), W.Of(reader)) { Groups = syntax.Groups.Select(Kernels).ToEquatableArray() }
            : null;
    });

    private static GroupSpec Kernels(AttributeReader reader) =>
        new(reader[0], reader[4], reader[1], reader[5], reader[8]) { H1 = reader[2], W1 = reader[3], H2 = reader[6], W2 = reader[7] };

    /// <summary>Null when an argument is wrong or the group too large.</summary>
    private static GroupSpec? Group(AttributeReader reader, DiagnosticBag bag)
    {
        FormulationKind? formulation = EnumOption.Read<FormulationKind>(reader, "Formulation", "Formulation", bag);
        return FactorPair.Check(reader, [M, N], bag) && formulation is not null
            ? new GroupSpec(reader[0], reader[1], reader[2], reader[3], reader[4], formulation.Value)
            : null;
    }

    /// <summary>The layer's own size, where the factors pad it; null when it is wrong.</summary>
    private static int? Size(AttributeReader reader, string option, FactorPair product, DiagnosticBag bag)
    {
        int size = reader.Option(option, 0);
        int padded = product.Of(reader);
        if (size >= 0 && size <= padded)
        {
            return size == 0 ? padded : size;
        }

        bag.Report(Descriptors.PaddedSize, reader.LocationOf(option), option, Invariant.Text(size), product.Name, Invariant.Text(padded));
        return null;
    }
}

/// <summary>A shape group and the attribute it was read from.</summary>
internal sealed record ReadGroup(AttributeReader Reader, GroupSpec Group);
