using System;
using System.IO;
using System.Linq;
using Digits;
using Digits.Experiment;
using Kron.Cuda.Tests.Support;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests.Layers;

/// <summary>The sample that trains on a device.</summary>
public sealed class DigitsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DigitsTests()
    {
        StandinCuda.NameForProcess();
        Standin.Reset();
    }

    public void Dispose()
    {
        _folder.Dispose();
        Standin.LastViolation.ShouldBeEmpty();
    }

    [StandinFact]
    public void The_short_run_trains_fits_and_times_on_the_device()
    {
        string table = _folder.File("table.md");
        using var output = new StringWriter();
        using var error = new StringWriter();

        int code = DigitsProgram.Run(["--short", "--cuda", "--out", table], output, error);

        error.ToString().ShouldBeEmpty();
        code.ShouldBe(0);
        using (var context = new CudaContext())
        {
            output.ToString().ShouldContain($"CUDA device: {context.DeviceName}");
            File.ReadAllText(table).ShouldContain($"ran on {context.DeviceName}");
        }

        Standin.Calls("cublasGemmStridedBatchedEx").ShouldBeGreaterThan(200);
        foreach (string kind in new[] { "memory", "pinned", "stream", "event", "graph", "exec", "cublas", "module" })
        {
            Standin.Live(kind).ShouldBe(0, kind);
        }
    }

    [StandinFact]
    public void A_network_on_the_device_is_saved_loaded_and_taken_over_as_one_of_the_host()
    {
        using CudaContext context = DeviceLayers.Open();
        var host = new DigitNetwork(Method.Baseline, 1);
        var device = new DigitNetwork(Method.Baseline, 2, context);
        float[] images = [.. Enumerable.Range(0, 2 * host.Layers.InputSize).Select(i => MathF.Sin(i))];
        float[] expected = Scores(host.Layers, images);

        device.TakeOver(host).ShouldBe(0);
        Close(Scores(device.Layers, images), expected);

        string file = _folder.File("model.safetensors");
        device.Layers.Save(file);
        var loaded = new DigitNetwork(Method.Baseline, 3, context);
        loaded.Layers.Load(file);
        Close(Scores(loaded.Layers, images), expected);
        var back = new DigitNetwork(Method.Baseline, 4);
        back.Layers.Load(file);
        Scores(back.Layers, images).ShouldBe(expected);

        static float[] Scores(Sequential layers, float[] images)
        {
            float[] scores = new float[2 * layers.OutputSize];
            layers.Forward(images, scores);
            return scores;
        }

        static void Close(float[] actual, float[] expected) => actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max().ShouldBeLessThan(1e-4f);
    }
}
