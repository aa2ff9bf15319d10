using System;
using System.Linq;
using Kron.CompilerServices;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Layers;

public sealed class TrainingTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(12)]
    public void A_recorded_pass_computes_the_same_output(int batch)
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] input = NaiveLayer.Values(batch * NaiveLayer.Inputs, seed: 2);
        var plain = new float[batch * NaiveLayer.Outputs];
        var recorded = new float[plain.Length];
        LayerTape tape = engine.CreateTape(batch);

        engine.Forward(input, plain);
        engine.Forward(input, recorded, tape);

        recorded.ShouldBe(plain);
        tape.RecordedBatch.ShouldBe(batch);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void Gradients_match_central_differences(int batch)
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] input = NaiveLayer.Values(batch * NaiveLayer.Inputs, seed: 2);
        float[] outputGradient = NaiveLayer.Values(batch * NaiveLayer.Outputs, seed: 3);
        var inputGradient = new float[input.Length];
        LayerTape tape = engine.CreateTape(batch + 2);
        engine.Forward(input, new float[outputGradient.Length], tape);

        engine.Backward(input, outputGradient, inputGradient, tape);

        float[] parameters = engine.Parameters.ToArray();
        engine.Gradients.ToArray().ShouldBe(Differences(parameters, p => Loss(p, input, outputGradient)), 2e-3);
        inputGradient.ShouldBe(Differences(input, x => Loss(parameters, x, outputGradient)), 2e-3);
    }

    [Fact]
    public unsafe void Each_block_gets_its_part_of_every_buffer()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] input = GC.AllocateArray<float>(6 * NaiveLayer.Inputs, pinned: true);
        float[] output = GC.AllocateArray<float>(6 * NaiveLayer.Outputs, pinned: true);
        float[] inputGradient = GC.AllocateArray<float>(input.Length, pinned: true);
        LayerTape tape = engine.CreateTape(10);

        var calls = CallLog.Calls(() =>
        {
            engine.Forward(input, output, tape);
            engine.Backward(input, output, inputGradient, tape);
        });

        calls.Select(call => $"{call.Pass} {call.Samples}").ShouldBe(
        [
            "Record 4", "Record 1", "Record 1",
            "Backward 4", "InputGradient 4", "Backward 1", "InputGradient 1", "Backward 1", "InputGradient 1",
        ]);
        int[] samples = [0, 4, 5, 0, 0, 4, 4, 5, 5];
        fixed (float* x = input, y = output, dx = inputGradient, t = tape.Values)
        {
            ((nuint)t % 64).ShouldBe(0u);
            for (int i = 0; i < calls.Count; i++)
            {
                KernelFrame frame = calls[i].Frame;
                (frame.Input - x).ShouldBe(samples[i] * NaiveLayer.Inputs);
                (frame.Tape - t).ShouldBe(samples[i] * NaiveLayer.Outputs);
                if (calls[i].Pass == "Record")
                {
                    (frame.Output - y).ShouldBe(samples[i] * NaiveLayer.Outputs);
                    continue;
                }

                (frame.OutputGradient - y).ShouldBe(samples[i] * NaiveLayer.Outputs);
                ((nuint)frame.Gradients % 64).ShouldBe(0u);
                ((nuint)frame.TrainingPacked % 64).ShouldBe(0u);
                ((nuint)frame.Scratch % 64).ShouldBe(0u);
                if (calls[i].Pass == "InputGradient")
                {
                    (frame.InputGradient - dx).ShouldBe(samples[i] * NaiveLayer.Inputs);
                }
            }
        }
    }

    [Fact]
    public void Backward_adds_to_the_gradients_and_overwrites_the_input_gradient()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] input = NaiveLayer.Values(5 * NaiveLayer.Inputs, seed: 2);
        float[] outputGradient = NaiveLayer.Values(5 * NaiveLayer.Outputs, seed: 3);
        LayerTape tape = engine.CreateTape(5);
        engine.Forward(input, new float[outputGradient.Length], tape);
        float[] first = new float[input.Length];
        engine.Backward(input, outputGradient, first, tape);
        float[] once = engine.Gradients.ToArray();
        float[] second = Enumerable.Repeat(float.NaN, input.Length).ToArray();

        engine.Backward(input, outputGradient, second, tape);

        second.ShouldBe(first);
        engine.Gradients.ToArray().ShouldBe(once.Select(value => 2 * value).ToArray(), Tolerance);
    }

    [Fact]
    public void An_empty_input_gradient_is_not_computed()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] input = NaiveLayer.Values(5 * NaiveLayer.Inputs, seed: 2);
        float[] outputGradient = NaiveLayer.Values(5 * NaiveLayer.Outputs, seed: 3);
        LayerTape tape = engine.CreateTape(5);
        engine.Forward(input, new float[outputGradient.Length], tape);

        CallLog.Of(() => engine.Backward(input, outputGradient, [], tape)).ShouldBe(["Backward 4", "Backward 1"]);
    }

    [Fact]
    public void A_tape_holds_the_latest_pass()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] input = NaiveLayer.Values(2 * NaiveLayer.Inputs, seed: 2);
        float[] outputGradient = NaiveLayer.Values(2 * NaiveLayer.Outputs, seed: 3);
        LayerTape once = engine.CreateTape(2);
        LayerTape reused = engine.CreateTape(6);
        engine.Forward(input, new float[outputGradient.Length], once);
        engine.Forward(NaiveLayer.Values(6 * NaiveLayer.Inputs, seed: 4), new float[6 * NaiveLayer.Outputs], reused);

        engine.Forward(input, new float[outputGradient.Length], reused);

        reused.RecordedBatch.ShouldBe(2);
        float[] expected = new float[input.Length];
        float[] actual = new float[input.Length];
        engine.Backward(input, outputGradient, expected, once);
        engine.Backward(input, outputGradient, actual, reused);
        actual.ShouldBe(expected);
    }

    [Fact]
    public void Two_tapes_hold_two_passes()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] first = NaiveLayer.Values(NaiveLayer.Inputs, seed: 2);
        float[] second = NaiveLayer.Values(NaiveLayer.Inputs, seed: 7);
        LayerTape firstTape = engine.CreateTape(1);
        LayerTape secondTape = engine.CreateTape(1);
        float[] ones = [1, 1, 1];
        engine.Forward(first, new float[3], firstTape);
        engine.Forward(second, new float[3], secondTape);
        float[] parameters = engine.Parameters.ToArray();
        float[] gradient = new float[NaiveLayer.Inputs];

        engine.Backward(first, ones, gradient, firstTape);

        gradient.ShouldBe(Differences(first, x => Loss(parameters, x, ones)), 2e-3);
    }

    [Fact]
    public void An_empty_batch_is_recorded_and_passed_back()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        LayerTape tape = engine.CreateTape(3);

        CallLog.Of(() =>
        {
            engine.Forward([], [], tape);
            engine.Backward([], [], [], tape);
        }).ShouldBeEmpty();

        tape.RecordedBatch.ShouldBe(0);
        engine.Gradients.ToArray().ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void A_layer_that_only_infers_has_no_training_memory()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);

        CallLog.Of(() =>
        {
            engine.Commit();
            engine.Forward(new float[NaiveLayer.Inputs], new float[NaiveLayer.Outputs]);
        }).ShouldBe(["Pack 0", "Forward 1"]);

        engine.Memory.TrainingBytes.ShouldBe(0);
    }

    [Fact]
    public void The_gradients_alone_need_no_training_pack()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);

        CallLog.Of(() => engine.Gradients.ToArray().ShouldAllBe(value => value == 0)).ShouldBeEmpty();

        engine.Memory.TrainingBytes.ShouldBe(4 * engine.Parameters.Length);
    }

    [Fact]
    public void The_first_tape_packs_for_training_and_commit_keeps_it_fresh()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        CallLog.Of(() => engine.CreateTape(1)).ShouldBe(["PackTraining 0"]);
        CallLog.Of(() => engine.CreateTape(2)).ShouldBeEmpty();
        engine.Memory.TrainingBytes.ShouldBe(4 * (engine.Parameters.Length + NaiveLayer.TrainingPackedFloats + (NaiveLayer.Block * NaiveLayer.Outputs)));

        NaiveLayer.Fill(engine.Parameters, seed: 9);
        CallLog.Of(engine.Commit).ShouldBe(["Pack 0", "PackTraining 0"]);

        float[] input = NaiveLayer.Values(NaiveLayer.Inputs, seed: 2);
        float[] parameters = engine.Parameters.ToArray();
        float[] gradient = new float[NaiveLayer.Inputs];
        LayerTape tape = engine.CreateTape(1);
        engine.Forward(input, new float[NaiveLayer.Outputs], tape);
        engine.Backward(input, [1, 1, 1], gradient, tape);
        gradient.ShouldBe(Differences(input, x => Loss(parameters, x, [1, 1, 1])), 2e-3);
    }

    [Fact]
    public void A_training_step_allocates_nothing()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] input = NaiveLayer.Values(7 * NaiveLayer.Inputs, seed: 2);
        float[] output = new float[7 * NaiveLayer.Outputs];
        float[] inputGradient = new float[input.Length];
        LayerTape tape = engine.CreateTape(7);

        Allocation.Of(() =>
        {
            engine.Forward(input, output, tape);
            engine.Backward(input, output, inputGradient, tape);
            engine.Gradients.Clear();
            engine.Commit();
        }).ShouldBe(0);
    }

    private static double Loss(float[] parameters, float[] input, float[] weights) =>
        NaiveLayer.Expected(parameters, input).Zip(weights, (y, w) => (double)y * w).Sum();

    private static float[] Differences(float[] at, Func<float[], double> loss)
    {
        const float Step = 1f / 1024;
        return [.. at.Select((value, i) =>
        {
            float[] up = [.. at];
            float[] down = [.. at];
            up[i] += Step;
            down[i] -= Step;
            return (float)((loss(up) - loss(down)) / (up[i] - down[i]));
        })];
    }
}
