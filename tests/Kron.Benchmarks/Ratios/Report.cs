using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Ratios;

/// <summary>Prints what was measured as tables.</summary>
internal static class Report
{
    public static void Print(IReadOnlyList<RunResult> results, KernelTarget best, TextWriter output)
    {
        foreach (RunResult result in results)
        {
            output.WriteLine();
            output.WriteLine(Text($"## {result.Target}"));
            output.WriteLine();
            output.WriteLine(Text($"Peak {result.Peak:F0} Gflop/s; reading L2 {result.Bandwidths[0]:F0}, L3 {result.Bandwidths[1]:F0}, DRAM {result.Bandwidths[2]:F0} GB/s. One core, medians over the rounds of this run."));
            foreach (string note in result.Notes)
            {
                output.WriteLine($"{note}.");
            }

            foreach (IGrouping<string, RowResult> section in result.Rows.GroupBy(row => row.Section))
            {
                Section(section.Key, [.. section], output);
            }

            if (result.Memory.Count > 0)
            {
                Memory(result.Memory, output);
            }
        }

        Summary(results, best, output);
        foreach (string failure in results.SelectMany(result => result.Failures))
        {
            output.WriteLine($"FAILED {failure}");
        }
    }

    private static void Section(string name, IReadOnlyList<RowResult> rows, TextWriter output)
    {
        string[] peers = [.. rows.SelectMany(row => row.Peers).Select(peer => peer.Name).Distinct()];
        bool libraries = rows.Any(row => row.Peers.Any(peer => peer.Detail.Length > 0));
        string[] columns =
        [
            "layer", "batch", "µs per sample", "% of peak", "% of bandwidth", .. peers.Select(peer => $"{peer} ÷ Kron"),
            .. libraries ? new[] { "best ÷ Kron", "best in any layout ÷ Kron" } : [],
        ];
        output.WriteLine();
        output.WriteLine($"### {name}");
        output.WriteLine();
        Header(columns, 1, output);
        foreach (RowResult row in rows)
        {
            Line(
                [
                    row.Name, Text($"{row.Batch}"), Text($"{row.Kron.Microseconds / row.Batch:G3}"), Text($"{100 * row.Kron.Peak:F0}"), Text($"{100 * row.Kron.Bandwidth:F0} {row.Level}"),
                    .. peers.Select(peer => Ratio(row.Against(peer))),
                    .. libraries ? new[] { Ratio(row.Against()), Ratio(row.AgainstAnyLayout()) } : [],
                ],
                output);
        }

        foreach (IGrouping<int, RowResult> batch in rows.GroupBy(row => row.Batch))
        {
            double Mean(Func<RowResult, double> value) => Measure.Summary.GeometricMean(batch.Select(value).Where(v => !double.IsNaN(v)));
            Line(
                [
                    "geometric mean", Text($"{batch.Key}"), "", Text($"{100 * Mean(row => row.Kron.Peak):F0}"), "",
                    .. peers.Select(peer => Ratio(Mean(row => row.Against(peer)))),
                    .. libraries ? new[] { Ratio(Mean(row => row.Against())), Ratio(Mean(row => row.AgainstAnyLayout())) } : [],
                ],
                output);
        }

        if (libraries)
        {
            Layouts(rows, output);
        }
    }

    /// <summary>What the peers reached, and how.</summary>
    private static void Layouts(IReadOnlyList<RowResult> rows, TextWriter output)
    {
        output.WriteLine();
        Header(["layer", "batch", "peer", "input and output", "µs per sample", "% of peak", "how"], 1, output);
        foreach (RowResult row in rows)
        {
            foreach (CandidateResult peer in row.Peers)
            {
                Line([row.Name, Text($"{row.Batch}"), peer.Name, peer.HasUsersLayout ? "as Kron's" : "its own", Text($"{peer.Microseconds / row.Batch:G3}"), Text($"{100 * peer.Peak:F0}"), peer.Detail], output);
            }
        }
    }

    private static void Memory(IReadOnlyList<MemoryResult> rows, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("### memory");
        output.WriteLine();
        Header(["layer", "batch", "forward, B per call", "backward, B per call", "on 2 threads, B per call", "parameters, KB", "with all copies for inference, KB", "÷ parameters"], 1, output);
        foreach (MemoryResult row in rows)
        {
            Line(
                [
                    row.Name, Text($"{row.Batch}"), Text($"{row.Forward}"), Text($"{row.Backward}"), Text($"{row.Parallel}"),
                    Text($"{row.ParameterBytes / 1024.0:F1}"), Text($"{row.InferenceBytes / 1024.0:F1}"), Text($"{(double)row.InferenceBytes / row.ParameterBytes:F2}"),
                ],
                output);
        }
    }

    private static void Summary(IReadOnlyList<RunResult> results, KernelTarget best, TextWriter output)
    {
        List<Requirement> requirements = [.. Requirements.Of(results, best)];
        if (requirements.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("## Figures asked for");
        output.WriteLine();
        Header(["what", "asked", "measured", "met"], 4, output);
        foreach (Requirement requirement in requirements)
        {
            Line([requirement.What, requirement.Asked, requirement.Measured, requirement.IsMet ? "yes" : "no"], output);
        }
    }

    private static void Header(IReadOnlyList<string> columns, int leftColumns, TextWriter output)
    {
        Line(columns, output);
        output.WriteLine("|" + string.Concat(columns.Select((_, i) => i < leftColumns ? "---|" : "---:|")));
    }

    private static void Line(IEnumerable<string> cells, TextWriter output) => output.WriteLine($"| {string.Join(" | ", cells)} |");

    private static string Ratio(double ratio) => double.IsNaN(ratio) ? "–" : Text($"{ratio:F2}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
