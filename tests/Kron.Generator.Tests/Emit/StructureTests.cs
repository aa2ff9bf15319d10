using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Emit;

/// <summary>Loops, cursors, calls, names and the look of the printed text.</summary>
public sealed unsafe partial class StructureTests
{
    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Cursors_move_by_their_strides(string target)
    {
        int width = PrintedKernels.Target(target).Lanes;
        // Row i of the first input times element 4 − i of the second, summed in place beside a count.
        var kernel = new Kernel("Walk", "Cursors in every direction.", ["x", "w", "to"],
        [
            new Let("sum", new Constant(0)),
            new Loop(
                5,
                [new Cursor("still", new Address("w", 5), 0), new Cursor("back", new Address("w", 4), -1), new Cursor("row", new Address("x", 0), width)],
                [
                    new Let("factor", new Broadcast(new Address("back", 0))),
                    new Let("value", new Load(new Address("row", 0), width)),
                    new Set("sum", new MultiplyAdd("value", "factor", "sum")),
                    new Let("more", new Broadcast(new Address("still", 0))),
                    new Set("sum", new Binary(BinaryKind.Add, "sum", "more")),
                ]),
            new Store(new Address("to", 0), "sum", width),
        ]);
        float[] x = [.. Enumerable.Range(0, 5 * width).Select(index => (float)index)];
        float[] w = [3, -1, 2, 5, 7, 100];
        float[] expected = [.. Enumerable.Range(0, width).Select(lane => 500f + Enumerable.Range(0, 5).Sum(i => x[(i * width) + lane] * w[4 - i]))];
        Run(target, [kernel], x, w, width).ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Loops_without_a_moving_cursor_count_and_empty_ones_vanish(string target)
    {
        int width = PrintedKernels.Target(target).Lanes;
        var kernel = new Kernel("Count", "Loops that count.", ["x", "w", "to"],
        [
            new Let("sum", new Constant(0)),
            new Let("one", new Constant(1)),
            new Loop(7, [], [new Loop(3, [new Cursor("p", new Address("w", 1), 0)], [new Let("b", new Broadcast(new Address("p", 0))), new Set("sum", new Binary(BinaryKind.Add, "sum", "b"))])]),
            new Loop(0, [], [new Set("sum", new Constant(0))]),
            new Loop(1, [new Cursor("p", new Address("x", 2), 5)], [new Let("b", new Broadcast(new Address("p", 0))), new Set("sum", new Binary(BinaryKind.Add, "sum", "b"))]),
            new Set("sum", new Binary(BinaryKind.Add, "sum", "one")),
            new Store(new Address("to", 0), "sum", width),
        ]);
        Run(target, [kernel], [0, 0, 1000], [0, 2], width).ShouldAllBe(value => value == (21 * 2) + 1000 + 1);
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void A_call_passes_addresses(string target)
    {
        int width = PrintedKernels.Target(target).Lanes;
        var callee = new Kernel("Double_1x1", "to = 2·from.", ["from", "to"],
        [
            new Let("a", new Load(new Address("from", 0), width)),
            new Set("a", new Binary(BinaryKind.Add, "a", "a")),
            new Store(new Address("to", 0), "a", width),
        ]);
        var caller = new Kernel("Caller", "Calls.", ["x", "w", "to"],
        [
            new Remark("Twice what lies three further on,\nin one line."),
            new Prefetch(new Address("x", 1 << 20)),
            new Call("Double_1x1", [new Address("x", 3), new Address("to", 0)]),
        ]);
        float[] x = [.. Enumerable.Range(0, 3 + width).Select(index => (float)index)];
        Run(target, [callee, caller], x, [0], width).ShouldBe(Enumerable.Range(0, width).Select(lane => 2f * (lane + 3)));
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Names_may_hide_and_repeat_and_be_keywords(string target)
    {
        int width = PrintedKernels.Target(target).Lanes;
        // 1 + (a loop that hides x as cursor and value) + an outer value named like one of an ended loop.
        var kernel = new Kernel("Names", "Names that C# would not accept as they are.", ["x", "w", "to"],
        [
            new Let("sum", new Constant(1)),
            new Loop(2, [new Cursor("x", new Address("x", 1), 1)],
            [
                new Let("in", new Broadcast(new Address("x", 0))),
                new Let("sum2", new Binary(BinaryKind.Add, "sum", "in")),
                new Set("sum", new Copy("sum2")),
            ]),
            new Let("in", new Broadcast(new Address("x", 0))),
            new Let("in", new Binary(BinaryKind.Add, "in", "sum")),
            new Loop(1, [], [new Let("sum", new Constant(5)), new Set("sum", new Constant(6))]),
            new Set("sum", new Binary(BinaryKind.Add, "in", "sum")),
            new Store(new Address("to", 0), "sum", width),
        ]);
        // sum = 1 + 20 + 30; in = 10 + 51; sum = 61 + 51.
        Run(target, [kernel], [10, 20, 30], [0], width).ShouldAllBe(value => value == 112);
    }

    [Fact]
    public void A_name_that_nothing_introduced_is_refused() =>
        Should.Throw<InvalidOperationException>(() => PrintedKernels.Print(Targets.Scalar, new Kernel("K", "…", ["to"], [new Store(new Address("to", 0), "a", 1)])))
            .Message.ShouldContain("'a'");

    [Theory]
    [MemberData(nameof(PrintedKernels.All), MemberType = typeof(PrintedKernels))]
    public void Text_of_every_statement_compiles_for_every_target(string target) =>
        PrintedKernels.Diagnose(PrintedKernels.Print(PrintedKernels.Target(target), Everything(PrintedKernels.Target(target).Lanes))).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(PrintedKernels.All), MemberType = typeof(PrintedKernels))]
    public void Text_is_the_same_again_and_under_any_culture(string target)
    {
        TargetModel model = PrintedKernels.Target(target);
        string text = PrintedKernels.Print(model, Everything(model.Lanes));
        PrintedKernels.Print(model, Everything(model.Lanes)).ShouldBe(text);

        CultureInfo before = CultureInfo.CurrentCulture;
        var hostile = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        hostile.NumberFormat.NegativeSign = "\u2212";
        hostile.NumberFormat.NumberDecimalSeparator = ",";
        hostile.NumberFormat.NumberGroupSeparator = ".";
        hostile.NumberFormat.NaNSymbol = "¤";
        try
        {
            CultureInfo.CurrentCulture = hostile;
            PrintedKernels.Print(model, Everything(model.Lanes)).ShouldBe(text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Text_reads_as_written_by_hand()
    {
        var kernel = new Kernel("Tile_1x2", "to [1 × 32] = x [4] · w [4 × 32].", ["x", "w", "to"],
        [
            new Let("c0", new Constant(0)),
            new Let("c1", new Constant(0)),
            new Loop(4, [new Cursor("row", new Address("w", 0), 32), new Cursor("a", new Address("x", 0), 1)],
            [
                new Let("a0", new Broadcast(new Address("a", 0))),
                new Let("b0", new Load(new Address("row", 0), 16)),
                new Set("c0", new MultiplyAdd("a0", "b0", "c0")),
                new Let("b1", new Load(new Address("row", 16), 16)),
                new Set("c1", new MultiplyAdd("a0", "b1", "c1")),
            ]),
            new Remark("The last vector has 5 columns."),
            new Store(new Address("to", 0), "c0", 16),
            new Store(new Address("to", 16), "c1", 5),
        ]);
        string text = PrintedKernels.Print(Targets.Avx512, kernel);
        text.Substring(text.IndexOf("    /// <summary>", StringComparison.Ordinal)).ShouldBe(
            """
                /// <summary>to [1 × 32] = x [4] · w [4 × 32].</summary>
                [MethodImpl(MethodImplOptions.AggressiveOptimization)]
                private static void Tile_1x2(float* x, float* w, float* to)
                {
                    Vector512<float> c0 = default, c1 = default;

                    for (float* row = w, a = x, rowEnd = row + 128; row < rowEnd; row += 32, a++)
                    {
                        var a0 = Vector512.Create(a[0]); c0 = FusedMultiplyAdd(a0, LoadVector512(row), c0); c1 = FusedMultiplyAdd(a0, LoadVector512(row + 16), c1);
                    }

                    // The last vector has 5 columns.
                    Avx512F.Store(to, c0); Simd512.Store(to + 16, c1, 5);
                }
            }

            """.ReplaceLineEndings("\n"));
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.All), MemberType = typeof(PrintedKernels))]
    public void No_kernel_holds_arrays_statics_or_stack_memory(string target)
    {
        string text = PrintedKernels.Print(PrintedKernels.Target(target), Everything(PrintedKernels.Target(target).Lanes));
        Forbidden().Matches(text).ShouldBeEmpty();
    }

    [GeneratedRegex(@"stackalloc|readonly|\bnew\b|Vector\d+\.Load")]
    private static partial Regex Forbidden();

    // Every kind of statement and operation once.
    private static Kernel[] Everything(int width)
    {
        var x = new Address("x", 0);
        Statement[] unary = [.. Enum.GetValues<UnaryKind>().Select((kind, index) => new Let($"u{index}", new Unary(kind, "a")))];
        Statement[] binary = [.. Enum.GetValues<BinaryKind>().Where(kind => kind != BinaryKind.And && (width > 1 || kind != BinaryKind.AddPairs)).Select((kind, index) => new Let($"v{index}", new Binary(kind, "a", "b")))];
        Statement[] constants = [.. new[] { 0f, -0f, -1.5f, 1e-20f, float.NaN, float.NegativeInfinity }.Select((value, index) => new Let($"k{index}", new Constant(value)))];
        var other = new Kernel("Other", "A <callee> & more.", ["p"], []);
        var all = new Kernel("Everything", "All there is.", ["x", "y"],
        [
            new Remark("Every statement."),
            new Let("a", new Load(x, width)),
            new Let("b", new LoadStrided(x, -3, width)),
            new Let("c", new Broadcast(x + (-5))),
            .. constants,
            .. unary,
            .. binary,
            new Let("m", new Binary(BinaryKind.Greater, "a", "b")),
            new Let("n", new Binary(BinaryKind.And, "m", "m")),
            new Let("s", new Select("n", "a", "b")),
            new Let("f", new MultiplyAdd("a", "b", "c")),
            new Let("g", new MultiplyAddLane("a", "b", width - 1, "c")),
            new Let("h", new Copy("g")),
            new Loop(3, [new Cursor("p", x, 2), new Cursor("q", x + 9, -2)], [new Set("h", new Load(new Address("p", 5_000_000_000), (width + 1) / 2))]),
            new Store(x, "h", width),
            new Store(x, "h", (width + 1) / 2),
            new StoreStrided(x, "h", 3, width),
            new StoreTransposed(x, ["h"], 4, width, false),
            new StoreTransposed(x, ["h", "s"], 4, width, true),
            new StoreTransposed(x, ["h", "s", "f"], 4, width, false),
            new StoreTransposed(x, ["h", "s", "f", "g"], 4, width, true),
            new Rearrange(new Address("y", 0), x, 4 * width, 40 * width, [new Extent(7, 3)], [new Extent(2, 100), new Extent(5, 1)]),
            new Prefetch(x + 1024),
            new Call("Other", [x + 3]),
        ]);
        return [other, all];
    }

    private static float[] Run(string target, Kernel[] kernels, float[] first, float[] second, int width)
    {
        PrintedKernels compiled = PrintedKernels.Compile(PrintedKernels.Target(target), kernels);
        float[] result = new float[width];
        fixed (float* x = first, w = second, to = result)
        {
            compiled.Run(kernels[^1].Name, x, w, to);
        }

        return result;
    }
}
