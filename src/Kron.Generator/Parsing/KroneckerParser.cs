using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Threading;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Parsing;

/// <summary>Reads <c>KroneckerLayer(m1, m2, n1, n2, r)</c> and the <c>KroneckerTerm</c>s beside it.</summary>
internal static class KroneckerParser
{
    private static readonly string[] ArgumentNames = ["m1", "m2", "n1", "n2", "r"];

    public static LayerShape? Parse(INamedTypeSymbol type, AttributeData layer, IReadOnlyList<AttributeData> terms, DiagnosticBag bag, CancellationToken cancellation)
    {
        List<AttributeReader> readers = [];
        foreach (AttributeData attribute in new[] { layer }.Concat(terms))
        {
            if (AttributeReader.TryRead(attribute, ArgumentNames.Length, cancellation) is not { } read)
            {
                return null;
            }

            readers.Add(read);
        }

        AttributeReader reader = readers[0];
        EpilogueSpec? epilogue = EpilogueParser.Parse(reader, dense: false, bag);
        ImageSpec? image = ImageRules.Parse(reader, bag);
        List<ReadGroup> groups = [];
        foreach (AttributeReader each in readers)
        {
            if (Group(each, bag) is { } group)
            {
                groups.Add(new ReadGroup(each, group));
            }
        }

        if (groups.Count < readers.Count || !Agree(groups, bag))
        {
            return null;
        }

        GroupSpec first = groups[0].Group;
        int? outputs = Size(reader, "Outputs", "m1·m2", first.M1 * first.M2, bag);
        int? inputs = Size(reader, "Inputs", "n1·n2", first.N1 * first.N2, bag);
        if (inputs is not null)
        {
            ImageRules.Check(reader, image, inputs.Value, groups, bag);
        }

        if (outputs is null || inputs is null || epilogue is null)
        {
            return null;
        }

        EpilogueParser.CheckPieces(epilogue, outputs.Value, reader, bag);
        IReadOnlyList<GroupSpec> specs = groups.Select(g => g.Group).ToList();
        CheckSizes(specs, epilogue, outputs.Value, groups, bag);
        if (bag.HasErrors)
        {
            return null;
        }

        Warn(type, epilogue, outputs.Value, inputs.Value, groups, bag);
        return new LayerShape(
            AttributeText.Kronecker(specs, epilogue, image, outputs.Value, inputs.Value),
            inputs.Value,
            outputs.Value,
            specs.ToEquatableArray(),
            image,
            epilogue);
    }

    /// <summary>Null when an argument is wrong or the group too large.</summary>
    private static GroupSpec? Group(AttributeReader reader, DiagnosticBag bag)
    {
        FormulationKind? formulation = EnumOption.Read<FormulationKind>(reader, "Formulation", "Formulation", bag);
        bool sizes = Positive.Check(reader, ArgumentNames, bag)
            && SizeLimits.Check("m1·m2", (BigInteger)reader[0] * reader[1], SizeLimits.PerSample, reader.LocationOf(0, 1), bag)
            & SizeLimits.Check("n1·n2", (BigInteger)reader[2] * reader[3], SizeLimits.PerSample, reader.LocationOf(2, 3), bag);
        return formulation is not null && sizes
            ? new GroupSpec(reader[0], reader[1], reader[2], reader[3], reader[4], formulation.Value)
            : null;
    }

    private static bool Agree(IReadOnlyList<ReadGroup> groups, DiagnosticBag bag)
    {
        GroupSpec first = groups[0].Group;
        bool agree = true;
        foreach (var (reader, group) in groups.Skip(1))
        {
            if (group.M1 * group.M2 != first.M1 * first.M2)
            {
                agree = false;
                Disagree(reader.LocationOf(0, 1), "m1·m2", group.M1, group.M2, first.M1, first.M2);
            }

            if (group.N1 * group.N2 != first.N1 * first.N2)
            {
                agree = false;
                Disagree(reader.LocationOf(2, 3), "n1·n2", group.N1, group.N2, first.N1, first.N2);
            }
        }

        return agree;

        void Disagree(Location? location, string what, int a, int b, int firstA, int firstB) => bag.Report(
            Descriptors.TermsDisagree,
            location,
            what,
            $"{Invariant.Text(a)}·{Invariant.Text(b)}",
            Invariant.Text(a * b),
            $"{Invariant.Text(firstA)}·{Invariant.Text(firstB)}",
            Invariant.Text(firstA * firstB));
    }

    /// <summary>The layer's own size, where the factors pad it; null when it is wrong.</summary>
    private static int? Size(AttributeReader reader, string option, string product, int padded, DiagnosticBag bag)
    {
        int size = reader.Option(option, 0);
        if (size >= 0 && size <= padded)
        {
            return size == 0 ? padded : size;
        }

        bag.Report(Descriptors.PaddedSize, reader.LocationOf(option), option, Invariant.Text(size), product, Invariant.Text(padded));
        return null;
    }

    private static void CheckSizes(IReadOnlyList<GroupSpec> specs, EpilogueSpec epilogue, int outputs, IReadOnlyList<ReadGroup> groups, DiagnosticBag bag)
    {
        AttributeReader reader = groups[0].Reader;
        if (!SizeLimits.CheckTerms(specs, reader.LocationOf(4), bag))
        {
            return;
        }

        SizeLimits.CheckParameters(Costs.Parameters(specs), epilogue, outputs, specs.Sum(g => g.R), reader.Location, bag);
        foreach (var (each, group) in groups)
        {
            SizeLimits.CheckIntermediate(group, each.Location, bag);
        }
    }

    private static void Warn(INamedTypeSymbol type, EpilogueSpec epilogue, int outputs, int inputs, IReadOnlyList<ReadGroup> groups, DiagnosticBag bag)
    {
        foreach (var (reader, g) in groups)
        {
            long rank = System.Math.Min((long)g.M1 * g.N1, (long)g.M2 * g.N2);
            if (!epilogue.PerTerm && g.R > rank)
            {
                bag.Report(Descriptors.UselessRank, reader.LocationOf(4), Invariant.Text(g.R), Invariant.Text(rank));
            }
        }

        IReadOnlyList<GroupSpec> specs = groups.Select(g => g.Group).ToList();
        BigInteger dense = (BigInteger)outputs * inputs;
        Compare(Descriptors.MoreParameters, Costs.Parameters(specs));
        Compare(Descriptors.MoreMultiplyAdds, Costs.MultiplyAdds(specs));

        void Compare(DiagnosticDescriptor descriptor, BigInteger factorised)
        {
            if (factorised > dense)
            {
                bag.Report(descriptor, groups[0].Reader.Location, type.Name, Invariant.Text(factorised), Invariant.Text(dense));
            }
        }
    }
}

/// <summary>A shape group and the attribute it was read from.</summary>
internal sealed record ReadGroup(AttributeReader Reader, GroupSpec Group);
