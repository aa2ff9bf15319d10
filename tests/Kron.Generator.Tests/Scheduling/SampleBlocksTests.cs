using Kron.Generator.Scheduling;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Scheduling;

public class SampleBlocksTests
{
    /// <summary>A block's intermediates share 2^18 floats of cache; blocks are halved until they do. A sample beyond 2^16 runs alone.</summary>
    [Theory]
    [InlineData(0, 16)]
    [InlineData(1 << 14, 16)]
    [InlineData((1 << 14) + 1, 8)]
    [InlineData(1 << 15, 8)]
    [InlineData(1 << 16, 4)]
    [InlineData((1 << 16) + 1, 1)]
    [InlineData(1 << 18, 1)]
    [InlineData(int.MaxValue, 1)]
    public void BlocksAreAsLargeAsTheCacheAllows(int floatsPerSample, int block) => SampleBlocks.For(floatsPerSample).ShouldBe(block);
}
