using System;
using System.IO;
using System.Linq;
using Kron.CompilerServices;
using Kron.IO;
using Kron.Runtime.Tests.IO;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Layers;

/// <summary>A layer without parameters, such as a pool, is a layer like any other.</summary>
public sealed class NoParametersTests : IDisposable
{
    private static readonly WorkerPool Pool = new(3, isEager: true);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_passes_run_alone_and_shared_out()
    {
        LayerEngine pool = NaivePool.Create(Pool);
        const int Batch = 41;
        float[] input = NaiveLayer.Values(Batch * 6, seed: 1), outputGradient = NaiveLayer.Values(Batch * 3, seed: 2);
        float[] expected = [.. Enumerable.Range(0, Batch * 3).Select(i => Math.Max(input[2 * i], input[(2 * i) + 1]))];
        float[] output = new float[expected.Length], shared = new float[expected.Length], inputGradient = new float[input.Length], sharedGradient = new float[input.Length];
        LayerTape tape = pool.CreateTape(Batch);

        pool.Forward(input, output);
        pool.ForwardParallel(input, shared, tape, threads: 3);
        pool.Backward(input, outputGradient, inputGradient, tape);
        pool.BackwardParallel(input, outputGradient, sharedGradient, tape, threads: 3);

        output.ShouldBe(expected);
        shared.ShouldBe(expected);
        inputGradient.ShouldBe([.. Enumerable.Range(0, input.Length).Select(i => input[i] == expected[i / 2] ? outputGradient[i / 2] : 0)]);
        sharedGradient.ShouldBe(inputGradient);
    }

    [Fact]
    public void There_is_nothing_to_train()
    {
        LayerEngine pool = NaivePool.Create(Pool);

        pool.Parameters.Length.ShouldBe(0);
        pool.Gradients.Length.ShouldBe(0);
        pool.State.Length.ShouldBe(0);
        pool.ParameterTensors.ShouldBeEmpty();
        pool.Initialize(new Random(1));
        pool.Commit();
        pool.Memory.TotalBytes.ShouldBe(0);
        var model = new Sequential(pool);
        model.ParameterCount.ShouldBe(0);
        new Sgd(model) { Momentum = 0.9 }.Step(0.1);
        new AdamW(model).Step(0.1);
        Should.Throw<InvalidOperationException>(() => pool.FromDense(new float[12], [])).Message.ShouldContain("no dense weight");
        Should.Throw<ArgumentException>(() => pool.FromDense(new float[12], new float[1])).Message.ShouldContain("has no bias");
        Should.Throw<InvalidOperationException>(() => pool.ToDense(new float[12])).Message.ShouldContain("no dense weight");
    }

    [Fact]
    public void A_model_with_such_layers_is_saved_and_loaded()
    {
        string path = _folder["model.safetensors"];
        LayerEngine dense = NaiveLayer.Create(seed: 3), loaded = NaiveLayer.Create(seed: 4);

        ModelFile.Save(path, [new("fc", dense), new("pool", NaivePool.Create(Pool))]);
        ModelFile.Load(path, [new("fc", loaded), new("pool", NaivePool.Create(Pool))]);

        loaded.Parameters.ToArray().ShouldBe(dense.Parameters.ToArray());
        using (SafetensorsFile file = Safetensors.Open(path))
        {
            file.Tensors.Keys.ShouldBe(["fc.weight", "fc.bias"], ignoreOrder: true);
            file.Metadata["pool.attributes"].ShouldBe("[MaxPool(1, 1, 6, 2, WindowH = 1)]");
        }

        NaivePool.Create(Pool).Save(path);
        NaivePool.Create(Pool).Load(path);
        dense.Save(path);
        Should.Throw<InvalidDataException>(() => NaivePool.Create(Pool).Load(path)).Message.ShouldContain("unexpected tensor");
    }
}
