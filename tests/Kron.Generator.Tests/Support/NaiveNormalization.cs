using System;
using System.Linq;

namespace Kron.Generator.Tests.Support;

/// <summary>Batch normalisation by its definition, in double, channel by channel over images [samples, channels, pixels].</summary>
/// <param name="channels">Channels.</param>
/// <param name="pixels">Pixels of each.</param>
/// <param name="value">f.</param>
/// <param name="derivative">f′.</param>
internal sealed class NaiveNormalization(int channels, int pixels, Func<double, double> value, Func<double, double> derivative)
{
    // As the attribute gives them: floats.
    public float Epsilon { get; init; } = 1e-5f;

    public float Momentum { get; init; } = 0.1f;

    public double[] RunningMean { get; } = new double[channels];

    public double[] RunningVariance { get; } = [.. Enumerable.Repeat(1.0, channels)];

    /// <summary>γ.</summary>
    public double[] Weight { get; set; } = new double[channels];

    /// <summary>β.</summary>
    public double[] Bias { get; set; } = new double[channels];

    /// <summary>The output in training.</summary>
    public double[] Train(double[] x)
    {
        double[] y = new double[x.Length];
        ForEachChannel(x, (c, at) =>
        {
            (double mean, double variance) = Moments(x, at);
            foreach (int i in at)
            {
                y[i] = value((Weight[c] * (x[i] - mean) / Math.Sqrt(variance + Epsilon)) + Bias[c]);
            }
        });
        return y;
    }

    /// <summary>Takes a batch into the running statistics.</summary>
    public void Update(double[] x) => ForEachChannel(x, (c, at) =>
    {
        (double mean, double variance) = Moments(x, at);
        RunningMean[c] = ((1 - Momentum) * RunningMean[c]) + (Momentum * mean);
        RunningVariance[c] = ((1 - Momentum) * RunningVariance[c]) + (Momentum * variance * at.Length / (at.Length - 1));
    });

    /// <summary>The output in inference.</summary>
    public double[] Infer(double[] x)
    {
        double[] y = new double[x.Length];
        ForEachChannel(x, (c, at) => Array.ForEach(at, i =>
            y[i] = value((Weight[c] * (x[i] - RunningMean[c]) / Math.Sqrt(RunningVariance[c] + Epsilon)) + Bias[c])));
        return y;
    }

    /// <summary>The gradients in training by x, γ and β.</summary>
    public (double[] X, double[] Weight, double[] Bias) Backward(double[] x, double[] dy)
    {
        double[] dx = new double[x.Length], weight = new double[channels], bias = new double[channels];
        ForEachChannel(x, (c, at) =>
        {
            (double mean, double variance) = Moments(x, at);
            double deviation = Math.Sqrt(variance + Epsilon);
            double[] centred = [.. at.Select(i => (x[i] - mean) / deviation)];
            double[] outer = [.. at.Select((i, k) => dy[i] * derivative((Weight[c] * centred[k]) + Bias[c]))];
            bias[c] = outer.Sum();
            weight[c] = outer.Zip(centred, (g, z) => g * z).Sum();
            for (int k = 0; k < at.Length; k++)
            {
                dx[at[k]] = Weight[c] / deviation * (outer[k] - (bias[c] / at.Length) - (centred[k] * weight[c] / at.Length));
            }
        });
        return (dx, weight, bias);
    }

    private static (double Mean, double Variance) Moments(double[] x, int[] at)
    {
        double mean = at.Average(i => x[i]);
        return (mean, at.Average(i => (x[i] - mean) * (x[i] - mean)));
    }

    private void ForEachChannel(double[] x, Action<int, int[]> action)
    {
        int samples = x.Length / channels / pixels;
        for (int c = 0; c < channels; c++)
        {
            action(c, [.. Enumerable.Range(0, samples * pixels).Select(k => (((k / pixels * channels) + c) * pixels) + (k % pixels))]);
        }
    }
}
