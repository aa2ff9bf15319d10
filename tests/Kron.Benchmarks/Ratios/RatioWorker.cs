using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Peers;

namespace Kron.Benchmarks.Ratios;

/// <summary>The process that measures one target: all rows of a section take turns, round by round.</summary>
internal static class RatioWorker
{
    public const string Command = "ratios-worker";

    private static readonly TimeSpan TieringDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Measures the tables and the target of the first arguments and writes the result to the file of the third; options follow.</summary>
    public static int Run(string[] arguments)
    {
        TableSet tables = TableSet.Find(arguments[0])!;
        var target = Enum.Parse<KernelTarget>(arguments[1]);
        RatioOptions options = RatioOptions.Parse(arguments[3..]);
        var result = new RunResult { Target = target };
        Choices choices = Choices.Load();
        var peaks = new List<double>();
        var bandwidths = Enum.GetValues<MemoryLevel>().Select(_ => new List<double>()).ToArray();
        Sections sections = tables.Rows(options, target, choices, result.Notes);
        foreach (var (section, lazily) in sections.Timed().Where(section => options.Includes(section.Name, target)))
        {
            long start = Stopwatch.GetTimestamp();
            List<Row> rows = [.. lazily];
            if (rows.Count == 0)
            {
                continue;
            }

            choices.Save();
            foreach (Row row in rows)
            {
                row.Prepare(result.Failures);
            }

            WarmUp(rows, target);
            Progress($"{target} {section}: {rows.Count} rows prepared in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
            start = Stopwatch.GetTimestamp();
            for (int round = 0; round < options.Rounds; round++)
            {
                foreach (MemoryLevel level in Enum.GetValues<MemoryLevel>())
                {
                    bandwidths[(int)level].Add(Bandwidth.Measure(level));
                }

                foreach (Row row in rows)
                {
                    row.Measure(target);
                }
            }

            Progress($"{target} {section}: {options.Rounds} rounds in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
            peaks.AddRange(rows.SelectMany(row => row.Peaks));
            result.Rows.AddRange(rows.Select(row => row.Result()).OfType<RowResult>());
        }

        if (options.Includes("memory", target))
        {
            result.Memory.AddRange(sections.Memory());
        }

        if (options.Includes("code", target))
        {
            result.Code.AddRange(sections.Code());
        }

        result.Peak = Summary.Median(peaks);
        result.Bandwidths = [.. bandwidths.Select(values => Summary.Median(values) / 1e9)];
        File.WriteAllText(arguments[2], JsonSerializer.Serialize(result));
        return 0;
    }

    /// <summary>The runtime compiles a method again once it ran often and nothing new was called for a while.</summary>
    private static void WarmUp(List<Row> rows, KernelTarget target)
    {
        for (int i = 0; i < 2; i++)
        {
            Peak.Measure(target);
            rows.ForEach(row => row.WarmUp());
            Thread.Sleep(TieringDelay);
        }
    }

    private static void Progress(string text) => Console.Error.WriteLine(FormattableString.Invariant($"{text}"));
}
