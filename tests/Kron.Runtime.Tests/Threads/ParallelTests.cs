using System;
using System.Linq;
using System.Threading;
using Kron.CompilerServices;
using Kron.Runtime.Tests.Layers;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Threads;

/// <summary>The shared-out passes of a layer, on a pool of three workers that help however little there is to do.</summary>
public sealed class ParallelTests
{
    private const double Tolerance = 1e-4;

    private static readonly WorkerPool Pool = new(3, isEager: true);

    public static TheoryData<int, int> Shares => new()
    {
        // Batch and threads; a block is four samples.
        { 0, 2 }, { 1, 2 }, { 3, 2 }, { 4, 3 }, { 7, 4 }, { 9, 1 }, { 27, 2 }, { 27, 5 }, { 64, 100 }, { 403, 3 }, { 1000, 4 },
    };

    [Theory]
    [MemberData(nameof(Shares))]
    public void The_forward_passes_give_the_bits_of_one_thread(int batch, int threads)
    {
        LayerEngine engine = Create(Pool);
        float[] input = NaiveLayer.Values(batch * NaiveLayer.Inputs, seed: 2);
        float[] alone = new float[batch * NaiveLayer.Outputs], output = new float[alone.Length], recorded = new float[alone.Length];
        LayerTape aloneTape = engine.CreateTape(batch + 1), tape = engine.CreateTape(batch + 1);
        engine.Forward(input, alone, aloneTape);

        for (int i = 0; i < 50; i++)
        {
            output.AsSpan().Fill(float.NaN);
            recorded.AsSpan().Fill(float.NaN);
            engine.ForwardParallel(input, output, threads);
            engine.ForwardParallel(input, recorded, tape, threads);

            output.ShouldBe(alone);
            recorded.ShouldBe(alone);
            tape.Values.ToArray().ShouldBe(aloneTape.Values.ToArray());
            tape.RecordedBatch.ShouldBe(batch);
        }
    }

