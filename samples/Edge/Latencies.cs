using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;

namespace Edge;

/// <summary>How long single passes took.</summary>
internal sealed class Latencies
{
    private readonly List<long> ticks = [];

    /// <summary>Adds a pass that began at a timestamp of <see cref="Stopwatch"/> and ends now.</summary>
    public void Add(long start) => ticks.Add(Stopwatch.GetTimestamp() - start);

    /// <summary>A line of percentiles in microseconds: the smallest time that so many of a hundred passes did not exceed.</summary>
    public string Summary()
    {
        long[] sorted = [.. ticks];
        Array.Sort(sorted);
        return $"latency of {sorted.Length} pass(es) in µs: median {At(50)}, 90% {At(90)}, 99% {At(99)}, longest {At(100)}, first {Microseconds(ticks[0])}";

        string At(int percent) => Microseconds(sorted[(int)((((long)sorted.Length * percent) + 99) / 100) - 1]);
    }

    private static string Microseconds(long ticks) => (ticks * 1e6 / Stopwatch.Frequency).ToString("F1", CultureInfo.InvariantCulture);
}
