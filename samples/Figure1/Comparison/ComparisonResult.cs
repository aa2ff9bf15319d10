using System.Collections.Generic;
using Figure1.Images;

namespace Figure1.Comparison;

/// <summary>What is shown: the picture and both approximations of each rank.</summary>
/// <param name="Original">The picture that was approximated.</param>
/// <param name="Ranks">The numbers of products.</param>
/// <param name="LowRank">Low rank (SVD), one for each rank.</param>
/// <param name="Kronecker">Sums of Kronecker products (KPSVD), one for each rank.</param>
internal sealed record ComparisonResult(
    Picture Original, IReadOnlyList<int> Ranks, IReadOnlyList<Approximation> LowRank, IReadOnlyList<Approximation> Kronecker)
{
    /// <summary>Approximates a picture in both ways.</summary>
    /// <param name="picture">The picture, its sides multiples of <paramref name="divisor"/>.</param>
    /// <param name="divisor">d of <see cref="Shapes.Kronecker"/>.</param>
    /// <param name="ranks">The numbers of products, increasing.</param>
    public static ComparisonResult Of(Picture picture, int divisor, IReadOnlyList<int> ranks) => new(
        picture,
        ranks,
        Approximation.Of(picture, rank => Shapes.LowRank(picture.Height, picture.Width, rank), ranks),
        Approximation.Of(picture, rank => Shapes.Kronecker(picture.Height, picture.Width, divisor, rank), ranks));

    /// <summary>The numbers that the picture has: one for each pixel and channel.</summary>
    public int Values => Original.Channels * Original.Height * Original.Width;
}
