using System;
using System.Linq;
using Kron.Cuda.Tests.Support;
using Kron.Kernels.Tests.Support;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests.Layers;

/// <summary>Optimizers and losses on the device against those of the host, with the device's compiler and without.</summary>
public sealed class DeviceTrainingTests : IDisposable
{
    public DeviceTrainingTests() => Standin.Reset();

    public void Dispose() => Standin.LastViolation.ShouldBeEmpty();

    [StandinTheory]
    [InlineData("sgd", true)]
    [InlineData("sgd", false)]
    [InlineData("momentum", true)]
    [InlineData("momentum", false)]
    [InlineData("nesterov", true)]
    [InlineData("adamw", true)]
    [InlineData("adamw", false)]
    public void An_optimizer_steps_as_on_the_host(string rule, bool useCompiler)
    {
        using CudaContext context = DeviceLayers.Open(DeviceLayers.Options(useCompiler: useCompiler));
        Type type = DeviceLayers.All.Single(pair => pair.Case.ToString() == LayerCase.Of(64, 4, 16, 25, 5).ToString()).Type;
        ILayer stepped = (ILayer)Activator.CreateInstance(type)!, source = (ILayer)Activator.CreateInstance(type)!;
        var random = new Random(5);
        Fill(source.Parameters, random);
        source.Parameters.CopyTo(stepped.Parameters);
        using CudaLayer layer = DeviceLayers.On(source, context);
        Optimizer host = Make(rule, [stepped]), device = Make(rule, [layer]);
        CreateGradients(source);
        for (int step = 0; step < 4; step++)
        {
            Fill(stepped.Gradients.Length == 0 ? CreateGradients(stepped) : stepped.Gradients, random);
            stepped.Gradients.CopyTo(source.Gradients);
            UploadGradients(layer, source);
            host.Step(0.01);
            device.Step(0.01);
        }

        layer.DownloadParameters();
        float[] expected = stepped.Parameters.ToArray(), actual = source.Parameters.ToArray();
        actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max().ShouldBeLessThan(2e-6f);
        float[] gradients = new float[layer.Gradients.Length];
        layer.Gradients.CopyTo(gradients);
        gradients.ShouldAllBe(gradient => gradient == 0);
        device.Steps.ShouldBe(4);
        device.DeviceLayers.ShouldBe([layer]);
    }

    [StandinFact]
    public void A_first_step_without_enough_memory_keeps_none_and_can_be_taken_again()
    {
        using CudaContext context = DeviceLayers.Open();
        Type type = DeviceLayers.All.Single(pair => pair.Case.ToString() == LayerCase.Of(64, 4, 16, 25, 5).ToString()).Type;
        using CudaLayer layer = DeviceLayers.Create(type, context);
        long floats = layer.Gradients.Length;
        var optimizer = new AdamW([layer]);
        Standin.LimitMemory(Standin.LiveBytes + (6 * floats));

        // There is room for the means, not for the squares too.
        Should.Throw<CudaException>(() => optimizer.Step(0.01)).StatusName.ShouldBe("cudaErrorMemoryAllocation");
        context.Allocate<float>(floats).Dispose();
        optimizer.Steps.ShouldBe(0);

        Standin.LimitMemory(1L << 30);
        optimizer.Step(0.01);
        optimizer.Steps.ShouldBe(1);
    }

