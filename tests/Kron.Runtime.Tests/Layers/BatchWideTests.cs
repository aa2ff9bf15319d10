using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Layers;

/// <summary>The passes over a whole batch that come before those over its blocks.</summary>
public sealed class BatchWideTests
{
    private const int Batch = 5;

    private static readonly float[] Input = NaiveLayer.Values(Batch * BatchWideLayer.Size, seed: 2);
    private static readonly float[] OutputGradient = NaiveLayer.Values(Input.Length, seed: 3);

    [Fact]
    public void All_blocks_are_measured_before_any_is_recorded()
    {
        LayerEngine engine = BatchWideLayer.Create();
        var output = new float[Input.Length];
        LayerTape tape = engine.CreateTape(Batch);
        Passes(() => engine.Forward(Input, output, tape)).ShouldBe(
            ["Measure 3", "Measure 1", "Measure 1", "Settle", "Pack", "Record 3", "Record 1", "Record 1"]);
        float mean = Input.Average();
        output.ShouldBe(Input.Select(x => x - mean), 1e-6);
        engine.State[0].ShouldBe(mean, 1e-6f);

        // Inference has one pass, and reads what the state became.
        Passes(() => engine.Forward(Input, output)).ShouldBe(["Forward 3", "Forward 1", "Forward 1"]);
        output.ShouldBe(Input.Select(x => x - mean), 1e-6);
    }

    [Fact]
    public void The_backward_pass_is_over_before_any_input_gradient()
    {
        LayerEngine engine = BatchWideLayer.Create();
        LayerTape tape = engine.CreateTape(Batch);
        engine.Forward(Input, new float[Input.Length], tape);
        var inputGradient = new float[Input.Length];
        Passes(() => engine.Backward(Input, OutputGradient, inputGradient, tape)).ShouldBe(
            ["Backward 3", "Backward 1", "Backward 1", "SettleGradient", "InputGradient 3", "InputGradient 1", "InputGradient 1"]);
        inputGradient.ShouldBe(OutputGradient.Select(g => g - OutputGradient.Average()), 1e-6);

        Passes(() => engine.Backward(Input, OutputGradient, [], tape)).ShouldBe(["Backward 3", "Backward 1", "Backward 1", "SettleGradient"]);
        engine.Gradients[1].ShouldBe(2 * OutputGradient.Sum(), 1e-5f);
    }

    [Fact]
    public void Each_pass_begins_with_zeros()
    {
        LayerEngine engine = BatchWideLayer.Create();
        LayerTape tape = engine.CreateTape(Batch);
        float[] first = new float[Input.Length], second = new float[Input.Length], firstGradient = new float[Input.Length], secondGradient = new float[Input.Length];
        engine.Forward(Input, first, tape);
        engine.Backward(Input, OutputGradient, firstGradient, tape);
        engine.Forward(Input, second, tape);
        engine.Backward(Input, OutputGradient, secondGradient, tape);
        second.ShouldBe(first);
        secondGradient.ShouldBe(firstGradient);
    }

    [Fact]
    public unsafe void The_batchs_values_lie_at_the_head_of_the_tape()
    {
        LayerEngine engine = BatchWideLayer.Create();
        LayerTape tape = engine.CreateTape(9);
        tape.Values.Length.ShouldBe(BatchWideLayer.BatchFloats + (9 * BatchWideLayer.TapeFloats));
        var inputGradient = new float[Input.Length];
        List<(string Pass, KernelFrame Frame)> calls = Calls(() =>
        {
            engine.Forward(Input, new float[Input.Length], tape);
            engine.Backward(Input, OutputGradient, inputGradient, tape);
        });
        int[] starts = [0, 3, 4];
        fixed (float* head = tape.Values)
        {
            ((nuint)head % 64).ShouldBe(0u);
            foreach (string pass in new[] { "Record", "Backward", "InputGradient" })
            {
                KernelFrame[] frames = [.. calls.Where(c => c.Pass.StartsWith(pass + " ", StringComparison.Ordinal)).Select(c => c.Frame)];
                for (int i = 0; i < starts.Length; i++)
                {
                    (frames[i].Batch - head).ShouldBe(0);
                    (frames[i].Tape - head).ShouldBe(BatchWideLayer.BatchFloats + starts[i]);
                    (frames[i].Input - frames[0].Input).ShouldBe(starts[i] * BatchWideLayer.Size);
                }
            }
        }

        tape.Values.Slice(BatchWideLayer.BatchFloats, Batch).ToArray().ShouldBe(Enumerable.Range(0, Batch).Select(s => Input[s * BatchWideLayer.Size]));
    }

    [Fact]
    public void Threads_change_nothing()
    {
        LayerEngine engine = BatchWideLayer.Create();
        LayerTape tape = engine.CreateTape(Batch);
        float[] expected = new float[Input.Length], output = new float[Input.Length], expectedGradient = new float[Input.Length], gradient = new float[Input.Length];
        engine.Forward(Input, expected, tape);
        engine.Backward(Input, OutputGradient, expectedGradient, tape);
        float state = engine.State[0];

        engine.ForwardParallel(Input, output, tape, threads: 4);
        output.ShouldBe(expected);
        engine.State[0].ShouldBe(state);
        engine.BackwardParallel(Input, OutputGradient, gradient, tape, threads: 4);
        gradient.ShouldBe(expectedGradient);
        engine.Gradients[1].ShouldBe(2 * OutputGradient.Sum(), 1e-5f);
    }

    [Fact]
    public void A_training_step_allocates_nothing()
    {
        LayerEngine engine = BatchWideLayer.Create();
        LayerTape tape = engine.CreateTape(Batch);
        float[] output = new float[Input.Length], inputGradient = new float[Input.Length];
        Allocation.Of(() =>
        {
            engine.Forward(Input, output, tape);
            engine.Backward(Input, OutputGradient, inputGradient, tape);
            engine.Forward(Input, output);
        }).ShouldBe(0);
    }

    [Fact]
    public void The_bytes_of_state_and_sums_are_counted()
    {
        LayerEngine engine = BatchWideLayer.Create();
        engine.Memory.ParameterBytes.ShouldBe(4 * (engine.Parameters.Length + engine.State.Length));
        engine.CreateTape(1);
        engine.Memory.TrainingBytes.ShouldBe(4 * (engine.Parameters.Length + 2));
    }

    private static IReadOnlyList<string> Passes(Action action) => [.. Calls(action).Select(call => call.Pass)];

    private static List<(string Pass, KernelFrame Frame)> Calls(Action action)
    {
        List<(string, KernelFrame)> calls = [];
        BatchWideLayer.Calls = calls;
        try
        {
            action();
        }
        finally
        {
            BatchWideLayer.Calls = null;
        }

        return calls;
    }
}
