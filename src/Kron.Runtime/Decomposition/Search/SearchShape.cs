using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;

namespace Kron.Decomposition;

/// <summary>A factorisation of a weight's sizes, rank left open: A [m1 × n1], B [m2 × n2].</summary>
internal readonly record struct SearchShape(int M1, int M2, int N1, int N2)
{
    public SearchShape(ShapeGroup group)
        : this(group.M1, group.M2, group.N1, group.N2)
    {
    }

    /// <summary>Floats of one product.</summary>
    public long Parameters => ((long)M1 * N1) + ((long)M2 * N2);

    /// <summary>Multiply-adds per sample of one product, in its cheaper order.</summary>
    public long MultiplyAdds => LayerCosts.MultiplyAdds(Group(1));

    /// <summary>Entries of the weight, padding among them.</summary>
    public long Entries => (long)M1 * M2 * N1 * N2;

    /// <summary>The number of singular values of the rearranged weight.</summary>
    public int Short => (int)Math.Min((long)M1 * N1, (long)M2 * N2);

    public ShapeGroup Group(int rank) => new(M1, M2, N1, N2, rank);

    /// <summary>Whether two shapes pad a weight alike, so that one layer may have both.</summary>
    public bool HasSizesOf(SearchShape other) =>
        (long)M1 * M2 == (long)other.M1 * other.M2 && (long)N1 * N2 == (long)other.N1 * other.N2;

    /// <summary>
    /// All shapes of a weight. A size may be padded by dummy entries, but only as far as its factors need: with one
    /// factor less in either, m1·m2 would no longer cover it. Ordered by the cost of their spectra.
    /// </summary>
    public static List<SearchShape> Of(int outputs, int inputs, int padding)
    {
        List<(int, int)> rows = Factorisations(outputs, padding), columns = Factorisations(inputs, padding);
        var shapes = new List<SearchShape>();
        foreach ((int m1, int m2) in rows)
        {
            foreach ((int n1, int n2) in columns)
            {
                // A column times a row, which is low rank as well and stands for (1, m, n, 1).
                if (m2 > 1 || n1 > 1 || m1 == 1 || n2 == 1)
                {
                    shapes.Add(new SearchShape(m1, m2, n1, n2));
                }
            }
        }

        // Stable, so that the order is the same everywhere.
        return [.. shapes.OrderBy(shape => shape.Short)];
    }

    private static List<(int First, int Second)> Factorisations(int size, int padding)
    {
        var result = new List<(int, int)>();
        for (int first = 1; first <= size; first++)
        {
            int second = ((size - 1) / first) + 1;
            bool needsAll = ((size - 1) / second) + 1 == first;
            if (needsAll && ((long)first * second) - size <= padding)
            {
                result.Add((first, second));
            }
        }

        return result;
    }
}
