using System;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>Compares a compiled layer with the oracle: output, every gradient, and accumulation over calls.</summary>
internal static class Check
{
    /// <summary>float's unit roundoff.</summary>
    private const double Epsilon = 1.0 / (1 << 24);

    public static void Layer(LayerCase layer, ILayer compiled, int batch, int seed = 1)
    {
        Require(compiled.InputSize == layer.Inputs, $"{layer}: InputSize {compiled.InputSize}, expected {layer.Inputs}.");
        Require(compiled.OutputSize == layer.OutputSize, $"{layer}: OutputSize {compiled.OutputSize}, expected {layer.OutputSize}.");
        Require(compiled.Parameters.Length == layer.ParameterCount, $"{layer}: {compiled.Parameters.Length} parameters, expected {layer.ParameterCount}.");

        var random = new Random(seed);
        Fill(compiled.Parameters, random);
        compiled.Commit();
        float[] x = new float[batch * layer.Inputs], dy = new float[batch * layer.OutputSize];
        Fill(x, random);
        Fill(dy, random);

        double[] parameters = [.. compiled.Parameters.ToArray().Select(v => (double)v)];
        double[] magnitudes = [.. parameters.Select(Math.Abs)];
        var oracle = new Oracle(layer, parameters);
        var bound = new Oracle(layer with { Activation = layer.Activation == Activation.Maxout ? Activation.Maxout : Activation.None }, magnitudes);
        var y = new double[dy.Length];
        var dx = new double[x.Length];
        var gradients = new double[parameters.Length];
        var yScale = new double[dy.Length];
        var dxScale = new double[x.Length];
        var gradientScale = new double[parameters.Length];
        for (int s = 0; s < batch; s++)
        {
            double[] xs = Sample(x, s, layer.Inputs), dys = Sample(dy, s, layer.OutputSize);
            double[] absX = [.. xs.Select(Math.Abs)], absDy = [.. dys.Select(Math.Abs)];
            oracle.Forward(xs).CopyTo(y, s * layer.OutputSize);
            oracle.Backward(xs, dys, gradients).CopyTo(dx, s * layer.Inputs);
            Scale(layer, bound, absX, absDy, yScale.AsSpan(s * layer.OutputSize), dxScale.AsSpan(s * layer.Inputs), gradientScale);
        }

        var output = new float[dy.Length];
        Array.Fill(output, float.NaN);
        compiled.Forward(x, output);
        Compare(layer, compiled, "output", output, y, yScale);

        Array.Fill(output, float.NaN);
        LayerTape tape = compiled.CreateTape(batch + 3);
        compiled.Forward(x, output, tape);
        Compare(layer, compiled, "recorded output", output, y, yScale);

        var inputGradient = new float[x.Length];
        Array.Fill(inputGradient, float.NaN);
        compiled.Gradients.Clear();
        compiled.Backward(x, dy, inputGradient, tape);
        Compare(layer, compiled, "input gradient", inputGradient, dx, dxScale);
        Compare(layer, compiled, "parameter gradients", compiled.Gradients.ToArray(), gradients, gradientScale);

        compiled.Backward(x, dy, [], tape);
        Compare(layer, compiled, "accumulated gradients", compiled.Gradients.ToArray(), [.. gradients.Select(g => 2 * g)], [.. gradientScale.Select(g => 2 * g)]);
    }

    /// <summary>Sums of magnitudes: what rounding errors are proportional to.</summary>
    private static void Scale(LayerCase layer, Oracle bound, double[] x, double[] dy, Span<double> y, Span<double> dx, double[] gradients)
    {
        bound.Forward(x).CopyTo(y);

        // The steepest activation derivative is below 1.13 (gelu); a leaky one may be steeper. For maxout every piece counts.
        double slope = Math.Max(1.13, Math.Abs(layer.Slope));
        LayerCase linear = layer with { Activation = Activation.None };
        double[] all = new double[layer.Outputs];
        int pieces = layer.Activation == Activation.Maxout ? layer.Pieces : 1;
        for (int j = 0; j < all.Length; j++)
        {
            all[j] = slope * dy[Math.Min(j / pieces, dy.Length - 1)];
        }

        bound.BackwardLinear(linear, x, all, gradients).CopyTo(dx);
    }

    private static void Compare(LayerCase layer, ILayer compiled, string what, float[] actual, double[] expected, double[] scale)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            double bound = Tolerance(layer) * Math.Max(scale[i], 1e-30);
            if (!(Math.Abs(actual[i] - expected[i]) <= bound))
            {
                throw new InvalidOperationException(
                    $"{layer} ({compiled.GetType().Name}, {Target(compiled)}): {what}[{i}] of {actual.Length} is {actual[i]:R}, expected {expected[i]:R} ± {bound:R}.");
            }
        }
    }

    /// <summary>ε·(k + 1) over the longest chain of roundings: both contractions, the batch, and the activation's own error.</summary>
    private static double Tolerance(LayerCase layer) => Epsilon * (32 + (2 * (layer.Groups.Count == 0 ? layer.Dense.N + layer.Dense.M : layer.Groups.Max(g => g.N1 + g.N2 + g.M1 + g.M2 + g.R))));

    private static object? Target(ILayer layer) => layer.GetType().GetProperty("Target")?.GetValue(layer);

    private static double[] Sample(float[] values, int sample, int size) => [.. values.AsSpan(sample * size, size).ToArray().Select(v => (double)v)];

    private static void Fill(Span<float> values, Random random)
    {
        foreach (ref float value in values)
        {
            value = (float)((random.NextDouble() * 2) - 1);
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
