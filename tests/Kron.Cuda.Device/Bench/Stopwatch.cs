using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Cuda.Device.Bench;

/// <summary>Times work on a device by its events.</summary>
/// <param name="context">The device.</param>
/// <param name="rounds">How often each is timed.</param>
/// <param name="milliseconds">How long a turn lasts, about.</param>
internal sealed class Stopwatch(CudaContext context, int rounds, double milliseconds)
{
    private const int MostRepetitions = 2000;

    /// <summary>Times some in turns, so that a change of the clock meets them alike.</summary>
    /// <returns>The median time of each, in milliseconds.</returns>
    public double[] Medians(params Action[] candidates)
    {
        int[] repetitions = [.. candidates.Select(Repetitions)];
        var times = new List<double>[candidates.Length];
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = [];
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                times[i].Add(context.Milliseconds(candidates[i], repetitions[i]));
            }
        }

        return [.. times.Select(each => each.Order().ElementAt(rounds / 2))];
    }

    /// <summary>Warms it up, its graph included, and tells how often it fits into a turn.</summary>
    private int Repetitions(Action candidate)
    {
        for (int i = 0; i < 3; i++)
        {
            candidate();
        }

        double once = context.Milliseconds(candidate, 1);
        return (int)Math.Clamp(milliseconds / Math.Max(once, 1e-6), 1, MostRepetitions);
    }
}
