using System;
using System.Linq;
using Kron.CompilerServices;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Pools;

/// <summary>Whole pools as compiled code on every target of this machine, flush against unreadable pages, against pools by their definition.</summary>
[Trait("Category", "Isa")]
public sealed class PoolTests
{
    /// <summary>Whole sample blocks and single samples.</summary>
    private const int Batch = 19;

    private static readonly EmittedLayers Layers = new([.. PoolMeasurement.Windows.SelectMany(w => new[] { PoolSpecs.Layer(w, isMaximum: true), PoolSpecs.Layer(w, isMaximum: false) })]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_pass_computes_the_pool_and_stays_inside(bool atEnd)
    {
        foreach ((int index, LayerEngine layer) in Layers.OnEachTarget())
        {
            (WindowSpec window, bool isMaximum) = (PoolMeasurement.Windows[index / 2], index % 2 == 0);
            PoolMeasurement.Of(window, isMaximum, layer, Batch, seed: index, atEnd)
                .ShouldAllBe(deviation => deviation.IsAllowed, $"{window}, {(isMaximum ? "maximum" : "mean")}, {layer.Target}");
        }
    }

    [Fact]
    public void Threads_get_the_same_bits()
    {
        foreach ((int index, LayerEngine layer) in Layers.OnEachTarget().Where(pair => pair.Index < 6))
        {
            var random = new Random(index);
            float[] x = random.Floats(Batch * layer.InputSize), dy = random.Floats(Batch * layer.OutputSize);
            float[] y = new float[dy.Length], dx = new float[x.Length], parallel = new float[dy.Length], parallelGradient = new float[x.Length];
            LayerTape tape = layer.CreateTape(Batch);
            layer.Forward(x, y, tape);
            layer.Backward(x, dy, dx, tape);

            layer.ForwardParallel(x, parallel, threads: 3);
            parallel.ShouldBe(y);
            layer.ForwardParallel(x, parallel, tape, threads: 3);
            parallel.ShouldBe(y);
            layer.BackwardParallel(x, dy, parallelGradient, tape, threads: 3);
            parallelGradient.ShouldBe(dx);
        }
    }

    [Fact]
    public void No_call_allocates()
    {
        foreach ((_, LayerEngine layer) in Layers.OnEachTarget())
        {
            float[] x = new float[Batch * layer.InputSize], y = new float[Batch * layer.OutputSize], dx = new float[x.Length];
            LayerTape tape = layer.CreateTape(Batch);
            void Step()
            {
                layer.Forward(x, y);
                layer.Forward(x, y, tape);
                layer.Backward(x, y, dx, tape);
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

    [Fact]
    public void A_pool_has_no_parameters()
    {
        LayerEngine layer = Layers.Create(0, CompiledLayers.Runnable[0]);
        layer.Parameters.Length.ShouldBe(0);
        layer.State.Length.ShouldBe(0);
        layer.ParameterTensors.ShouldBeEmpty();
    }
}
