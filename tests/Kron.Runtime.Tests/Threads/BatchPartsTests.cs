using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Threads;

public sealed class BatchPartsTests
{
    [Fact]
    public void Parts_cover_the_batch_and_run_the_kernels_of_the_whole()
    {
        foreach (int block in new[] { 1, 4, 16 })
        {
            for (int batch = 1; batch <= 70; batch++)
            {
                for (int most = 1; most <= 20; most++)
                {
                    var parts = new BatchParts(batch, block, most);
                    (int Start, int End)[] ranges = [.. Enumerable.Range(0, parts.Count).Select(part => parts[part])];

                    ranges.SelectMany(range => Kernels(range.Start, range.End, block)).ShouldBe(Kernels(0, batch, block));
                    parts.Count.ShouldBeLessThanOrEqualTo(most);
                }
            }
        }
    }

    [Theory]
    [InlineData(256, 16, 2, 128)]
    [InlineData(31, 16, 2, 16)] // a block, then 15 single samples
    [InlineData(15, 16, 3, 5)]
    [InlineData(48, 16, 3, 16)]
    public void Parts_are_about_equal(int batch, int block, int most, int largest)
    {
        var parts = new BatchParts(batch, block, most);

        parts.Count.ShouldBe(most);
        Enumerable.Range(0, most).Max(part => parts[part].End - parts[part].Start).ShouldBe(largest);
    }

    [Fact]
    public void The_largest_batch_does_not_overflow()
    {
        var parts = new BatchParts(int.MaxValue, 16, 1000);

        parts[0].Start.ShouldBe(0);
        parts[999].End.ShouldBe(int.MaxValue);
        parts[998].End.ShouldBe(parts[999].Start);
    }

    /// <summary>First sample and size of each kernel call, as the engine's loop makes them.</summary>
    private static IEnumerable<(int Sample, int Size)> Kernels(int start, int end, int block)
    {
        for (int sample = start; sample < end;)
        {
            int size = end - sample >= block ? block : 1;
            yield return (sample, size);
            sample += size;
        }
    }
}
