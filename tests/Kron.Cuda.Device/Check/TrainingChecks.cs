using System;
using System.Linq;
using Kron.Kernels.Tests.Support;
using Kron.Training;

namespace Kron.Cuda.Device.Check;

/// <summary>Optimizers and losses on the device against those of the host.</summary>
internal static class TrainingChecks
{
    private const int Steps = 4, Samples = 13, Values = 7;

    public static void Run(Tally tally, CudaContextOptions options)
    {
        foreach (bool useCompiler in new[] { true, false })
        {
            CudaContextOptions each = options with { UseCompiler = useCompiler, ChunkSamples = 5 };
            string mode = useCompiler ? "FP32" : "FP32, no NVRTC";
            tally.Run(mode, "Sgd with weight decay", () => Optimize(each, layers => new Sgd(layers) { WeightDecay = 0.1 }, layers => new Sgd(layers) { WeightDecay = 0.1 }));
            tally.Run(mode, "Sgd with momentum", () => Optimize(each, layers => new Sgd(layers) { Momentum = 0.9 }, layers => new Sgd(layers) { Momentum = 0.9 }));
            tally.Run(mode, "Sgd after Nesterov", () => Optimize(
                each,
                layers => new Sgd(layers) { Momentum = 0.9, Nesterov = true },
                layers => new Sgd(layers) { Momentum = 0.9, Nesterov = true }));
            tally.Run(mode, "AdamW", () => Optimize(each, layers => new AdamW(layers), layers => new AdamW(layers)));
            tally.Run(mode, "softmax cross-entropy", () => CrossEntropy(each));
            tally.Run(mode, "mean squared error", () => SquaredError(each));
        }
    }

    private static Verdict Optimize(CudaContextOptions options, Func<ILayer[], Optimizer> onHost, Func<CudaLayer[], Optimizer> onDevice)
    {
        using var context = new CudaContext(options);
        ILayer stepped = new TallLayer(), source = new TallLayer();
        var random = new Random(5);
        random.Fill(source.Parameters);
        source.Parameters.CopyTo(stepped.Parameters);
        using CudaLayer layer = ((TallLayer)source).ToCuda(context);
        Optimizer host = onHost([stepped]), device = onDevice([layer]);
        for (int step = 0; step < Steps; step++)
        {
            random.Fill(stepped.Gradients);
            UploadGradients(layer, stepped.Gradients);
            host.Step(0.01);
            device.Step(0.01);
        }

        layer.DownloadParameters();
        float[] gradients = new float[layer.Gradients.Length];
        layer.Gradients.CopyTo(gradients);
        return Verdict.Within("largest difference", Difference(source.Parameters, stepped.Parameters), 2e-6)
            & new Verdict(Array.TrueForAll(gradients, gradient => gradient == 0), "gradients cleared");
    }

    private static Verdict CrossEntropy(CudaContextOptions options)
    {
        using var context = new CudaContext(options);
        var random = new Random(2);
        float[] scores = [.. random.Floats(Samples * Values).Select(value => 20 * value)], expected = new float[scores.Length], actual = new float[scores.Length];
        int[] labels = [.. Enumerable.Range(0, Samples).Select(_ => random.Next(Values))];
        double loss = SoftmaxCrossEntropy.Evaluate(scores, labels, expected);
        using CudaBuffer<float> onDevice = context.Allocate<float>(scores.Length), gradient = context.Allocate<float>(scores.Length);
        context.Upload(scores, Values, onDevice);
        double difference = Math.Abs(CudaLosses.SoftmaxCrossEntropy(onDevice, labels, gradient) - loss);
        context.Download(gradient, Values, actual);
        return Verdict.Within("loss", difference, 1e-5) & Verdict.Within("gradient", Difference(actual, expected), 1e-6);
    }

    private static Verdict SquaredError(CudaContextOptions options)
    {
        using var context = new CudaContext(options);
        var random = new Random(2);
        float[] outputs = random.Floats(Samples * Values), targets = random.Floats(outputs.Length), expected = new float[outputs.Length], actual = new float[outputs.Length];
        double loss = MeanSquaredError.Evaluate(outputs, targets, expected);
        using CudaBuffer<float> y = context.Allocate<float>(outputs.Length), t = context.Allocate<float>(outputs.Length), gradient = context.Allocate<float>(outputs.Length);
        context.Upload(outputs, Values, y);
        context.Upload(targets, Values, t);
        double difference = Math.Abs(CudaLosses.MeanSquaredError(y, t, Values, gradient) - loss);
        context.Download(gradient, Values, actual);
        return Verdict.Within("loss", difference, 1e-6) & Verdict.Within("gradient", Difference(actual, expected), 1e-7);
    }

    /// <summary>Puts gradients into the device's order by way of the parameters, whose order is the same.</summary>
    private static void UploadGradients(CudaLayer layer, ReadOnlySpan<float> gradients)
    {
        float[] parameters = new float[layer.Parameters.Length], kept = layer.Layer.Parameters.ToArray();
        layer.Parameters.CopyTo(parameters);
        gradients.CopyTo(layer.Layer.Parameters);
        layer.UploadParameters();
        layer.Gradients.CopyFrom(layer.Parameters);
        layer.Parameters.CopyFrom(parameters);
        kept.CopyTo(layer.Layer.Parameters);
    }

    private static double Difference(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        double most = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)actual[i] - expected[i]);
            most = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(most, difference);
        }

        return most;
    }
}
