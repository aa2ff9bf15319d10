using System;
using System.Linq;
using Kron;

namespace Figure1.Comparison;

/// <summary>The two shapes that are compared. For a picture of m × n both take m + n parameters per product.</summary>
internal static class Shapes
{
    /// <summary>The smallest side of a picture that can be cut into blocks.</summary>
    public const int MinSide = 4;

    /// <summary>Low rank: A [1 × n], B [m × 1]. A sum of such products is the truncated singular value decomposition.</summary>
    public static ShapeGroup LowRank(int height, int width, int rank) => new(1, height, width, 1, rank);

    /// <summary>
    /// Kronecker products of A [m/d × d] and B [d × n/d]: m1·n1 = m and m2·n2 = n. The picture is cut into m/d × d blocks,
    /// and each is a multiple of B.
    /// </summary>
    public static ShapeGroup Kronecker(int height, int width, int divisor, int rank) => new(height / divisor, divisor, divisor, width / divisor, rank);

    /// <summary>Parameters of all products.</summary>
    public static int Parameters(this ShapeGroup shape) => shape.R * ((shape.M1 * shape.N1) + (shape.M2 * shape.N2));

    /// <summary>
    /// Chooses d. Near the fourth root of m·n blocks are about as high and as wide as there are blocks in a column and in a
    /// row. Within a factor of 1.5 of that, the d which leaves the fewest pixels over when m and n are cut to multiples of it.
    /// </summary>
    public static int Divisor(int height, int width)
    {
        double ideal = Math.Sqrt(Math.Sqrt((double)height * width));
        int most = Math.Min(height, width) / 2;
        int first = Math.Clamp((int)Math.Ceiling(ideal / 1.5), 2, most), last = Math.Clamp((int)(ideal * 1.5), 2, most);
        return Enumerable.Range(first, last - first + 1)
            .OrderByDescending(d => (long)(height - (height % d)) * (width - (width % d)))
            .ThenBy(d => Math.Max(d / ideal, ideal / d))
            .First();
    }
}
