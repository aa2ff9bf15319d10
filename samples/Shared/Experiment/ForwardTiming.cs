using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Kron.Training;

namespace Kron.Samples;

/// <summary>Computes the output of a batch.</summary>
internal delegate void ForwardPass(ReadOnlySpan<float> input, Span<float> output);

/// <summary>Times several forward passes side by side, on one thread.</summary>
internal static class ForwardTiming
{
    // Shorter than a time slice, so that a round is either undisturbed or one of those that the median leaves out.
    private const double RoundSeconds = 0.002;
    private const double WarmUpSeconds = 0.05;

    // What the clock may show as zero.
    private const double ClockSeconds = 1e-7;

    /// <summary>Measures all models in every round; they have the same input size and the same output size.</summary>
    /// <param name="models">What to time.</param>
    /// <param name="batch">Samples per call.</param>
    /// <param name="samples">Input samples, a multiple of the batch, walked through call after call.</param>
    /// <param name="rounds">Measurements per model.</param>
    /// <returns>Median nanoseconds per sample, in the order of the models.</returns>
    public static double[] Measure(IReadOnlyList<Sequential> models, int batch, float[] samples, int rounds) => Measure(
        [.. models.Select(model => (ForwardPass)model.Forward)], samples, models[0].InputSize, models[0].OutputSize, batch, rounds);

    /// <summary>Measures all candidates in every round, so that whatever disturbs the machine disturbs them alike.</summary>
    /// <param name="candidates">What to time; all take the same input and give the same number of outputs.</param>
    /// <param name="samples">Input samples, a multiple of the batch, walked through call after call.</param>
    /// <param name="inputSize">Floats per input sample.</param>
    /// <param name="outputSize">Floats per output sample.</param>
    /// <param name="batch">Samples per call.</param>
    /// <param name="rounds">Measurements per candidate.</param>
    /// <returns>Median nanoseconds per sample, in the order of the candidates.</returns>
    public static double[] Measure(IReadOnlyList<ForwardPass> candidates, float[] samples, int inputSize, int outputSize, int batch, int rounds)
    {
        float[] output = new float[batch * outputSize];
        int[] calls = new int[candidates.Count];
        double[][] times = new double[candidates.Count][];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = Math.Max(1, (int)(RoundSeconds / Math.Max(WarmUp(candidates[i]), ClockSeconds)));
            times[i] = new double[rounds];
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < calls.Length; i++)
            {
                times[i][round] = Time(candidates[i], calls[i]) * 1e9 / batch;
            }
        }

        return Array.ConvertAll(times, Median);

        // Runs the candidate until it is compiled and returns the seconds per call.
        double WarmUp(ForwardPass candidate)
        {
            var watch = Stopwatch.StartNew();
            double seconds;
            do
            {
                seconds = Time(candidate, 3);
            }
            while (watch.Elapsed.TotalSeconds < WarmUpSeconds);

            return seconds;
        }

        double Time(ForwardPass candidate, int count)
        {
            int step = batch * inputSize;
            int at = 0;

            // The candidate before has left its own weights in the cache.
            candidate(samples.AsSpan(at, step), output);
            long start = Stopwatch.GetTimestamp();
            for (int call = 0; call < count; call++)
            {
                candidate(samples.AsSpan(at, step), output);
                at = at + (2 * step) <= samples.Length ? at + step : 0;
            }

            return Stopwatch.GetElapsedTime(start).TotalSeconds / count;
        }
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        int middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
