using System;
using System.Diagnostics;

namespace Kron.Benchmarks.Measure;

/// <summary>Times a candidate in turns of some milliseconds.</summary>
internal static class Turn
{
    private const double Seconds = 0.010;

    /// <summary>Warms a candidate up and says how many calls fill a turn.</summary>
    public static int Calibrate(Candidate candidate)
    {
        candidate.Run(1);
        int calls = 1;
        while (true)
        {
            double seconds = Time(candidate, calls) * calls;
            if (seconds > Seconds / 4)
            {
                return Math.Max(1, (int)Math.Round(calls * Seconds / seconds));
            }

            calls *= 2;
        }
    }

    /// <summary>Seconds per call, of the thread's own time unless the candidate uses others too.</summary>
    public static double Time(Candidate candidate, int calls, bool onWallClock = false)
    {
        double start = onWallClock ? WallClock : ThreadClock.Seconds;
        candidate.Run(calls);
        return ((onWallClock ? WallClock : ThreadClock.Seconds) - start) / calls;
    }

    private static double WallClock => (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;
}
