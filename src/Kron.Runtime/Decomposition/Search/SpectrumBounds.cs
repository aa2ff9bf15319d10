using System;
using System.Collections.Generic;

namespace Kron.Decomposition;

/// <summary>What the spectra of some shapes say about the errors of the others.</summary>
/// <remarks>
/// Where m1 and m1' divide each other, and n1 and n1' too, A ⊗ B of one shape is a sum of at most k products of the other:
/// split B [m2 × n2] into b1 ⊗ B2 and A into A1 ⊗ a2, each a KPSVD of its own with at most as many terms as its shorter side.
/// So r products of the shape hold at most the energy of r·k products of the other.
/// </remarks>
internal static class SpectrumBounds
{
    /// <summary>The least that r products of a shape leave over, ‖W − Ŵ‖²_F.</summary>
    public static double LeastRest(IEnumerable<(Spectrum Spectrum, long Terms)> related, int rank, double energy)
    {
        double captured = energy;
        foreach ((Spectrum spectrum, long terms) in related)
        {
            captured = Math.Min(captured, spectrum.MostCaptured(terms * rank));
        }

        return energy - captured;
    }

    /// <summary>The spectra that bound a shape's, each with k.</summary>
    public static List<(Spectrum Spectrum, long Terms)> Related(IEnumerable<Spectrum> known, SearchShape shape)
    {
        var related = new List<(Spectrum, long)>();
        foreach (Spectrum spectrum in known)
        {
            if (Terms(shape, spectrum.Shape) is { } terms)
            {
                related.Add((spectrum, terms));
            }
        }

        return related;
    }

    /// <summary>The most products of another shape that one product of a shape takes; null when their blocks do not nest.</summary>
    public static long? Terms(SearchShape shape, SearchShape other)
    {
        if (!shape.HasSizesOf(other) || !Nest(shape.M1, other.M1) || !Nest(shape.N1, other.N1))
        {
            return null;
        }

        long fromA = (long)Math.Max(1, shape.M1 / other.M1) * Math.Max(1, shape.N1 / other.N1);
        long fromB = (long)Math.Max(1, other.M1 / shape.M1) * Math.Max(1, other.N1 / shape.N1);
        return Math.Min(fromA, (long)shape.M1 * shape.N1 / fromA) * Math.Min(fromB, (long)shape.M2 * shape.N2 / fromB);
    }

    private static bool Nest(int x, int y) => x % y == 0 || y % x == 0;
}