    [StandinTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_value_of_a_sample_counts_however_many_there_are(bool useCompiler)
    {
        // One more than the numbers of single precision reach without a gap.
        const int Size = (1 << 24) + 1;
        using CudaContext context = DeviceLayers.Open(DeviceLayers.Options(useCompiler: useCompiler));
        using CudaBuffer<float> y = context.Allocate<float>(Size), t = context.Allocate<float>(Size);
        y.Clear();
        t.Clear();
        y.CopyFrom([2f], Size - 1);
        CudaLosses.MeanSquaredError(y, t, Size).ShouldBe(4.0 / Size, 1e-12);
    }

    [StandinTheory]
    [InlineData(4096, true)]
    [InlineData(5, true)]
    [InlineData(5, false)]
    public void Cross_entropy_is_that_of_the_host(int chunk, bool useCompiler)
    {
        using CudaContext context = DeviceLayers.Open(DeviceLayers.Options(chunk, useCompiler));
        const int Samples = 13, Classes = 7;
        var random = new Random(2);
        float[] scores = [.. Enumerable.Range(0, Samples * Classes).Select(_ => (random.NextSingle() * 40) - 20)];
        int[] labels = [.. Enumerable.Range(0, Samples).Select(_ => random.Next(Classes))];
        float[] expected = new float[scores.Length], actual = new float[scores.Length];
        double loss = SoftmaxCrossEntropy.Evaluate(scores, labels, expected);

        using CudaBuffer<float> onDevice = context.Allocate<float>(scores.Length), gradient = context.Allocate<float>(scores.Length);
        context.Upload(scores, Classes, onDevice);
        CudaLosses.SoftmaxCrossEntropy(onDevice, labels).ShouldBe(loss, 1e-5);
        CudaLosses.SoftmaxCrossEntropy(onDevice, labels, gradient).ShouldBe(loss, 1e-5);
        context.Download(gradient, Classes, actual);
        actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max().ShouldBeLessThan(1e-7f);

        labels[3] = Classes;
        Should.Throw<ArgumentException>(() => CudaLosses.SoftmaxCrossEntropy(onDevice, labels)).Message.ShouldContain("labels[3] is 7; expected a class from 0 to 6");
        Should.Throw<ArgumentException>(() => CudaLosses.SoftmaxCrossEntropy(onDevice, labels.AsSpan(1))).Message.ShouldContain("expected a positive multiple of 12");
    }

    [StandinTheory]
    [InlineData(4096, true)]
    [InlineData(5, true)]
    [InlineData(5, false)]
    public void Squared_error_is_that_of_the_host(int chunk, bool useCompiler)
    {
        using CudaContext context = DeviceLayers.Open(DeviceLayers.Options(chunk, useCompiler));
        const int Samples = 13, Size = 6;
        var random = new Random(2);
        float[] outputs = [.. Enumerable.Range(0, Samples * Size).Select(_ => random.NextSingle())], targets = [.. outputs.Select(_ => random.NextSingle())];
        float[] expected = new float[outputs.Length], actual = new float[outputs.Length];
        double loss = MeanSquaredError.Evaluate(outputs, targets, expected);

        using CudaBuffer<float> y = context.Allocate<float>(outputs.Length), t = context.Allocate<float>(outputs.Length), gradient = context.Allocate<float>(outputs.Length);
        context.Upload(outputs, Size, y);
        context.Upload(targets, Size, t);
        CudaLosses.MeanSquaredError(y, t, Size).ShouldBe(loss, 1e-6);
        CudaLosses.MeanSquaredError(y, t, Size, gradient).ShouldBe(loss, 1e-6);
        context.Download(gradient, Size, actual);
        actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max().ShouldBeLessThan(1e-8f);
        Should.Throw<ArgumentException>(() => CudaLosses.MeanSquaredError(y, t, Size, y)).Message.ShouldContain("expected one of its own");
        Should.Throw<ArgumentException>(() => CudaLosses.MeanSquaredError(y, t, Size, t)).Message.ShouldContain("'gradient' is the buffer of the targets");
    }

    private static Optimizer Make(string rule, ILayer[] layers) => rule switch
    {
        "sgd" => new Sgd(layers) { WeightDecay = 0.1 },
        "momentum" => new Sgd(layers) { Momentum = 0.9, WeightDecay = 0.1 },
        "nesterov" => new Sgd(layers) { Momentum = 0.9, Nesterov = true },
        _ => new AdamW(layers),
    };

    private static Optimizer Make(string rule, CudaLayer[] layers) => rule switch
    {
        "sgd" => new Sgd(layers) { WeightDecay = 0.1 },
        "momentum" => new Sgd(layers) { Momentum = 0.9, WeightDecay = 0.1 },
        "nesterov" => new Sgd(layers) { Momentum = 0.9, Nesterov = true },
        _ => new AdamW(layers),
    };

    private static Span<float> CreateGradients(ILayer layer)
    {
        layer.CreateTape(1);
        return layer.Gradients;
    }

    /// <summary>Puts gradients into the device's order by way of the parameters, whose order is the same.</summary>
    private static void UploadGradients(CudaLayer layer, ILayer source)
    {
        float[] parameters = new float[layer.Parameters.Length], kept = source.Parameters.ToArray();
        layer.Parameters.CopyTo(parameters);
        source.Gradients.CopyTo(source.Parameters);
        layer.UploadParameters();
        layer.Gradients.CopyFrom(layer.Parameters);
        layer.Parameters.CopyFrom(parameters);
        kept.CopyTo(source.Parameters);
    }

    private static void Fill(Span<float> values, Random random)
    {
        foreach (ref float value in values)
        {
            value = (random.NextSingle() * 2) - 1;
        }
    }
}
