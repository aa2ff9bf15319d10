using System.Numerics;
using System.Threading;
using Kron.Generator.Diagnostics;
using Kron.Generator.Spec;
using Kron.Generator.Support;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Parsing;

/// <summary>Reads <c>DenseLayer(m, n)</c>.</summary>
internal static class DenseParser
{
    public static LayerShape? Parse(AttributeData attribute, DiagnosticBag bag, CancellationToken cancellation)
    {
        if (AttributeReader.TryRead(attribute, 2, cancellation) is not { } reader)
        {
            return null;
        }

        var (m, n) = (reader[0], reader[1]);
        EpilogueSpec? epilogue = EpilogueParser.Parse(reader, dense: true, bag);
        bool sizes = Positive.Check(reader, ["m", "n"], bag)
            && SizeLimits.Check("m", m, SizeLimits.PerSample, reader.LocationOf(0), bag)
            & SizeLimits.Check("n", n, SizeLimits.PerSample, reader.LocationOf(1), bag);
        if (epilogue is null || !sizes)
        {
            return null;
        }

        EpilogueParser.CheckPieces(epilogue, m, reader, bag);
        SizeLimits.CheckParameters((BigInteger)m * n, epilogue, m, terms: 1, reader.Location, bag);
        return bag.HasErrors
            ? null
            : new LayerShape(AttributeText.Dense(m, n, epilogue), n, m, [], Image: null, epilogue);
    }
}
