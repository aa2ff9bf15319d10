using System;
using System.Linq;
using Kron.CompilerServices;
using Kron.Generator.Tests.Emit;
using Shouldly;
using Xunit;
using Copy = Kron.CompilerServices.Panels;
using Inner = (int Count2, long Stride2, int Count1, long Stride1, int Count0, long Stride0);
using Lanes = (int Count1, long Stride1, int Count0, long Stride0);

namespace Kron.Runtime.Tests.Panels;

/// <summary>Rearrangements against the definition, element by element, on memory flush against unreadable pages at both ends.</summary>
public sealed unsafe class RearrangeTests
{
    private static readonly int[] Counts = [1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 31, 33, 40, 130];

    /// <summary>Each tail of lanes and of steps in each way to copy.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Every_tail_is_copied(int width)
    {
        foreach (int lanes in Enumerable.Range(1, 21))
        {
            foreach (int count in Counts)
            {
                Check(width, (1, 0, lanes, count), (1, 0, 1, 0, count, 1)); // rows
                Check(width, (1, 0, lanes, 1), (1, 0, 1, 0, count, lanes)); // columns
                Check(width, (1, 0, lanes, 3), (1, 0, 1, 0, count, 3 * lanes)); // nothing lies together
                Check(width, (1, 0, lanes, 1), (1, 0, 1, 0, count, 1)); // windows: source elements are read more than once
                Check(width, (lanes, 2L * count, 2, 1), (1, 0, 1, 0, count, 2)); // pairs of lanes
                Check(width, (lanes, 1, 3, (long)lanes * count), (1, 0, 1, 0, count, lanes)); // rows take turns
                Check(width, (lanes, 1, 2, (long)lanes * count), (1, 0, 1, 0, count, lanes));
                Check(width, (lanes, 1, 6, (long)lanes * count), (1, 0, 1, 0, count, lanes));
                Check(width, (2, 1000, lanes, 1), (1, 0, 1, 0, count, lanes)); // runs that end inside a panel
            }
        }
    }

    [Fact]
    public void A_unit_stride_is_used_wherever_it_is()
    {
        foreach (int count in Counts)
        {
            Check(16, (1, 0, 19, count), (1, 0, count, 1, 5, 19L * count)); // the term index innermost
            Check(16, (1, 0, 19, count), (count, 1, 3, 57L * count, 2, 19L * count));
            Check(16, (1, 0, 19, count), (4, 19L * count, count, 1, 3, 76L * count));
            Check(16, (1, 0, 19, 3L * count), (2, 57L * count, 3, count, count, 1)); // mergeable
        }
    }

    [Fact]
    public void Any_strides_are_copied()
    {
        var random = new Random(1);
        for (int i = 0; i < 1000; i++)
        {
            long Stride() => random.Next(4) == 0 ? 1 : random.Next(60);
            int width = new[] { 1, 2, 4, 8, 16, 32, 48 }[random.Next(7)];
            Lanes lanes = (random.Next(1, 20), Stride(), random.Next(1, 20), Stride());
            Inner inner = (random.Next(1, 5), Stride(), random.Next(1, 9), Stride(), random.Next(1, 40), Stride());
            Check(width, lanes, inner, gap: random.Next(2) * width, group: random.Next(2) == 0 ? 1 : random.Next(1, width + 1));
        }
    }

    /// <summary>Neighbours beside each other: of rows, of columns, of neither, and with other loops inside and outside.</summary>
    [Theory]
    [InlineData(4, 2)]
    [InlineData(4, 4)]
    [InlineData(8, 2)]
    [InlineData(8, 4)]
    [InlineData(16, 2)]
    [InlineData(16, 3)]
    [InlineData(16, 4)]
    [InlineData(16, 16)]
    public void Groups_are_copied(int width, int group)
    {
        foreach (int lanes in new[] { 1, 2, 3, 4, 5, 8, 9, 21 })
        {
            foreach (int count in new[] { 1, 2, 3, 4, 5, 9, 16, 33 })
            {
                Check(width, (1, 0, lanes, count), (1, 0, 1, 0, count, 1), group: group); // rows
                Check(width, (1, 0, lanes, 1), (1, 0, 1, 0, count, lanes), group: group); // columns
                Check(width, (1, 0, lanes, 3), (1, 0, 1, 0, count, 3 * lanes), group: group); // nothing lies together
                Check(width, (2, 1000, lanes, 1), (3, 40L * count, 2, 20L * count, count, 20), gap: width, group: group);
                Check(width, (lanes, 1, 3, 1000), (1, 0, 5, 1, count, 70), group: group); // rows take turns, another loop is contiguous
            }
        }
    }

