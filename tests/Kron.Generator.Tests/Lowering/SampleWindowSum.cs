using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Support;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Lowering;

/// <summary>Window sums as layers and their gradients have them, and some that only their definition allows.</summary>
/// <param name="Extents">Of the output.</param>
/// <param name="Axis">The axis that is summed along.</param>
/// <param name="Window">Elements of a sum.</param>
/// <param name="First">The first one of the first sum.</param>
/// <param name="Inputs">Elements of the input along the axis.</param>
internal sealed record SampleWindowSum(int[] Extents, int Axis, int Window, int First, int Inputs)
{
    public const int Samples = 3;

    public static readonly Dictionary<string, SampleWindowSum> All = new()
    {
        ["channels"] = new([16, 5, 7], 0, 17, 0, 32),
        ["channels, many blocks"] = new([40, 3, 7], 0, 9, 0, 48),
        ["channels, a short last block"] = new([10, 33], 0, 7, 0, 16),
        ["channels, few"] = new([6, 5, 7], 0, 3, 0, 8),
        ["channels, back"] = new([32, 5, 7], 0, 17, -16, 16),
        ["channels, back, many blocks"] = new([48, 21], 0, 9, -8, 40),
        ["channels of one pixel"] = new([9, 1, 1], 0, 8, 0, 16),
        ["channels of one pixel, back"] = new([16, 1, 1], 0, 8, -7, 9),
        ["wide"] = new([11, 300], 0, 6, 0, 16),
        ["every kind of block"] = new([60, 130], 0, 9, -12, 43),
        ["rows"] = new([3, 6, 7], 1, 2, -1, 6),
        ["rows, inside"] = new([3, 5, 19], 1, 3, 0, 7),
        ["rows, back"] = new([3, 7, 19], 1, 3, -2, 5),
        ["rows, long window"] = new([2, 5, 21], 1, 6, -3, 5),
        ["columns"] = new([3, 4, 33], 2, 2, -1, 32),
        ["columns, inside"] = new([3, 4, 31], 2, 2, 0, 32),
        ["columns, back"] = new([3, 4, 32], 2, 2, -1, 31),
        ["columns, long window"] = new([2, 3, 20], 2, 9, -4, 20),
        ["columns, longer than the row"] = new([2, 3, 9], 2, 11, -7, 6),
        ["columns, far outside"] = new([2, 40], 1, 3, -20, 3),
        ["vector"] = new([24], 0, 41, 0, 64),
        ["vector, back"] = new([64], 0, 41, -40, 24),
        ["vector, padded"] = new([30], 0, 16, -5, 33),
        ["vector, one sum"] = new([1], 0, 50, 0, 50),
        ["vector, one sum, back"] = new([50], 0, 50, -49, 1),
        ["vector, far outside"] = new([90], 0, 20, -50, 13),
    };

    public WindowSum Node
    {
        get
        {
            string[] dims = [.. Extents.Select((_, k) => "d" + k)];
            Access input = At(PerSample("x", Region.Input, [.. Extents.Select((e, k) => k == Axis ? Inputs : e)]), dims);
            return new WindowSum(
                "Sum",
                Extents.Select((e, k) => new Dim(dims[k], e)).ToEquatableArray(),
                At(PerSample("y", Region.Output, Extents), dims),
                input with { Axes = input.Axes.Select((a, k) => k == Axis ? a with { Offset = First } : a).ToEquatableArray() },
                dims[Axis],
                Window,
                Accumulate: false);
        }
    }

    /// <summary>Small whole numbers: every sum is exact, in any order.</summary>
    public float[] Input => Whole(1, Node.Input.Tensor.Size * Samples);

    /// <summary>What an output holds that is added to.</summary>
    public float[] Held => Whole(2, Node.Output.Tensor.Size * Samples);

    /// <summary>The sums by definition.</summary>
    public float[] Expected(float[] x)
    {
        int inner = Extents.Skip(Axis + 1).Aggregate(1, (a, b) => a * b), outer = x.Length / inner / Inputs;
        float[] y = new float[outer * Extents[Axis] * inner];
        for (int at = 0; at < y.Length; at++)
        {
            int i = at % inner, j = at / inner % Extents[Axis], o = at / inner / Extents[Axis];
            y[at] = Enumerable.Range(First + j, Window).Where(n => n >= 0 && n < Inputs).Sum(n => x[(((o * Inputs) + n) * inner) + i]);
        }

        return y;
    }

    public static float[] Whole(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-3, 4))];
    }
}
