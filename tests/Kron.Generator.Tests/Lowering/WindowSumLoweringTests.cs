using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Interpretation;
using Kron.Generator.Ir.Passes;
using Kron.Generator.Lowering;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Lowering;

/// <summary>Window sums on every target, in whole numbers and in memory of exactly their size, against loops over their definition.</summary>
public class WindowSumLoweringTests
{
    public static TheoryData<string> Names => [.. SampleWindowSum.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_kernels_compute_the_sums(string name)
    {
        SampleWindowSum sample = SampleWindowSum.All[name];
        float[] x = sample.Input, held = sample.Held, expected = sample.Expected(x);
        expected.ShouldContain(v => v != 0);
        foreach (TargetModel target in Targets.All)
        {
            Run(sample.Node, target, x, Pointer.Uninitialised(held.Length)).ShouldBe(expected, $"{name} on {target.Name}");
            Run(sample.Node with { Accumulate = true }, target, x, [.. held]).ShouldBe(expected.Zip(held, (a, b) => a + b), $"{name} added on {target.Name}");
        }
    }

    /// <summary>What contractions read with padding lies in the midst of zeros: those around the input count as none, those around the output stay.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Tensors_may_have_borders(string name)
    {
        SampleWindowSum sample = SampleWindowSum.All[name];
        WindowSum sum = sample.Node with { Input = Bordered(sample.Node.Input), Output = Bordered(sample.Node.Output) };
        float[] x = Around(sample.Input, sample.Node.Input.Tensor), expected = Around(sample.Expected(sample.Input), sample.Node.Output.Tensor);
        foreach (TargetModel target in Targets.All)
        {
            Run(sum, target, x, new float[expected.Length]).ShouldBe(expected, $"{name} on {target.Name}");
        }
    }

    /// <summary>Every way in which windows can lie to an input, for each of the algorithms, whichever a node would get.</summary>
    [Theory]
    [InlineData(nameof(BlockSums))]
    [InlineData(nameof(ShiftedSums))]
    [InlineData(nameof(DoublingSums))]
    public void Windows_anywhere(string algorithm)
    {
        TargetModel target = Targets.Vector128;
        foreach (int inputs in (int[])[1, 2, 3, 5, 12])
        {
            foreach (int length in (int[])[1, 2, 3, 4, 7])
            {
                for (int first = -length - 2; first <= inputs + 1; first++)
                {
                    foreach (int outputs in (int[])[1, 2, 5, 13])
                    {
                        var window = new SlidingWindow(outputs, length, first, inputs);
                        float[] x = SampleWindowSum.Whole(inputs, inputs), expected = new SampleWindowSum([outputs], 0, length, first, inputs).Expected(x);
                        RunAlone(algorithm, window, target, x, Pointer.Uninitialised(outputs), accumulate: false).ShouldBe(expected, $"{window}");
                        RunAlone(algorithm, window, target, x, [.. Enumerable.Repeat(5f, outputs)], accumulate: true).ShouldBe(expected.Select(v => v + 5), $"{window}, added");
                    }
                }
            }
        }
    }

    [Fact]
    public void Additions_of_long_windows_do_not_grow_with_the_window()
    {
        // 64 channels of 16 pixels to 32: two sums and one that joins them for each, whatever the window.
        KernelPool pool = Lower(new SampleWindowSum([32, 16], 0, 33, 0, 64).Node, Targets.Avx512, out _);
        Additions(pool.Kernels[^1].Body, pool).ShouldBe(SampleWindowSum.Samples * (33 + 31 + 31));

        // 256 inputs to 64 in the lanes: three additions for each binary digit of 193 at most.
        pool = Lower(new SampleWindowSum([64], 0, 193, 0, 256).Node, Targets.Avx512, out _);
        Additions(pool.Kernels[^1].Body, pool).ShouldBeLessThan(SampleWindowSum.Samples * 16 * 3 * 8);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    public void What_is_no_window_sum_is_refused(int offset, int extra)
    {
        WindowSum sum = SampleWindowSum.All["columns"].Node;
        sum = sum with
        {
            Input = sum.Input with { Axes = [sum.Input.Axes[0] with { Offset = offset }, .. sum.Input.Axes.Skip(1)] },
            Dims = [.. sum.Dims, .. Enumerable.Repeat(new Dim("q", 2), extra)],
        };
        Should.Throw<NotSupportedException>(() => Lower(sum, Targets.Avx2, out _)).Message.ShouldStartWith("Sum ");
    }

    /// <summary>One element before each axis and two behind it.</summary>
    private static Access Bordered(Access access) => new(
        access.Tensor with { Extents = access.Tensor.Extents.Select(e => e + 3).ToEquatableArray() },
        access.Axes.Select(a => a with { Offset = a.Offset + 1 }).ToEquatableArray());

    private static float[] Around(float[] content, Tensor tensor)
    {
        Tensor around = Bordered(new Access(tensor, tensor.Extents.Select(_ => AxisIndex.Of()).ToEquatableArray())).Tensor;
        float[] result = new float[around.Size * SampleWindowSum.Samples];
        for (int i = 0; i < content.Length; i++)
        {
            int rest = i % tensor.Size, at = i / tensor.Size * around.Size;
            for (int axis = 0; axis < tensor.Extents.Count; axis++)
            {
                at += ((rest / tensor.Stride(axis)) + 1) * around.Stride(axis);
                rest %= tensor.Stride(axis);
            }

            result[at] = content[i];
        }

        return result;
    }

    private static KernelPool Lower(WindowSum sum, TargetModel target, out (Kernel Entry, long Scratch) result)
    {
        var pool = new KernelPool();
        var builder = new KernelBuilder();
        LoweredSum lowered = WindowSumLowering.Lower(sum, SampleWindowSum.Samples, target, pool, new Address(nameof(Region.Scratch), 0));
        foreach (Call call in lowered.Calls)
        {
            builder.Add(call);
        }

        result = (builder.BuildEntry("Entry", ""), lowered.ScratchFloats);
        return pool;
    }

    private static float[] Run(WindowSum sum, TargetModel target, float[] x, float[] y)
    {
        KernelPool pool = Lower(sum, target, out (Kernel Entry, long Scratch) lowered);
        foreach (Kernel kernel in pool.Kernels)
        {
            Verifier.Verify(kernel, target, [.. pool.Kernels]).ShouldBeEmpty();
            JitBudget.Check(kernel, target).ShouldBeEmpty();
        }

        Dictionary<string, Pointer> memory = new()
        {
            [nameof(Region.Input)] = x,
            [nameof(Region.Output)] = y,
            [nameof(Region.Scratch)] = Pointer.Uninitialised((int)lowered.Scratch),
        };
        new Interpreter(target, pool.Kernels).Run(lowered.Entry, memory);
        return y;
    }

    private static float[] RunAlone(string algorithm, SlidingWindow window, TargetModel target, float[] x, float[] y, bool accumulate)
    {
        var builder = new KernelBuilder();
        string[] names = [.. new[] { "y", "x", "t" }.Select(builder.Unique)];
        Address[] at = [.. names.Select(n => new Address(n, 0))];
        float[] scratch = [];
        Kernel kernel;
        switch (algorithm)
        {
            case nameof(BlockSums):
                kernel = BlockSums.Build("Sum", window, [names[0], names[1]], [1, 1], [1, 1], [1], accumulate);
                break;
            case nameof(ShiftedSums):
                new ShiftedSums(window, target, accumulate, builder).Emit(at[0], at[1]);
                kernel = builder.Build("Sum", "", names);
                break;
            default:
                var doubling = new DoublingSums(window, target, accumulate, builder);
                doubling.Emit(at[0], at[1], at[2]);
                kernel = builder.Build("Sum", "", names);
                scratch = Pointer.Uninitialised((int)doubling.ScratchFloats);
                break;
        }

        Verifier.Verify(kernel, target).ShouldBeEmpty();
        Dictionary<string, Pointer> memory = new() { ["y"] = y, ["x"] = x, ["t"] = scratch };
        new Interpreter(target, []).Run(kernel, memory);
        return y;
    }

    private static long Additions(IEnumerable<Statement> statements, KernelPool pool) => statements.Sum(statement => statement switch
    {
        Loop loop => loop.Count * Additions(loop.Body, pool),
        Call call => Additions(pool.Kernels.Single(k => k.Name == call.Kernel).Body, pool),
        _ => statement.Operation() is Binary { Kind: BinaryKind.Add } ? 1 : 0,
    });
}
