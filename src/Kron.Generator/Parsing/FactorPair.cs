using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Kron.Generator.Diagnostics;
using Kron.Generator.Support;
using Microsoft.CodeAnalysis;

namespace Kron.Generator.Parsing;

/// <summary>A size of A and the same of B, arguments of a shape group: their product is a size of the layer, so all groups share it.</summary>
/// <param name="Name">The product.</param>
/// <param name="A">The argument of A.</param>
/// <param name="B">The argument of B.</param>
internal sealed record FactorPair(string Name, int A, int B)
{
    /// <summary>Whether every argument is a size and no product is too large.</summary>
    public static bool Check(AttributeReader reader, IReadOnlyList<FactorPair> pairs, DiagnosticBag bag)
    {
        if (!reader.CheckPositive(bag))
        {
            return false;
        }

        bool fits = true;
        foreach (FactorPair pair in pairs)
        {
            fits &= SizeLimits.CheckPerSample(pair.Name, (BigInteger)reader[pair.A] * reader[pair.B], pair.LocationIn(reader), bag);
        }

        return fits;
    }

    /// <summary>Whether all groups have the products of the first one.</summary>
    public static bool Agree(IReadOnlyList<AttributeReader> readers, IReadOnlyList<FactorPair> pairs, DiagnosticBag bag)
    {
        AttributeReader first = readers[0];
        bool agree = true;
        foreach (AttributeReader reader in readers.Skip(1))
        {
            foreach (FactorPair pair in pairs.Where(pair => pair.Of(reader) != pair.Of(first)))
            {
                agree = false;
                bag.Report(
                    Descriptors.TermsDisagree,
                    pair.LocationIn(reader),
                    pair.Name,
                    pair.Text(reader),
                    Invariant.Text(pair.Of(reader)),
                    pair.Text(first),
                    Invariant.Text(pair.Of(first)));
            }
        }

        return agree;
    }

    public int Of(AttributeReader reader) => reader[A] * reader[B];

    private Location? LocationIn(AttributeReader reader) => reader.LocationOf(A, B);

    private string Text(AttributeReader reader) => $"{Invariant.Text(reader[A])}·{Invariant.Text(reader[B])}";
}
