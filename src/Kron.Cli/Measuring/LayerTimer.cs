using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Kron.Cli.Measuring;

/// <summary>Times the forward pass of several layers side by side, on one thread.</summary>
internal static class LayerTimer
{
    private const int Rounds = 31;
    private const double RoundSeconds = 0.004;

    // Long enough for the JIT to replace the first version of what is not a kernel.
    private const double WarmUpSeconds = 0.25;

    /// <summary>Measures all layers in every round, so that whatever disturbs the machine disturbs them alike.</summary>
    /// <param name="layers">The layers, all with the same input size.</param>
    /// <param name="batch">Samples per call.</param>
    /// <param name="progress">Receives the part of the work that is done.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <returns>Median seconds per sample, in the order of the layers.</returns>
    public static double[] Measure(IReadOnlyList<ILayer> layers, int batch, Action<double> progress, CancellationToken cancellation)
    {
        float[] input = Samples.Draw(checked(batch * layers[0].InputSize));
        int[] calls = new int[layers.Count];
        double[][] times = new double[layers.Count][];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = Math.Max(1, (int)(RoundSeconds / WarmUp(layers[i], input, batch, cancellation)));
            times[i] = new double[Rounds];
        }

        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < calls.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                times[i][round] = Time(layers[i], input, batch, calls[i]) / batch;
            }

            progress((round + 1.0) / Rounds);
        }

        return Array.ConvertAll(times, Median);
    }

    /// <summary>Runs the layer until it is compiled and returns the seconds per call.</summary>
    private static double WarmUp(ILayer layer, float[] input, int batch, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        for (int calls = 1; ; calls *= 2)
        {
            cancellation.ThrowIfCancellationRequested();
            double seconds = Time(layer, input, batch, calls);
            if (Stopwatch.GetElapsedTime(start).TotalSeconds >= WarmUpSeconds)
            {
                return seconds;
            }
        }
    }

    private static double Time(ILayer layer, float[] input, int batch, int calls)
    {
        float[] output = new float[batch * layer.OutputSize];

        // The layer before has left its own weights in the cache.
        layer.Forward(input, output);
        long start = Stopwatch.GetTimestamp();
        for (int call = 0; call < calls; call++)
        {
            layer.Forward(input, output);
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
