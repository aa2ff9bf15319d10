using System;
using System.Collections.Generic;
using System.Diagnostics;
using Kron.Training;

namespace Kron.Samples;

/// <summary>Times the forward pass of several models side by side, on one thread.</summary>
internal static class ForwardTiming
{
    // Shorter than a time slice, so that a round is either undisturbed or one of those that the median leaves out.
    private const double RoundSeconds = 0.002;
    private const double WarmUpSeconds = 0.05;

    /// <summary>Measures all models in every round, so that whatever disturbs the machine disturbs them alike.</summary>
    /// <param name="models">The models, all with the same input size.</param>
    /// <param name="batch">Samples per call.</param>
    /// <param name="samples">Input samples, a multiple of the batch, walked through call after call.</param>
    /// <param name="rounds">Measurements per model.</param>
    /// <returns>Median nanoseconds per sample, in the order of the models.</returns>
    public static double[] Measure(IReadOnlyList<Sequential> models, int batch, float[] samples, int rounds)
    {
        int[] calls = new int[models.Count];
        double[][] times = new double[models.Count][];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = Math.Max(1, (int)(RoundSeconds / WarmUp(models[i], batch, samples)));
            times[i] = new double[rounds];
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < calls.Length; i++)
            {
                times[i][round] = Time(models[i], batch, samples, calls[i]) * 1e9 / batch;
            }
        }

        return Array.ConvertAll(times, Median);
    }

    /// <summary>Runs the model until it is compiled and returns the seconds per call.</summary>
    private static double WarmUp(Sequential model, int batch, float[] samples)
    {
        var watch = Stopwatch.StartNew();
        double seconds;
        do
        {
            seconds = Time(model, batch, samples, 3);
        }
        while (watch.Elapsed.TotalSeconds < WarmUpSeconds);

        return seconds;
    }

    private static double Time(Sequential model, int batch, float[] samples, int calls)
    {
        int step = batch * model.InputSize;
        float[] output = new float[batch * model.OutputSize];
        int at = 0;

        // The model before has left its own weights in the cache.
        model.Forward(samples.AsSpan(at, step), output);
        long start = Stopwatch.GetTimestamp();
        for (int call = 0; call < calls; call++)
        {
            model.Forward(samples.AsSpan(at, step), output);
            at = at + (2 * step) <= samples.Length ? at + step : 0;
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
