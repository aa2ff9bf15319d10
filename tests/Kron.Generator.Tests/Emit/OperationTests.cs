using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Emit;

/// <summary>Every operation on values, printed for each target that runs here, against plain C#.</summary>
public sealed unsafe class OperationTests
{
    // Every pair of these meets in some lane.
    private static readonly float[] Specials =
    [
        0f, -0f, 1f, -1f, 0.5f, -0.5f, 1.5f, -1.5f, 2.5f, 3.25f, -7.75f, 1e-3f, 1e10f, -1e10f, 8388607.5f, 8388609f, -0.25f,
        float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Arithmetic_of_two_values(string target)
    {
        (BinaryKind Kind, Func<float, float, float> Expected)[] operations =
        [
            (BinaryKind.Add, (a, b) => a + b),
            (BinaryKind.Subtract, (a, b) => a - b),
            (BinaryKind.Multiply, (a, b) => a * b),
            (BinaryKind.Divide, (a, b) => a / b),
        ];
        foreach ((BinaryKind kind, Func<float, float, float> expected) in operations)
        {
            ShouldCompute(target, new Binary(kind, "a", "b"), (a, b, _) => expected(a, b));
        }
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Min_and_max_yield_the_second_operand_where_either_is_nan(string target)
    {
        // NEON's own instructions yield NaN there and order the zeros.
        Func<float, float, bool> compared = target == "AdvSimd"
            ? (a, b) => !float.IsNaN(a) && !float.IsNaN(b) && a != b
            : (_, _) => true;
        ShouldCompute(target, new Binary(BinaryKind.Min, "a", "b"), (a, b, _) => a < b ? a : b, compared);
        ShouldCompute(target, new Binary(BinaryKind.Max, "a", "b"), (a, b, _) => a > b ? a : b, compared);
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void A_multiply_add_is_fused_exactly_where_the_target_says_so(string target)
    {
        Func<float, float, float, float> expected = PrintedKernels.Target(target).FusedMultiplyAdd
            ? MathF.FusedMultiplyAdd
            : (a, b, c) => (float)(a * b) + c;
        ShouldCompute(target, new MultiplyAdd("a", "b", "c"), expected);
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void A_multiply_add_by_lane_takes_that_lane_for_all(string target)
    {
        TargetModel model = PrintedKernels.Target(target);
        int lanes = model.Lanes;
        Kernel[] kernels = [.. Enumerable.Range(0, lanes).Select(lane => Elementwise($"Lane{lane}", lanes, new MultiplyAddLane("a", "b", lane, "c")))];
        PrintedKernels compiled = PrintedKernels.Compile(model, kernels);
        float[] a = Fractions(lanes, 3), b = Fractions(lanes, 5), c = Fractions(lanes, 7);
        for (int lane = 0; lane < lanes; lane++)
        {
            float[] result = Run(compiled, kernels[lane].Name, lanes, a, b, c);
            for (int l = 0; l < lanes; l++)
            {
                result[l].ShouldBe((a[l] * b[lane]) + c[l]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Sign_size_and_rounding(string target)
    {
        ShouldCompute(target, new Unary(UnaryKind.Negate, "a"), (a, _, _) => -a, nanSign: true);
        ShouldCompute(target, new Unary(UnaryKind.Absolute, "a"), (a, _, _) => MathF.Abs(a), nanSign: true);
        ShouldCompute(target, new Unary(UnaryKind.Round, "a"), (a, _, _) => MathF.Round(a, MidpointRounding.ToEven));
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void A_square_root_is_rounded_once(string target) =>
        ShouldCompute(target, new Unary(UnaryKind.SquareRoot, "a"), (a, _, _) => MathF.Sqrt(a));

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void A_copy_is_the_value(string target) => ShouldCompute(target, new Copy("b"), (_, b, _) => b);

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void The_sum_of_lanes_is_in_every_lane(string target)
    {
        TargetModel model = PrintedKernels.Target(target);
        float[] a = Fractions(model.Lanes, 3);
        Kernel kernel = Elementwise("Sum", model.Lanes, new Unary(UnaryKind.ReduceAdd, "a"));
        float[] result = Run(PrintedKernels.Compile(model, kernel), "Sum", model.Lanes, a, a, a);
        result.ShouldAllBe(value => value == a.Sum());
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Lanes_are_summed_neighbours_first(string target)
    {
        TargetModel model = PrintedKernels.Target(target);
        Kernel kernel = Elementwise("Sum", model.Lanes, new Unary(UnaryKind.ReduceAdd, "a"));
        PrintedKernels compiled = PrintedKernels.Compile(model, kernel);
        var random = new Random(1);
        for (int trial = 0; trial < 100; trial++)
        {
            float[] a = [.. Enumerable.Range(0, model.Lanes).Select(_ => random.NextSingle() - 0.5f)], sums = a;
            while (sums.Length > 1)
            {
                sums = [.. sums.Chunk(2).Select(pair => pair[0] + pair[1])];
            }

            Run(compiled, "Sum", model.Lanes, a, a, a).ShouldAllBe(value => value == sums[0]);
        }
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Scaling_multiplies_by_every_power_of_two(string target)
    {
        TargetModel model = PrintedKernels.Target(target);
        Kernel kernel = Elementwise("Scale", model.Lanes, new Binary(BinaryKind.Scale, "a", "b"));
        PrintedKernels compiled = PrintedKernels.Compile(model, kernel);
        foreach (float factor in new[] { 1f, -1.5f, 0.70710677f, 1.9999999f, 0f, 3e38f, 1e-38f })
        {
            for (int first = -126; first <= 127; first += model.Lanes)
            {
                float[] a = [.. Enumerable.Repeat(factor, model.Lanes)];
                float[] n = [.. Enumerable.Range(first, model.Lanes).Select(exponent => (float)Math.Min(exponent, 127))];
                float[] result = Run(compiled, "Scale", model.Lanes, a, n, a);
                for (int lane = 0; lane < model.Lanes; lane++)
                {
                    result[lane].ShouldBe((float)(factor * Math.Pow(2, n[lane])), $"{factor} · 2^{n[lane]}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Comparisons_select(string target)
    {
        (BinaryKind Kind, Func<float, float, bool> Expected)[] operations =
        [
            (BinaryKind.Greater, (a, b) => a > b),
            (BinaryKind.GreaterOrEqual, (a, b) => a >= b),
            (BinaryKind.Equal, (a, b) => a == b),
        ];
        foreach ((BinaryKind kind, Func<float, float, bool> expected) in operations)
        {
            ShouldCompute(target, new Select("m", "a", "c"), (a, b, c) => expected(a, b) ? a : c, before: [new Let("m", new Binary(kind, "a", "b"))]);
        }
    }

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Masks_combine_copy_and_change(string target) => ShouldCompute(
        target,
        new Select("both", "a", "b"),
        (a, b, c) => a > b && b >= c ? a : b,
        before:
        [
            new Let("m", new Binary(BinaryKind.Greater, "a", "b")),
            new Let("same", new Copy("m")),
            new Let("n", new Binary(BinaryKind.Equal, "a", "a")),
            new Set("n", new Binary(BinaryKind.GreaterOrEqual, "b", "c")),
            new Let("both", new Binary(BinaryKind.And, "same", "n")),
        ]);

    [Theory]
    [MemberData(nameof(PrintedKernels.Runnable), MemberType = typeof(PrintedKernels))]
    public void Constants_keep_their_bits(string target)
    {
        TargetModel model = PrintedKernels.Target(target);
        float[] constants = [.. Specials, 0.1f, 1f / 3, 16777216f, 1.17549435E-38f, 3.4028233E+38f, 1e-45f, 123456789f, MathF.PI];
        Kernel[] kernels = [.. constants.Select((constant, index) => Elementwise($"Constant{index}", model.Lanes, new Constant(constant)))];
        PrintedKernels compiled = PrintedKernels.Compile(model, kernels);
        float[] any = new float[model.Lanes];
        for (int index = 0; index < constants.Length; index++)
        {
            Run(compiled, kernels[index].Name, model.Lanes, any, any, any).ShouldAllBe(value => Same(value, constants[index]));
        }
    }

    private static void ShouldCompute(
        string target,
        Operation operation,
        Func<float, float, float, float> expected,
        Func<float, float, bool>? compared = null,
        IReadOnlyList<Statement>? before = null,
        bool nanSign = false)
    {
        TargetModel model = PrintedKernels.Target(target);
        PrintedKernels compiled = PrintedKernels.Compile(model, Elementwise("Kernel", model.Lanes, operation, before ?? []));
        (float A, float B)[] pairs = [.. Specials.SelectMany(_ => Specials, (a, b) => (a, b))];
        for (int first = 0; first < pairs.Length; first += model.Lanes)
        {
            (float A, float B)[] lanes = [.. Enumerable.Range(first, model.Lanes).Select(index => pairs[index % pairs.Length])];
            float[] a = [.. lanes.Select(pair => pair.A)];
            float[] b = [.. lanes.Select(pair => pair.B)];
            float[] c = [.. lanes.Select((_, lane) => Specials[(first + (5 * lane)) % Specials.Length])];
            float[] result = Run(compiled, "Kernel", model.Lanes, a, b, c);
            for (int lane = 0; lane < model.Lanes; lane++)
            {
                if (compared is null || compared(a[lane], b[lane]))
                {
                    float wanted = expected(a[lane], b[lane], c[lane]);
                    Same(result[lane], wanted).ShouldBeTrue($"{operation} of {a[lane]}, {b[lane]}, {c[lane]} gave {result[lane]}, not {wanted}.");
                    if (nanSign)
                    {
                        BitConverter.SingleToInt32Bits(result[lane]).ShouldBe(BitConverter.SingleToInt32Bits(wanted));
                    }
                }
            }
        }
    }

    private static Kernel Elementwise(string name, int lanes, Operation operation, params IEnumerable<Statement> before) => new(
        name,
        "One operation.",
        ["x", "y", "z", "to"],
        [
            new Let("a", new Load(new Address("x", 0), lanes)),
            new Let("b", new Load(new Address("y", 0), lanes)),
            new Let("c", new Load(new Address("z", 0), lanes)),
            .. before,
            new Let("result", operation),
            new Store(new Address("to", 0), "result", lanes),
        ]);

    private static float[] Run(PrintedKernels compiled, string kernel, int lanes, float[] a, float[] b, float[] c)
    {
        float[] result = new float[lanes];
        fixed (float* x = a, y = b, z = c, to = result)
        {
            compiled.Run(kernel, x, y, z, to);
        }

        return result;
    }

    // Multiples of 1/8, whose sums and products are exact.
    private static float[] Fractions(int count, int step) => [.. Enumerable.Range(1, count).Select(index => (((index * step) % 31) - 15) / 8f)];

    private static bool Same(float a, float b) =>
        (float.IsNaN(a) && float.IsNaN(b)) || BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b);
}
