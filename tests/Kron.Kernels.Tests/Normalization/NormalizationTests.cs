using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.CompilerServices;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Emit;
using Kron.Generator.Tests.Support;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Normalization;

/// <summary>Whole batch normalisations as compiled code on every target of this machine, against their definition.</summary>
[Trait("Category", "Isa")]
public sealed class NormalizationTests
{
    /// <summary>Whole sample blocks and single samples.</summary>
    private const int Batch = 35;

    private static readonly EmittedLayers Layers = new([.. NormalizationCase.All.Select(c => c.Spec)]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Several_steps_follow_the_definition_and_stay_inside(bool atEnd)
    {
        foreach ((int index, LayerEngine layer) in Layers.OnEachTarget())
        {
            NormalizationMeasurement.Of(NormalizationCase.All[index], layer, Batch, atEnd).ShouldAllBe(deviation => deviation.IsAllowed, $"{NormalizationCase.All[index]}, {layer.Target}");
        }
    }

    [Fact]
    public void A_tape_keeps_the_statistics_of_its_own_pass()
    {
        LayerEngine layer = Create(2);
        float[] first = Input(2, 4, seed: 1), second = Input(2, 9, seed: 2), dy = new Random(3).Floats(first.Length);
        LayerTape tape = layer.CreateTape(4), other = layer.CreateTape(9);
        layer.Forward(first, new float[first.Length], tape);
        float[] expected = new float[first.Length], actual = new float[first.Length];
        layer.Backward(first, dy, expected, tape);
        layer.Forward(second, new float[second.Length], other);
        layer.Backward(first, dy, actual, tape);
        actual.ShouldBe(expected);
    }

    [Fact]
    public void Threads_get_the_same_bits()
    {
        foreach ((int index, LayerEngine layer) in Layers.OnEachTarget())
        {
            // Enough samples for helpers to be asked.
            int batch = Math.Max(Batch, 400_000 / layer.InputSize);
            float[] x = Input(index, batch, seed: 1), dy = new Random(2).Floats(x.Length);
            float[] y = new float[x.Length], dx = new float[x.Length], parallel = new float[x.Length], parallelGradient = new float[x.Length];
            Oracle(index, layer);
            LayerTape tape = layer.CreateTape(batch);
            layer.Forward(x, y, tape);
            layer.Backward(x, dy, dx, tape);
            float[] state = layer.State.ToArray(), gradients = layer.Gradients.ToArray();

            Reset(layer);
            layer.ForwardParallel(x, parallel, tape, threads: 3);
            parallel.ShouldBe(y);
            layer.State.ToArray().ShouldBe(state);
            layer.BackwardParallel(x, dy, parallelGradient, tape, threads: 3);
            parallelGradient.ShouldBe(dx);
            layer.Gradients.ToArray().ShouldBe(gradients);

            layer.Forward(x, y);
            layer.ForwardParallel(x, parallel, threads: 3);
            parallel.ShouldBe(y);
        }
    }

    [Fact]
    public void A_single_value_per_channel_is_refused_and_changes_nothing()
    {
        LayerEngine vector = Create(1), image = Create(0);
        LayerTape tape = vector.CreateTape(2);
        float[] state = vector.State.ToArray(), y = [9, 9, 9, 9, 9];
        Should.Throw<ArgumentException>(() => vector.Forward(new float[5], y, tape)).Message.ShouldContain("1 value of each channel; expected at least 2");
        Should.Throw<ArgumentException>(() => vector.ForwardParallel(new float[5], y, tape, threads: 2)).ParamName.ShouldBe("input");
        vector.State.ToArray().ShouldBe(state);
        y.ShouldBe([9, 9, 9, 9, 9]);
        tape.RecordedBatch.ShouldBe(-1);

        // Two samples, or two pixels, or inference are enough.
        vector.Forward([1, 2, 3, 4, 5, 2, 3, 4, 5, 6], new float[10], tape);
        image.Forward(Input(0, 1, seed: 1), new float[30], image.CreateTape(1));
        vector.Forward(new float[5], y);
    }

    [Fact]
    public void What_throws_or_is_empty_leaves_the_state()
    {
        LayerEngine layer = Create(0);
        LayerTape tape = layer.CreateTape(2);
        float[] state = layer.State.ToArray();
        Should.Throw<ArgumentException>(() => layer.Forward(new float[60], new float[59], tape));
        Should.Throw<ArgumentException>(() => layer.Forward(new float[90], new float[90], tape));
        layer.Forward([], [], tape);
        layer.Backward([], [], [], tape);
        layer.State.ToArray().ShouldBe(state);
        layer.Gradients.ToArray().ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void The_state_begins_at_the_standard_normal_and_is_reset_with_the_parameters()
    {
        LayerEngine layer = Create(0);
        layer.State.ToArray().ShouldBe([0, 0, 0, 1, 1, 1]);
        layer.StateTensors.Select(t => (t.Name, t.Offset)).ShouldBe([("running_mean", 0), ("running_var", 3)]);
        layer.Forward(Input(0, 4, seed: 1), new float[4 * 30], layer.CreateTape(4));
        layer.State.ToArray().ShouldNotBe([0, 0, 0, 1, 1, 1]);

        layer.Initialize(new Random(1));
        layer.Parameters.ToArray().ShouldBe([1, 1, 1, 0, 0, 0]);
        layer.State.ToArray().ShouldBe([0, 0, 0, 1, 1, 1]);

        // γ = 1, β = 0, μ = 0, σ² = 1: the identity but for ε.
        float[] x = Input(0, 2, seed: 2), y = new float[x.Length];
        layer.Forward(x, y);
        y.ShouldBe(x, 1e-4);
    }

    [Fact]
    public void A_state_that_is_written_is_read_after_a_commit()
    {
        LayerEngine layer = Create(0);
        Oracle(0, layer);
        float[] x = Input(0, 2, seed: 2), before = new float[x.Length], y = new float[x.Length];
        layer.Forward(x, before);
        layer.State[0] = 5;
        layer.Forward(x, y);
        y.ShouldBe(before);
        layer.Commit();
        layer.Forward(x, y);
        y[..10].ShouldBe(x[..10].Select((v, i) => before[i] - (5 * layer.Parameters[0] / MathF.Sqrt(1 + 1e-5f))), 1e-4);
    }

    [Fact]
    public void The_state_is_saved_and_loaded()
    {
        string path = Path.GetTempFileName();
        try
        {
            LayerEngine layer = Create(3), loaded = Create(3);
            Oracle(3, layer);
            float[] x = Input(3, 5, seed: 1), y = new float[x.Length], again = new float[x.Length];
            layer.Forward(x, y, layer.CreateTape(5));
            layer.Forward(x, y);
            layer.Save(path);
            loaded.Load(path);
            loaded.State.ToArray().ShouldBe(layer.State.ToArray());
            loaded.Forward(x, again);
            again.ShouldBe(y);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void No_call_allocates()
    {
        foreach ((_, LayerEngine layer) in Layers.OnEachTarget())
        {
            float[] x = new float[Batch * layer.InputSize], y = new float[x.Length], dx = new float[x.Length];
            LayerTape tape = layer.CreateTape(Batch);
            void Step()
            {
                layer.Forward(x, y, tape);
                layer.Backward(x, y, dx, tape);
                layer.Backward(x, y, [], tape);
                layer.Forward(x, y);
                layer.Commit();
            }

            // Tables of the runtime's own may grow on this thread while other tests run: what the calls allocate is in every attempt.
            Step();
            Step();
            Enumerable.Range(0, 3).Min(_ =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Step();
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }).ShouldBe(0);
        }
    }

    private static LayerEngine Create(int index) => Layers.Create(index, CompiledLayers.Runnable[0]);

    private static void Reset(LayerEngine layer)
    {
        int channels = layer.State.Length / 2;
        layer.State[..channels].Clear();
        layer.State[channels..].Fill(1);
        layer.Gradients.Clear();
        layer.Commit();
    }

    private static NaiveNormalization Oracle(int index, LayerEngine layer) => NormalizationCase.All[index].Oracle(layer);

    private static float[] Input(int index, int batch, int seed) => NormalizationCase.All[index].Input(batch, seed);

    private static double[] Widen(ReadOnlySpan<float> values) => [.. values.ToArray().Select(v => (double)v)];
}
