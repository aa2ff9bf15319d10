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
    public static void Print(IReadOnlyList<RunResult> results, TextWriter output)
    {
        foreach (RunResult result in results)
        {
            output.WriteLine();
            output.WriteLine(Text($"{result.Target}: peak {result.Peak:F0} Gflop/s; reading L2 {result.Bandwidths[0]:F0}, L3 {result.Bandwidths[1]:F0}, DRAM {result.Bandwidths[2]:F0} GB/s; one core, medians over the rounds of this run"));
            foreach (string note in result.Notes)
            {
                output.WriteLine(note);
            }

            foreach (IGrouping<string, RowResult> section in result.Rows.GroupBy(row => row.Section))
            {
                Section(result.Target, section.Key, [.. section], output);
            }
        }

        foreach (string failure in results.SelectMany(result => result.Failures))
        {
            output.WriteLine($"FAILED {failure}");
        }
    }

    private static void Section(KernelTarget target, string name, IReadOnlyList<RowResult> rows, TextWriter output)
    {
        string[] peers = [.. rows.SelectMany(row => row.Peers).Select(peer => peer.Name).Distinct()];
        output.WriteLine();
        output.WriteLine($"{target}, {name}");
        output.WriteLine();
        output.WriteLine("| layer | batch | µs per sample | % of peak | % of bandwidth |" + string.Concat(peers.Select(peer => $" {peer} ÷ Kron |")) + (peers.Length > 1 ? " best ÷ Kron |" : ""));
        output.WriteLine("|---|---:|---:|---:|---:|" + string.Concat(Enumerable.Repeat("---:|", peers.Length > 1 ? peers.Length + 1 : peers.Length)));
        foreach (RowResult row in rows)
        {
            string ratios = string.Concat(peers.Select(peer => row.Peers.FirstOrDefault(p => p.Name == peer) is { } found ? Text($" {found.Ratio:F2} |") : " – |"));
            string best = peers.Length > 1 ? (row.Peers.Any() ? Text($" {row.Peers.Min(peer => peer.Ratio):F2} |") : " – |") : "";
            output.WriteLine(Text($"| {row.Name} | {row.Batch} | {row.Kron.Microseconds / row.Batch:G3} | {100 * row.Kron.Peak:F0} | {100 * row.Kron.Bandwidth:F0} {row.Level} |") + ratios + best);
        }

        Layouts(rows, output);
        output.WriteLine();
        foreach (IGrouping<int, RowResult> batch in rows.GroupBy(row => row.Batch))
        {
            string ratios = string.Concat(peers.Select(peer => Text($", {peer} ÷ Kron {Summary.GeometricMean(batch.SelectMany(row => row.Peers.Where(p => p.Name == peer)).Select(p => p.Ratio)):F2}")));
            output.WriteLine(Text($"Geometric means, batch {batch.Key}: {100 * Summary.GeometricMean(batch.Select(row => row.Kron.Peak)):F0}% of peak") + ratios + ".");
        }
    }

    /// <summary>What the peers reached, and how.</summary>
    private static void Layouts(IReadOnlyList<RowResult> rows, TextWriter output)
    {
        if (!rows.Any(row => row.Peers.Any(peer => peer.Detail.Length > 0)))
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("| layer | batch | peer | µs per sample | % of peak | layout |");
        output.WriteLine("|---|---:|---|---:|---:|---|");
        foreach (RowResult row in rows)
        {
            foreach (CandidateResult peer in row.Peers)
            {
                output.WriteLine(Text($"| {row.Name} | {row.Batch} | {peer.Name} | {peer.Microseconds / row.Batch:G3} | {100 * peer.Peak:F0} | {peer.Detail} |"));
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
