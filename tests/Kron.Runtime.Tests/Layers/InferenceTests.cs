using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kron.CompilerServices;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Layers;

public sealed class InferenceTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(11)]
    public void Every_batch_matches_the_definition(int batch)
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] input = NaiveLayer.Values(batch * NaiveLayer.Inputs, seed: 2);
        var output = new float[batch * NaiveLayer.Outputs];

        engine.Forward(input, output);

        output.ShouldBe(NaiveLayer.Expected(engine.Parameters, input), Tolerance);
        output.ShouldContain(value => value > 0);
    }

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(4, new[] { 4 })]
    [InlineData(11, new[] { 4, 4, 1, 1, 1 })]
    public void A_batch_runs_blocks_and_then_single_samples(int batch, int[] samples)
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] input = NaiveLayer.Values(batch * NaiveLayer.Inputs, seed: 2);
        var output = new float[batch * NaiveLayer.Outputs];

        CallLog.Of(() => engine.Forward(input, output)).ShouldBe(samples.Select(count => $"Forward {count}"));
    }

    [Fact]
    public void An_empty_batch_runs_nothing()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);

        CallLog.Of(() => engine.Forward([], [])).ShouldBeEmpty();
    }

    [Fact]
    public unsafe void Inference_sees_aligned_memory_and_nothing_of_training()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] input = NaiveLayer.Values(NaiveLayer.Inputs, seed: 2);

        KernelFrame frame = CallLog.Frames(() => engine.Forward(input, new float[NaiveLayer.Outputs])).ShouldHaveSingleItem();

        ((nuint)frame.Parameters % 64).ShouldBe(0u);
        ((nuint)frame.Packed % 64).ShouldBe(0u);
        ((nuint)frame.Scratch % 64).ShouldBe(0u);
        (frame.Scratch is null).ShouldBeFalse();
        (frame.Tape is null && frame.TrainingPacked is null && frame.Gradients is null).ShouldBeTrue();
        (frame.OutputGradient is null && frame.InputGradient is null).ShouldBeTrue();
    }

    [Fact]
    public void A_new_layer_is_zero_and_committed()
    {
        var engine = new LayerEngine(NaiveLayer.Definition, NaiveLayer.Program);
        var output = new float[] { 7, 7, 7 };

        engine.Forward([1, 2, 3, 4, 5], output);

        output.ShouldBe([0, 0, 0]);
        engine.Parameters.ToArray().ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void Written_parameters_take_effect_at_commit()
    {
        var engine = new LayerEngine(NaiveLayer.Definition, NaiveLayer.Program);
        var output = new float[NaiveLayer.Outputs];
        engine.Parameters.Fill(1);

        engine.Forward([1, 1, 1, 1, 1], output);
        output.ShouldBe([0, 0, 0]);

        engine.Commit();
        engine.Forward([1, 1, 1, 1, 1], output);
        output.ShouldBe([6, 6, 6]);
    }

    [Fact]
    public void The_parameters_stay_where_they_are_when_the_collector_compacts()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] input = NaiveLayer.Values(9 * NaiveLayer.Inputs, seed: 2);
        var output = new float[9 * NaiveLayer.Outputs];
        for (int i = 0; i < 100; i++)
        {
            GC.KeepAlive(new byte[50_000]);
        }

        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        engine.Forward(input, output);

        output.ShouldBe(NaiveLayer.Expected(engine.Parameters, input), Tolerance);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(NaiveLayer.ScratchFloats, 0)] // each thread's own
    [InlineData(SmallScratch.Floats, 0)]
    [InlineData(SmallScratch.Floats + 1, 4 * (SmallScratch.Floats + 1))]
    public void Calls_allocate_nothing_and_hold_little(int scratchFloats, long scratchBytes)
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1, scratchFloats);
        float[] input = NaiveLayer.Values(11 * NaiveLayer.Inputs, seed: 2);
        var output = new float[11 * NaiveLayer.Outputs];

        Allocation.Of(() => engine.Forward(input, output)).ShouldBe(0);

        output.ShouldBe(NaiveLayer.Expected(engine.Parameters, input), Tolerance);
        engine.Memory.ShouldBe(new LayerMemory(4 * 18, 4 * NaiveLayer.PackedFloats, scratchBytes, 0));
        engine.Memory.TotalBytes.ShouldBe((4 * (18 + NaiveLayer.PackedFloats)) + scratchBytes);
    }

    [Fact]
    public unsafe void Small_layers_share_the_scratch_memory_of_their_thread()
    {
        LayerEngine first = NaiveLayer.Create(seed: 1), second = NaiveLayer.Create(seed: 2);
        float[] input = NaiveLayer.Values(NaiveLayer.Inputs, seed: 3), output = new float[NaiveLayer.Outputs];
        nint Scratch(LayerEngine engine) => (nint)CallLog.Frames(() => engine.Forward(input, output))[0].Scratch;
        nint elsewhere = 0;
        var thread = new Thread(() => elsewhere = Scratch(first));
        thread.Start();
        thread.Join();

        Scratch(second).ShouldBe(Scratch(first));
        elsewhere.ShouldNotBe(Scratch(first));
    }

    [Theory]
    [InlineData(NaiveLayer.ScratchFloats)]
    [InlineData(SmallScratch.Floats + 1)]
    public void Many_threads_share_one_layer(int scratchFloats)
    {
        const int Threads = 8;
        LayerEngine engine = NaiveLayer.Create(seed: 1, scratchFloats);
        using var start = new Barrier(Threads);
        var failures = new int[Threads];
        var threads = Enumerable.Range(0, Threads).Select(id => new Thread(() =>
        {
            int batch = 1 + (id * 3);
            float[] input = NaiveLayer.Values(batch * NaiveLayer.Inputs, seed: 10 + id);
            var alone = new float[batch * NaiveLayer.Outputs];
            engine.Forward(input, alone);
            start.SignalAndWait();
            var output = new float[alone.Length];
            for (int i = 0; i < 20_000; i++)
            {
                engine.Forward(input, output);
                failures[id] += output.AsSpan().SequenceEqual(alone) ? 0 : 1;
            }
        })).ToArray();

        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        failures.ShouldAllBe(count => count == 0);
        bool isPooled = scratchFloats > SmallScratch.Floats;
        engine.Memory.ScratchBytes.ShouldBeInRange(isPooled ? 4 * scratchFloats : 0, isPooled ? 4 * Threads * scratchFloats : 0);
    }

    [Fact]
    public void The_pool_never_lends_a_buffer_twice()
    {
        var pool = new ScratchPool(4);
        ScratchPool.Lease?[] held = [pool.Rent(), pool.Rent(), pool.Rent()];

        held.Distinct().Count().ShouldBe(3);
        held[1]!.Return();
        pool.Rent().ShouldBeSameAs(held[1]);
        pool.Rent().ShouldNotBeOneOf(held);
        pool.Count.ShouldBe(4);
    }

    [Fact]
    public unsafe void The_pool_keeps_concurrent_renters_apart()
    {
        var pool = new ScratchPool(1);
        int collisions = 0;
        Parallel.For(0, 200_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            ScratchPool.Lease lease = pool.Rent()!;
            if (Interlocked.Exchange(ref *(int*)lease.Pointer, 1) != 0)
            {
                Interlocked.Increment(ref collisions);
            }

            Interlocked.Exchange(ref *(int*)lease.Pointer, 0);
            lease.Return();
        });

        collisions.ShouldBe(0);
        pool.Count.ShouldBeInRange(1, 8);
    }
}