    [Theory]
    [MemberData(nameof(Shares))]
    public void The_backward_pass_adds_the_gradients_of_all_parts(int batch, int threads)
    {
        LayerEngine engine = Create(Pool);
        (float[] input, float[] outputGradient, LayerTape tape) = Recorded(engine, batch);
        float[] alone = new float[input.Length], inputGradient = new float[input.Length];
        engine.Backward(input, outputGradient, alone, tape);
        float[] expected = engine.Gradients.ToArray();
        engine.Gradients.Fill(1);

        engine.BackwardParallel(input, outputGradient, inputGradient, tape, threads);

        inputGradient.ShouldBe(alone);
        engine.Gradients.ToArray().ShouldBe(expected.Select(value => value + 1), Tolerance * (1 + Math.Sqrt(batch)));
        engine.BackwardParallel(input, outputGradient, [], tape, threads);
        engine.Gradients.ToArray().ShouldBe(expected.Select(value => (2 * value) + 1), Tolerance * (1 + Math.Sqrt(batch)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(9)]
    public void The_gradients_of_a_number_of_threads_are_the_same_bits_on_every_run_and_machine(int threads)
    {
        const int Batch = 2001;
        float[]? expected = null;
        foreach (WorkerPool pool in new[] { Pool, new WorkerPool(0, isEager: true), new WorkerPool(1, isEager: true) })
        {
            LayerEngine engine = Create(pool);
            (float[] input, float[] outputGradient, LayerTape tape) = Recorded(engine, Batch);
            for (int i = 0; i < 20; i++)
            {
                engine.Gradients.Clear();
                engine.BackwardParallel(input, outputGradient, [], tape, threads);
                expected ??= engine.Gradients.ToArray();
                engine.Gradients.ToArray().ShouldBe(expected);
            }
        }
    }

    [Fact]
    public void One_thread_gives_the_bits_of_the_plain_backward_pass()
    {
        LayerEngine engine = Create(Pool);
        (float[] input, float[] outputGradient, LayerTape tape) = Recorded(engine, 50);
        engine.Backward(input, outputGradient, [], tape);
        float[] expected = engine.Gradients.ToArray();
        engine.Gradients.Clear();

        engine.BackwardParallel(input, outputGradient, [], tape, 1);

        engine.Gradients.ToArray().ShouldBe(expected);
    }

    [Fact]
    public void A_small_batch_stays_on_the_callers_thread()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        (float[] input, float[] outputGradient, LayerTape tape) = Recorded(engine, 8);

        CallLog.Of(() =>
        {
            engine.ForwardParallel(input, outputGradient, 64);
            engine.ForwardParallel(input, outputGradient, tape, 64);
            engine.BackwardParallel(input, outputGradient, [], tape, 64);
        }).ShouldBe(["Forward 4", "Forward 4", "Record 4", "Record 4", "Backward 4", "Backward 4"]);
    }

    [Fact]
    public void Each_further_part_has_its_own_memory_once_and_inference_has_none()
    {
        LayerEngine engine = Create(Pool);
        const int Batch = 2000;
        float[] input = NaiveLayer.Values(Batch * NaiveLayer.Inputs, seed: 2), output = new float[Batch * NaiveLayer.Outputs];
        engine.ForwardParallel(input, output, 4);
        engine.Memory.TrainingBytes.ShouldBe(0);

        LayerTape tape = engine.CreateTape(Batch);
        engine.ForwardParallel(input, output, tape, 4);
        long alone = engine.Memory.TrainingBytes;
        engine.BackwardParallel(input, output, [], tape, 3);
        engine.BackwardParallel(input, output, [], tape, 2);

        engine.Memory.TrainingBytes.ShouldBe(alone + (2 * 4 * (engine.Parameters.Length + (NaiveLayer.Block * NaiveLayer.Outputs))));
    }

    [Fact]
    public void Many_callers_share_one_layer_and_the_workers()
    {
        const int Callers = 6;
        LayerEngine engine = Create(Pool);
        var failures = new int[Callers];
        using var start = new Barrier(Callers);
        Thread[] callers = [.. Enumerable.Range(0, Callers).Select(id => new Thread(() =>
        {
            int batch = 1 + (id * 37);
            float[] input = NaiveLayer.Values(batch * NaiveLayer.Inputs, seed: 10 + id);
            float[] alone = new float[batch * NaiveLayer.Outputs], output = new float[alone.Length];
            engine.Forward(input, alone);
            start.SignalAndWait();
            for (int i = 0; i < 3000; i++)
            {
                engine.ForwardParallel(input, output, 1 + (i % 5));
                failures[id] += output.AsSpan().SequenceEqual(alone) ? 0 : 1;
            }
        }))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());

        failures.ShouldAllBe(count => count == 0);
    }

    [Fact]
    public void Wrong_arguments_throw_and_change_nothing()
    {
        LayerEngine engine = Create(Pool);
        (float[] input, float[] outputGradient, LayerTape tape) = Recorded(engine, 2);
        float[] output = [7, 7, 7, 7, 7, 7, 7], inputGradient = new float[9];
        LayerTape small = engine.CreateTape(1);

        Should.Throw<ArgumentOutOfRangeException>(() => engine.ForwardParallel(input, output.AsSpan(1), 0)).ParamName.ShouldBe("threads");
        Should.Throw<ArgumentOutOfRangeException>(() => engine.ForwardParallel(input, output.AsSpan(1), tape, -1)).ParamName.ShouldBe("threads");
        Should.Throw<ArgumentOutOfRangeException>(() => engine.BackwardParallel(input, outputGradient, [], tape, 0)).ParamName.ShouldBe("threads");
        Should.Throw<ArgumentException>(() => engine.ForwardParallel(input, output, 2)).ParamName.ShouldBe("output");
        Should.Throw<ArgumentException>(() => engine.ForwardParallel(input, output, tape, 2)).ParamName.ShouldBe("output");
        Should.Throw<ArgumentException>(() => engine.ForwardParallel(input, output.AsSpan(1), small, 2)).ParamName.ShouldBe("input");
        Should.Throw<ArgumentException>(() => engine.ForwardParallel(input, input.AsSpan(0, 6), 2)).ParamName.ShouldBe("output");
        Should.Throw<ArgumentException>(() => engine.BackwardParallel(input, output, [], tape, 2)).ParamName.ShouldBe("outputGradient");
        Should.Throw<ArgumentException>(() => engine.BackwardParallel(input, outputGradient, inputGradient, tape, 2)).ParamName.ShouldBe("inputGradient");
        Should.Throw<ArgumentException>(() => engine.BackwardParallel(input, outputGradient, [], Create(Pool).CreateTape(2), 2)).ParamName.ShouldBe("tape");
        Should.Throw<ArgumentNullException>(() => engine.ForwardParallel(input, output.AsSpan(1), null!, 2)).ParamName.ShouldBe("tape");
        Should.Throw<InvalidOperationException>(() => engine.BackwardParallel(input, outputGradient, [], small, 2));

        output.ShouldAllBe(value => value == 7);
        inputGradient.ShouldAllBe(value => value == 0);
        engine.Gradients.ToArray().ShouldAllBe(value => value == 0);
        tape.RecordedBatch.ShouldBe(2);
    }

    internal static LayerEngine Create(WorkerPool pool)
    {
        var engine = new LayerEngine(NaiveLayer.Definition, NaiveLayer.Program, pool);
        NaiveLayer.Fill(engine.Parameters, seed: 1);
        engine.Commit();
        return engine;
    }

    internal static (float[] Input, float[] OutputGradient, LayerTape Tape) Recorded(LayerEngine engine, int batch)
    {
        float[] input = NaiveLayer.Values(batch * NaiveLayer.Inputs, seed: 2);
        float[] outputGradient = NaiveLayer.Values(batch * NaiveLayer.Outputs, seed: 3);
        LayerTape tape = engine.CreateTape(Math.Max(1, batch));
        engine.Forward(input, new float[outputGradient.Length], tape);
        return (input, outputGradient, tape);
    }
}
