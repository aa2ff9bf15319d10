using System;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>Values and the sums of magnitudes that rounding errors are proportional to.</summary>
internal sealed record Expected(double[] Values, double[] Scale, double Factor = 1);

/// <summary>Random parameters and a random batch, and what the oracle makes of them.</summary>
internal sealed record Expectation(
    float[] Parameters,
    float[] Input,
    float[] OutputGradient,
    Expected Output,
    Expected InputGradient,
    Expected Gradients)
{
    public static Expectation Of(LayerCase layer, int batch, int seed)
    {
        var random = new Random(seed);
        float[] parameters = Random(layer.ParameterCount, random);
        float[] x = Random(batch * layer.Inputs, random);
        float[] dy = Random(batch * layer.OutputSize, random);

        double[] exact = Widen(parameters);
        var oracle = new Oracle(layer, exact);

        // The same sums over magnitudes, without the activation: no rounding error exceeds a multiple of them, or of the output
        // where an activation makes much of little.
        bool maxout = layer.Activation == Activation.Maxout;
        double[] magnitudes = Magnitudes(exact);
        var outputScale = new Oracle(maxout ? layer : layer with { Activation = Activation.None }, magnitudes);
        var gradientScale = new Oracle(layer with { Activation = Activation.None }, magnitudes);

        var output = new Expected(new double[dy.Length], new double[dy.Length]);
        var inputGradient = new Expected(new double[x.Length], new double[x.Length]);
        var gradients = new Expected(new double[parameters.Length], new double[parameters.Length]);
        for (int s = 0; s < batch; s++)
        {
            double[] xs = Widen(x.AsSpan(s * layer.Inputs, layer.Inputs)), dys = Widen(dy.AsSpan(s * layer.OutputSize, layer.OutputSize));
            oracle.Backward(xs, dys, gradients.Values).CopyTo(inputGradient.Values, s * layer.Inputs);
            double[] y = oracle.Forward(xs);
            y.CopyTo(output.Values, s * layer.OutputSize);
            outputScale.Forward(Magnitudes(xs)).Zip(y, (sum, value) => Math.Max(sum, Math.Abs(value))).ToArray().CopyTo(output.Scale, s * layer.OutputSize);
            gradientScale.Backward(Magnitudes(xs), Spread(layer, Magnitudes(dys)), gradients.Scale).CopyTo(inputGradient.Scale, s * layer.Inputs);
        }

        return new Expectation(parameters, x, dy, output, inputGradient, gradients);
    }

    /// <summary>A bound on every pre-activation's gradient: the steepest derivative is gelu's, below 1.13, or a leaky slope; any piece may be the maximum.</summary>
    private static double[] Spread(LayerCase layer, double[] dy)
    {
        int pieces = layer.Activation == Activation.Maxout ? layer.Pieces : 1;
        int pixels = layer.Pixels;
        double slope = Math.Max(1.13, Math.Abs(layer.Slope));
        return [.. Enumerable.Range(0, layer.Outputs).Select(j => slope * dy[(j / pixels / pieces * pixels) + (j % pixels)])];
    }

    private static float[] Random(int length, Random random) =>
        [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    private static double[] Widen(ReadOnlySpan<float> values) => [.. values.ToArray().Select(v => (double)v)];

    private static double[] Magnitudes(double[] values) => [.. values.Select(Math.Abs)];
}
