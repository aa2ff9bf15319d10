using System;
using System.Linq;
using Kron.Kernels.Tests.Support;

namespace Kron.Cuda.Device.Check;

/// <summary>Compares a layer on the device with what it should compute.</summary>
internal static class LayerChecks
{
    // The first as it is, the second captures a graph, the third replays it.
    private const int Passes = 3;

    private static readonly string[] Results = ["output", "recorded output", "input gradient", "parameter gradients", "accumulated gradients"];

    public static Verdict Run(CheckedLayer each, CheckMode mode, CudaContext context, Reference reference)
    {
        using CudaLayer layer = each.Open(context);
        if ((layer.InputSize, layer.OutputSize, layer.Layer.Parameters.Length) != (each.Case.Inputs, each.Case.OutputSize, each.Case.ParameterCount))
        {
            return new Verdict(false, $"{layer.InputSize} → {layer.OutputSize}, {layer.Layer.Parameters.Length} parameters; expected {each.Case.Inputs} → {each.Case.OutputSize}, {each.Case.ParameterCount}");
        }

        Verdict relative = Relative(layer, mode, reference);
        return mode.IsExact && !each.IsAgainstHost ? relative & Elementwise(each, layer) : relative;
    }

    /// <summary>Each value within the kernel tests' tolerance.</summary>
    private static Verdict Elementwise(CheckedLayer each, CudaLayer layer)
    {
        Deviation worst = Measurement.Of(each.Case, layer.AsHosted(), each.Batch).MaxBy(Share);
        return new Verdict(worst.IsAllowed, worst.IsAllowed ? FormattableString.Invariant($"elementwise {Share(worst):F2} of the tolerance") : worst.ToString());

        // Nothing compares with what is no number.
        static double Share(Deviation deviation) => deviation.Error == 0 ? 0 : double.IsNaN(deviation.Error) ? double.PositiveInfinity : deviation.Error / deviation.Bound;
    }

    /// <summary>All passes, again and again in the same buffers.</summary>
    private static Verdict Relative(CudaLayer layer, CheckMode mode, Reference reference)
    {
        CudaContext context = layer.Context;
        int batch = reference.Input.Length / layer.InputSize;
        reference.Parameters.CopyTo(layer.Layer.Parameters);
        layer.UploadParameters();
        using CudaBuffer<float> x = context.Allocate<float>(reference.Input.Length), dx = context.Allocate<float>(x.Length);
        using CudaBuffer<float> dy = context.Allocate<float>(reference.OutputGradient.Length), y = context.Allocate<float>(dy.Length);
        using CudaTape tape = layer.CreateTape(batch);
        context.Upload(reference.Input, layer.InputSize, x);
        context.Upload(reference.OutputGradient, layer.OutputSize, dy);
        float[] outputs = new float[y.Length], inputs = new float[x.Length];
        double[] worst = new double[Results.Length];
        for (int pass = 0; pass < Passes; pass++)
        {
            y.Clear();
            layer.Forward(x, y);
            context.Download(y, layer.OutputSize, outputs);
            Note(0, outputs, reference.Output);

            y.Clear();
            layer.Forward(x, y, tape);
            context.Download(y, layer.OutputSize, outputs);
            Note(1, outputs, reference.Output);

            dx.Clear();
            layer.Gradients.Clear();
            layer.Backward(x, dy, dx, tape);
            context.Download(dx, layer.InputSize, inputs);
            Note(2, inputs, reference.InputGradient);
            layer.DownloadGradients();
            Note(3, layer.Layer.Gradients, reference.Gradients);

            layer.Backward(x, dy, null, tape);
            layer.DownloadGradients();
            Note(4, layer.Layer.Gradients, reference.Gradients, factor: 2);
        }

        int most = Array.IndexOf(worst, worst.Max());
        return Verdict.Within(Results[most], worst[most], mode.Bound);

        void Note(int result, ReadOnlySpan<float> actual, double[] expected, double factor = 1) =>
            worst[result] = Math.Max(worst[result], Distance(actual, expected, factor));
    }

    /// <summary>‖actual − factor · expected‖ / ‖factor · expected‖; infinite where a value is no number.</summary>
    private static double Distance(ReadOnlySpan<float> actual, double[] expected, double factor)
    {
        double errors = 0, values = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double value = factor * expected[i], error = actual[i] - value;
            errors += error * error;
            values += value * value;
        }

        double distance = Math.Sqrt(errors / Math.Max(values, 1e-30));
        return double.IsNaN(distance) ? double.PositiveInfinity : distance;
    }
}
