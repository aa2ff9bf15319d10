using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers;

/// <summary>Picks the fastest of several ways by a short trial.</summary>
internal static class Trial
{
    private const int Rounds = 5;
    private const double Seconds = 0.001;

    // Beyond this many times the best first call, a way is out.
    private const double Hopeless = 1.6;

    public static T Fastest<T>(IReadOnlyList<T> ways, Func<T, Candidate> candidate)
    {
        List<(T Way, Candidate Candidate, double Seconds)> field = [];
        foreach (T way in ways)
        {
            Candidate c = candidate(way);
            c.Run(1);
            field.Add((way, c, Turn.Time(c, 1)));
        }

        double best = field.Min(entry => entry.Seconds);
        field = [.. field.Where(entry => entry.Seconds <= Hopeless * best)];
        for (int round = 0; round < Rounds && field.Count > 1; round++)
        {
            for (int i = 0; i < field.Count; i++)
            {
                var (way, c, seconds) = field[i];
                field[i] = (way, c, Math.Min(seconds, Turn.Time(c, Math.Clamp((int)(Seconds / seconds), 1, 10_000))));
            }
        }

        return field.MinBy(entry => entry.Seconds).Way;
    }
}
