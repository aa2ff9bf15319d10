using System;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Correctness;

/// <summary>A sample's results do not depend on the batch it comes in, but for rounding.</summary>
public class BatchSplitTests
{
    private const int Batch = 19;

    [Fact]
    public void One_by_one_or_all_at_once()
    {
        foreach ((LayerCase layer, ILayer compiled) in CaseBatch.OfEveryKind())
        {
            Expectation data = Expectation.Of(layer, Batch, seed: 2);
            data.Parameters.CopyTo(compiled.Parameters);
            compiled.Commit();
            (float[] y, float[] dx, float[] gradients) = Run(layer, compiled, data, Batch);
            (float[] y1, float[] dx1, float[] gradients1) = Run(layer, compiled, data, 1);
            Near(y1, y, data.Output.Scale, layer);
            Near(dx1, dx, data.InputGradient.Scale, layer);
            Near(gradients1, gradients, data.Gradients.Scale, layer);
        }
    }

    private static (float[] Y, float[] Dx, float[] Gradients) Run(LayerCase layer, ILayer compiled, Expectation data, int split)
    {
        float[] y = new float[data.OutputGradient.Length], dx = new float[data.Input.Length];
        LayerTape tape = compiled.CreateTape(split);
        compiled.Gradients.Clear();
        for (int s = 0; s < Batch; s += split)
        {
            Range inputs = (s * layer.Inputs)..((s + split) * layer.Inputs), outputs = (s * layer.OutputSize)..((s + split) * layer.OutputSize);
            compiled.Forward(data.Input.AsSpan(inputs), y.AsSpan(outputs), tape);
            compiled.Backward(data.Input.AsSpan(inputs), data.OutputGradient.AsSpan(outputs), dx.AsSpan(inputs), tape);
        }

        return (y, dx, compiled.Gradients.ToArray());
    }

    private static void Near(float[] actual, float[] expected, double[] scale, LayerCase layer)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            ((double)actual[i]).ShouldBe(expected[i], (2 * Measurement.Tolerance(layer) * scale[i]) + 1e-30, $"{layer} [{i}]");
        }
    }
}
