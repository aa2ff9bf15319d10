using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Scheduling;

public class EqualBlocksTests
{
    [Fact]
    public void ThirtyTwoBySixLeavesNoShortTail() => Sizes(32, 6).ShouldBe([6, 6, 5, 5, 5, 5]);

    [Theory]
    [InlineData(12, 4, "4 4 4")]
    [InlineData(13, 12, "7 6")]
    [InlineData(3, 24, "3")]
    [InlineData(1, 1, "1")]
    public void LargerBlocksComeFirst(int extent, int limit, string sizes) => string.Join(" ", Sizes(extent, limit)).ShouldBe(sizes);

    [Fact]
    public void BlocksCoverTheExtentWithinTheLimitAndDifferByOneAtMost()
    {
        for (int extent = 1; extent <= 64; extent++)
        {
            for (int limit = 1; limit <= 24; limit++)
            {
                int[] sizes = Sizes(extent, limit);
                string what = $"{extent} by {limit}";
                sizes.Sum().ShouldBe(extent, what);
                sizes.Max().ShouldBeLessThanOrEqualTo(limit, what);
                (sizes.Max() - sizes.Min()).ShouldBeLessThanOrEqualTo(1, what);

                // As few blocks as the limit allows, so as few calls.
                ((sizes.Length - 1) * limit).ShouldBeLessThan(extent, what);
            }
        }
    }

    private static int[] Sizes(int extent, int limit)
    {
        IReadOnlyList<(int Size, int Count)> runs = EqualBlocks.Of(extent, limit);
        runs.Count.ShouldBeLessThanOrEqualTo(2);
        runs.ShouldAllBe(run => run.Count > 0);
        return [.. runs.SelectMany(run => Enumerable.Repeat(run.Size, run.Count))];
    }
}
