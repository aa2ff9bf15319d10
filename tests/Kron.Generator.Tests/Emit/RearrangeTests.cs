using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Emit;

/// <summary>Panels against the definition of <see cref="Rearrange"/>.</summary>
public sealed unsafe class RearrangeTests
{
    public static TheoryData<int, int[], int[]> Cases => new()
    {
        // Width; count and stride of the lane dimensions, then of the inner ones.
        { 16, [40, 1], [9, 40] },
        { 48, [100, 1], [3, 400, 4, 100] },
        { 8, [3, 50, 5, 1], [2, 5, 5, 10] },
        { 16, [37, 64], [64, 1] },
        { 16, [37, 41], [41, 1] },
        { 4, [6, 7], [7, 1] },
        { 48, [5, 300, 10, 30], [3, 10, 10, 1] },
        { 32, [2, 700, 33, 21], [2, 1400, 3, 7, 7, 1] },
        { 16, [20, 3], [5, 60] },
        { 16, [3, 100, 3, 1], [4, 3] },
        { 16, [3, 1, 7, 3], [11, 21] },
        { 1, [5, 1], [3, 5] },
        { 1, [5, 3], [3, 1] },
        { 16, [], [12, 1] },
        { 16, [12, 1], [] },
        { 16, [2, 0, 5, 1], [2, 5] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Panels_hold_the_tensor(int width, int[] lanes, int[] inner)
    {
        foreach (int gap in new[] { 0, 3 * width })
        {
            ShouldPack(width, gap, lanes, inner);
        }
    }

    private static void ShouldPack(int width, int gap, int[] lanes, int[] inner)
    {
        Extent[] laneDims = Extents(lanes), innerDims = Extents(inner);
        long[] laneOffsets = Offsets(laneDims), innerOffsets = Offsets(innerDims);
        int sourceCount = (int)(laneOffsets.Max() + innerOffsets.Max()) + 1;
        int panels = (laneOffsets.Length + width - 1) / width;
        int panelStride = (innerOffsets.Length * width) + gap;
        float[] expected = [.. Enumerable.Repeat(GuardedFloats.Sentinel, (panels * panelStride) - gap)];
        for (int l = 0; l < laneOffsets.Length; l++)
        {
            for (int k = 0; k < innerOffsets.Length; k++)
            {
                expected[(l / width * panelStride) + (k * width) + (l % width)] = laneOffsets[l] + innerOffsets[k] + 1;
            }
        }

        var kernel = new Kernel("Pack", "Packs.", ["from", "to"], [new Rearrange(new Address("to", 0), new Address("from", 0), width, panelStride, laneDims.ToEquatableArray(), innerDims.ToEquatableArray())]);
        PrintedKernels compiled = PrintedKernels.Compile(Targets.Scalar, kernel);
        foreach (bool atEnd in new[] { false, true })
        {
            using var from = new GuardedFloats(sourceCount, atEnd);
            using var to = new GuardedFloats(expected.Length, atEnd);
            for (int index = 0; index < sourceCount; index++)
            {
                from.Span[index] = index + 1;
            }

            compiled.Run("Pack", from.Start, to.Start);
            to.Span.ToArray().ShouldBe(expected);
            to.ShouldBeAloneWritten();
        }
    }

    private static Extent[] Extents(int[] pairs) => [.. pairs.Chunk(2).Select(pair => new Extent(pair[0], pair[1]))];

    private static long[] Offsets(IEnumerable<Extent> extents) => extents.Aggregate(
        new long[] { 0 },
        (offsets, extent) => [.. offsets.SelectMany(offset => Enumerable.Range(0, extent.Count).Select(index => offset + (index * extent.Stride)))]);
}