    /// <summary>Many lanes whose steps lie apart: panels are filled together, block by block.</summary>
    [Theory]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(16, 1)]
    [InlineData(16, 2)]
    [InlineData(48, 1)]
    public void Many_lanes_apart_are_copied(int width, int group)
    {
        foreach (int count in new[] { 1, 2, 5, 40, 260 })
        {
            foreach (int lanes in new[] { 250, 256, 259, 601 })
            {
                Check(width, (1, 0, lanes, 1), (2, 607L * count, 1, 0, count, 607), group: group); // columns
                Check(width, (1, 0, lanes / 3, 3), (3, 1, 2, 607L * count, count, 607), group: group); // nothing lies together but an outer loop
                Check(width, (lanes / 2, 1, 2, 607L * count), (1, 0, 2, 400, count, 607), gap: width, group: group); // rows take turns
                Check(width, (lanes / 5, 1, 5, 607L * count), (1, 0, 1, 0, count, 607), group: group);
            }
        }
    }

    [Theory]
    [InlineData(1, 0, 700, 500, 500, 1)] // rows
    [InlineData(100, 1, 7, 50_000, 500, 100)] // rows take turns
    [InlineData(1, 0, 700, 1, 500, 700)] // columns
    public void Large_copies_of_weights_are_shared_out(int lanes1, long laneStride1, int lanes0, long laneStride0, int count, long stride)
    {
        s_lanes = (lanes1, laneStride1, lanes0, laneStride0);
        s_inner = (1, 0, 1, 0, count, stride);
        int floats = Size(s_lanes, s_inner), panelStride = count * 16, panels = ((lanes1 * lanes0) + 15) / 16;
        float[] from = GC.AllocateArray<float>(floats, pinned: true), to = GC.AllocateArray<float>(panels * panelStride, pinned: true);
        Layers.NaiveLayer.Fill(from, seed: 2);
        foreach (WorkerPool pool in new[] { new WorkerPool(0), new WorkerPool(3, isEager: true) })
        {
            Array.Clear(to);
            fixed (float* source = from, target = to)
            {
                var frame = new KernelFrame { Parameters = source, Packed = target };
                Copy.Pack(&PackOnce, &frame, pool);
            }

            to.ShouldBe(Expected(from, 16, panelStride, s_lanes, s_inner, new float[to.Length]));
        }
    }

    private static Lanes s_lanes;
    private static Inner s_inner;

    private static void PackOnce(KernelFrame* frame) =>
        Copy.Rearrange(frame->Parameters, frame->Packed, 16, s_inner.Count0 * 16L, s_lanes, s_inner);

    private static void Check(int width, Lanes lanes, Inner inner, int gap = 0, int group = 1)
    {
        int panels = Ratio(lanes.Count1 * lanes.Count0, width / group);
        int panelStride = (inner.Count2 * inner.Count1 * Ratio(inner.Count0, group) * width) + gap;
        foreach (bool atEnd in new[] { false, true })
        {
            using var from = new GuardedFloats(Size(lanes, inner), atEnd);
            using var to = new GuardedFloats((panels * panelStride) - gap, atEnd);
            for (int i = 0; i < from.Count; i++)
            {
                from.Span[i] = i;
            }

            float[] expected = Expected(from.Span, width, panelStride, lanes, inner, to.Span.ToArray(), group);
            if (group == 1)
            {
                Copy.Rearrange(from.Start, to.Start, width, panelStride, lanes, inner);
            }
            else
            {
                Copy.Group(from.Start, to.Start, width, group, panelStride, lanes, inner);
            }

            if (!to.Span.SequenceEqual(expected))
            {
                to.Span.ToArray().ShouldBe(expected, $"width {width}, group {group}, lanes {lanes}, inner {inner}");
            }

            to.ShouldBeAloneWritten();
        }
    }

    private static int Size(Lanes lanes, Inner inner) => (int)(1
        + ((lanes.Count1 - 1) * lanes.Stride1) + ((lanes.Count0 - 1) * lanes.Stride0)
        + ((inner.Count2 - 1) * inner.Stride2) + ((inner.Count1 - 1) * inner.Stride1) + ((inner.Count0 - 1) * inner.Stride0));

    /// <summary>The definition; what no lane is written to keeps what <paramref name="to"/> holds.</summary>
    private static float[] Expected(ReadOnlySpan<float> from, int width, int panelStride, Lanes lanes, Inner inner, float[] to, int group = 1)
    {
        int perPanel = width / group, groups = Ratio(inner.Count0, group);
        for (int l = 0; l < lanes.Count1 * lanes.Count0; l++)
        {
            long lane = (l / lanes.Count0 * lanes.Stride1) + (l % lanes.Count0 * lanes.Stride0);
            for (int outer = 0; outer < inner.Count2 * inner.Count1; outer++)
            {
                long row = lane + (outer / inner.Count1 * inner.Stride2) + (outer % inner.Count1 * inner.Stride1);
                for (int k = 0; k < groups * group; k++)
                {
                    int step = (outer * groups) + (k / group);
                    to[(l / perPanel * panelStride) + (step * width) + (l % perPanel * group) + (k % group)] = k < inner.Count0 ? from[(int)(row + (k * inner.Stride0))] : 0;
                }
            }
        }

        return to;
    }

    private static int Ratio(int count, int each) => (count + each - 1) / each;
}
