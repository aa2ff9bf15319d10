using System;
using System.Collections.Generic;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Aot;

/// <summary>Times forward passes of a layer with random parameters.</summary>
internal sealed class Turns
{
    private readonly ILayer layer;
    private readonly Dictionary<int, double> estimates = [];

    public Turns(ILayer layer)
    {
        this.layer = layer;
        Fill(layer.Parameters, 1);
        layer.Commit();
    }

    /// <summary>Runs batches for about so many seconds.</summary>
    /// <returns>Nanoseconds per sample.</returns>
    public double Time(int batch, double seconds)
    {
        float[] input = new float[batch * layer.InputSize], output = new float[batch * layer.OutputSize];
        Fill(input, 2);
        if (!estimates.TryGetValue(batch, out double estimate))
        {
            // Warm before it is timed.
            Run(input, output, 3);
            estimate = Run(input, output, 1);
            for (int calls = 2; estimate * calls < seconds / 4; calls *= 2)
            {
                estimate = Run(input, output, calls);
            }
        }

        estimate = Run(input, output, Math.Max(1, (int)(seconds / Math.Max(estimate, 1e-9))));
        estimates[batch] = estimate;
        return estimate * 1e9 / batch;
    }

    private double Run(float[] input, float[] output, int calls)
    {
        double start = ThreadClock.Seconds;
        for (int i = 0; i < calls; i++)
        {
            layer.Forward(input, output);
        }

        return (ThreadClock.Seconds - start) / calls;
    }

    private static void Fill(Span<float> values, int seed)
    {
        var random = new Random(seed);
        foreach (ref float value in values)
        {
            value = (random.NextSingle() - 0.5f) / 8;
        }
    }
}
