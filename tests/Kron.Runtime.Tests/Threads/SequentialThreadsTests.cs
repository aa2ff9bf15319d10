using System;
using System.Linq;
using Kron.CompilerServices;
using Kron.Runtime.Tests.Layers;
using Kron.Runtime.Tests.Training;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Threads;

public sealed class SequentialThreadsTests
{
    private const int Batch = 1001;

    [Fact]
    public void Layers_that_can_share_out_the_batch_and_others_are_left_alone()
    {
        LayerEngine alone = ParallelTests.Create(new WorkerPool(0)), shared = ParallelTests.Create(new WorkerPool(3, isEager: true));
        (float[] y, float[] dx, float[] gradients) = Run(alone, threads: 1);
        (float[] sharedY, float[] sharedDx, float[] sharedGradients) = Run(shared, threads: 4);

        sharedY.ShouldBe(y);
        sharedDx.ShouldBe(dx);
        sharedGradients.ShouldBe(gradients, 1e-3);
        sharedGradients.ShouldNotBe(gradients); // summed by parts
        shared.Memory.TrainingBytes.ShouldBeGreaterThan(alone.Memory.TrainingBytes);
    }

    [Fact]
    public void One_thread_is_the_default_and_the_least()
    {
        var model = new Sequential(NaiveLayer.Create(seed: 1));

        model.Threads.ShouldBe(1);
        Should.Throw<ArgumentOutOfRangeException>(() => model.Threads = 0).ParamName.ShouldBe("value");
        model.Threads.ShouldBe(1);
    }

    private static (float[] Y, float[] Dx, float[] Gradients) Run(LayerEngine engine, int threads)
    {
        var model = new Sequential(engine, new TanhLayer(NaiveLayer.Outputs, 2, seed: 5)) { Threads = threads };
        float[] input = NaiveLayer.Values(Batch * NaiveLayer.Inputs, seed: 2), outputGradient = NaiveLayer.Values(Batch * 2, seed: 3);
        float[] output = new float[outputGradient.Length], recorded = new float[output.Length], inputGradient = new float[input.Length];
        SequentialTape tape = model.CreateTape(Batch);
        model.Forward(input, output);
        model.Forward(input, recorded, tape);
        model.Backward(input, outputGradient, inputGradient, tape);
        recorded.ShouldBe(output);
        return (output, inputGradient, engine.Gradients.ToArray());
    }
}
