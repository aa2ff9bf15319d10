using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Emit;

/// <summary>Loads and stores of every width, with the memory they may touch flush against memory they may not.</summary>
public sealed unsafe class MemoryAccessTests
{
    private static readonly long[] Strides = [1, 2, 3, 5, 7, 17];

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void A_load_of_the_first_lanes_reads_them_alone_and_zeros_the_rest(string target)
    {
        int width = PrintedKernels.Target(target).Lanes;
        PrintedKernels compiled = Compile(target, Enumerable.Range(0, width + 1).Select(lanes =>
            Kernel($"Load{lanes}", new Let("a", new Load(new Address("from", 2), lanes)), new Store(new Address("to", 0), "a", width))));
        for (int lanes = 0; lanes <= width; lanes++)
        {
            foreach (bool atEnd in new[] { false, true })
            {
                using var from = new GuardedFloats(lanes, atEnd);
                using var to = new GuardedFloats(width, atEnd: true);
                Fill(from.Span);
                compiled.Run($"Load{lanes}", from.Start - 2, to.Start);
                to.Span.ToArray().ShouldBe(Enumerable.Range(0, width).Select(lane => lane < lanes ? lane + 1f : 0f));
            }
        }
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void A_store_of_the_first_lanes_writes_them_alone(string target)
    {
        int width = PrintedKernels.Target(target).Lanes;
        PrintedKernels compiled = Compile(target, Enumerable.Range(0, width + 1).Select(lanes =>
            Kernel($"Store{lanes}", new Let("a", new Load(new Address("from", 0), width)), new Store(new Address("to", -3), "a", lanes))));
        using var from = new GuardedFloats(width, atEnd: true);
        Fill(from.Span);
        for (int lanes = 0; lanes <= width; lanes++)
        {
            foreach (bool atEnd in new[] { false, true })
            {
                using var to = new GuardedFloats(lanes, atEnd);
                compiled.Run($"Store{lanes}", from.Start, to.Start + 3);
                to.Span.ToArray().ShouldBe(Enumerable.Range(0, lanes).Select(lane => lane + 1f));
                to.ShouldBeAloneWritten();
            }
        }
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Strided_loads_and_stores_touch_their_elements_alone(string target)
    {
        int width = PrintedKernels.Target(target).Lanes;
        (int Lanes, long Stride)[] cases = [.. Enumerable.Range(1, width).SelectMany(_ => Strides, (lanes, stride) => (lanes, stride))];
        PrintedKernels compiled = Compile(target, cases.SelectMany(c => new[]
        {
            Kernel($"Load{c.Lanes}_{c.Stride}", new Let("a", new LoadStrided(new Address("from", 0), c.Stride, c.Lanes)), new Store(new Address("to", 0), "a", width)),
            Kernel($"Store{c.Lanes}_{c.Stride}", new Let("a", new Load(new Address("from", 0), width)), new StoreStrided(new Address("to", 0), "a", c.Stride, c.Lanes)),
        }));
        using var whole = new GuardedFloats(width, atEnd: true);
        foreach ((int lanes, long stride) in cases)
        {
            int extent = (int)((lanes - 1) * stride) + 1;
            foreach (bool atEnd in new[] { false, true })
            {
                using var strided = new GuardedFloats(extent, atEnd);
                Fill(strided.Span);
                compiled.Run($"Load{lanes}_{stride}", strided.Start, whole.Start);
                whole.Span.ToArray().ShouldBe(Enumerable.Range(0, width).Select(lane => lane < lanes ? (lane * stride) + 1f : 0f));

                strided.Span.Fill(GuardedFloats.Sentinel);
                Fill(whole.Span);
                compiled.Run($"Store{lanes}_{stride}", whole.Start, strided.Start);
                strided.Span.ToArray().ShouldBe(Enumerable.Range(0, extent).Select(index => index % stride == 0 ? (index / stride) + 1f : GuardedFloats.Sentinel));
                strided.ShouldBeAloneWritten();
            }
        }
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void A_broadcast_reads_one_float(string target)
    {
        int width = PrintedKernels.Target(target).Lanes;
        PrintedKernels compiled = Compile(target, [Kernel("Broadcast", new Let("a", new Broadcast(new Address("from", 7))), new Store(new Address("to", 0), "a", width))]);
        foreach (bool atEnd in new[] { false, true })
        {
            using var from = new GuardedFloats(1, atEnd);
            using var to = new GuardedFloats(width, atEnd);
            from.Span[0] = 0.3f;
            compiled.Run("Broadcast", from.Start - 7, to.Start);
            to.Span.ToArray().ShouldAllBe(value => value == 0.3f);
        }
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Repeated_floats_fill_the_lanes_and_are_all_that_is_read(string target)
    {
        TargetModel model = PrintedKernels.Target(target);
        int width = model.Lanes;
        (int Repeat, int Given)[] cases =
        [
            .. model.Repeats.SelectMany(repeat => Enumerable.Range(1, repeat), (repeat, given) => (repeat, given)).Where(c => c.given == c.repeat || width % c.repeat == 0),
        ];
        PrintedKernels compiled = Compile(target, cases.Select(c => Kernel(
            $"Repeat{c.Repeat}_{c.Given}",
            new Let("a", new Broadcast(new Address("from", 0), c.Repeat, c.Given)),
            new Store(new Address("to", 0), "a", width / c.Repeat * c.Repeat))));
        foreach ((int repeat, int given) in cases)
        {
            foreach (bool atEnd in new[] { false, true })
            {
                using var from = new GuardedFloats(given, atEnd);
                using var to = new GuardedFloats(width / repeat * repeat, atEnd);
                Fill(from.Span);
                compiled.Run($"Repeat{repeat}_{given}", from.Start, to.Start);
                to.Span.ToArray().ShouldBe(Enumerable.Range(0, to.Span.Length).Select(lane => lane % repeat < given ? (lane % repeat) + 1f : 0f), $"{given} of {repeat}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void A_transposed_store_writes_each_lane_of_each_row_alone(string target)
    {
        int width = PrintedKernels.Target(target).Lanes;
        foreach (bool add in new[] { false, true })
        {
            (int Rows, int Lanes, long Stride)[] cases =
            [
                .. from rows in Enumerable.Range(1, 4)
                   from lanes in Enumerable.Range(0, width + 1)
                   from stride in new long[] { rows, rows + 1, 19 }
                   select (rows, lanes, stride),
            ];
            PrintedKernels compiled = Compile(target, cases.Select(c => Kernel(
                $"T{c.Rows}_{c.Lanes}_{c.Stride}",
                [
                    .. Enumerable.Range(0, c.Rows).Select(row => new Let($"r{row}", new Load(new Address("from", row * width), width))),
                    new StoreTransposed(new Address("to", 0), Enumerable.Range(0, c.Rows).Select(row => $"r{row}").ToEquatableArray(), c.Stride, c.Lanes, add),
                ])));
            using var from = new GuardedFloats(4 * width, atEnd: true);
            Fill(from.Span);
            foreach ((int rows, int lanes, long stride) in cases)
            {
                int extent = lanes == 0 ? 0 : (int)((lanes - 1) * stride) + rows;
                float[] expected = [.. Enumerable.Repeat(GuardedFloats.Sentinel, extent)];
                for (int lane = 0; lane < lanes; lane++)
                {
                    for (int row = 0; row < rows; row++)
                    {
                        int at = (int)(lane * stride) + row;
                        expected[at] = from.Span[(row * width) + lane] + (add ? expected[at] : 0);
                    }
                }

                foreach (bool atEnd in new[] { false, true })
                {
                    using var to = new GuardedFloats(extent, atEnd);
                    compiled.Run($"T{rows}_{lanes}_{stride}", from.Start, to.Start);
                    to.Span.ToArray().ShouldBe(expected, $"{rows} rows, {lanes} lanes, stride {stride}, add {add}");
                    to.ShouldBeAloneWritten();
                }
            }
        }
    }

    [Fact]
    public void A_lane_count_the_target_lacks_is_refused()
    {
        Kernel kernel = Kernel("Wide", new Let("a", new Load(new Address("from", 0), 9)));
        Should.Throw<ArgumentOutOfRangeException>(() => PrintedKernels.Print(Targets.Avx2, kernel)).Message.ShouldContain("8 lanes");
    }

    private static PrintedKernels Compile(string target, IEnumerable<Kernel> kernels) =>
        PrintedKernels.Compile(PrintedKernels.Target(target), [.. kernels]);

    private static Kernel Kernel(string name, params Statement[] body) => new(name, "One access.", ["from", "to"], body.ToEquatableArray());

    private static void Fill(Span<float> values)
    {
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = index + 1;
        }
    }
}
