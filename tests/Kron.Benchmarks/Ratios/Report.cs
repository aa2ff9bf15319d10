using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kron.Benchmarks.Ratios;

/// <summary>Prints what was measured as tables.</summary>
internal static class Report
{
    public static void Print(TableSet tables, IReadOnlyList<RunResult> results, KernelTarget best, TextWriter output)
    {
        foreach (RunResult result in results)
        {
            output.WriteLine();
            output.WriteLine(Table.Text($"## {result.Target}"));
            output.WriteLine();
            output.WriteLine(Table.Text($"Peak {result.Peak:F0} Gflop/s; reading L2 {result.Bandwidths[0]:F0}, L3 {result.Bandwidths[1]:F0}, DRAM {result.Bandwidths[2]:F0} GB/s. One core, medians over the rounds of this run."));
            foreach (string note in result.Notes)
            {
                output.WriteLine($"{note}.");
            }

            foreach (IGrouping<string, RowResult> section in result.Rows.GroupBy(row => row.Section))
            {
                Title(section.Key, output);
                tables.Print(section.Key, [.. section], output);
            }

            if (result.Memory.Count > 0)
            {
                Memory(result.Memory, output);
            }

            if (result.Code.Count > 0)
            {
                Code(result.Code, output);
            }
        }

        Summary([.. tables.Requirements(results, best)], output);
        foreach (string failure in results.SelectMany(result => result.Failures))
        {
            output.WriteLine($"FAILED {failure}");
        }
    }

    /// <summary>What the peers reached, and how.</summary>
    public static void Peers(IReadOnlyList<RowResult> rows, TextWriter output)
    {
        output.WriteLine();
        Table.Header(["layer", "batch", "peer", "input and output", "µs per sample", "% of peak", "how"], 1, output);
        foreach (RowResult row in rows)
        {
            foreach (CandidateResult peer in row.Peers)
            {
                Table.Line([row.Name, Table.Text($"{row.Batch}"), peer.Name, peer.HasUsersLayout ? "as Kron's" : "its own", Table.Text($"{peer.Microseconds / row.Batch:G3}"), Table.Text($"{100 * peer.Peak:F0}"), peer.Detail], output);
            }
        }
    }

    private static void Memory(IReadOnlyList<MemoryResult> rows, TextWriter output)
    {
        Title("memory", output);
        Table.Header(["layer", "batch", "forward, B per call", "backward, B per call", "on 2 threads, B per call", "parameters, KB", "with all copies for inference, KB", "÷ parameters"], 1, output);
        foreach (MemoryResult row in rows)
        {
            Table.Line(
                [
                    row.Name, Table.Text($"{row.Batch}"), Table.Text($"{row.Forward}"), Table.Text($"{row.Backward}"), Table.Text($"{row.Parallel}"),
                    Table.Text($"{row.ParameterBytes / 1024.0:F1}"), Table.Text($"{row.InferenceBytes / 1024.0:F1}"), Table.Text($"{(double)row.InferenceBytes / row.ParameterBytes:F2}"),
                ],
                output);
        }
    }

    private static void Code(IReadOnlyList<CodeResult> rows, TextWriter output)
    {
        Title("code", output);
        Table.Header(["layer", "largest text of a target, KB", "JIT inference, ms", "JIT training besides, ms"], 1, output);
        foreach (CodeResult row in rows)
        {
            Table.Line([row.Name, Table.Text($"{row.Bytes / 1024.0:F0} {row.LargestTarget}"), Table.Text($"{row.Inference:F1}"), Table.Text($"{row.Training:F1}")], output);
        }
    }

    private static void Summary(IReadOnlyList<Requirement> requirements, TextWriter output)
    {
        if (requirements.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("## Figures asked for");
        output.WriteLine();
        Table.Header(["what", "asked", "measured", "met"], 4, output);
        foreach (Requirement requirement in requirements)
        {
            Table.Line([requirement.What, requirement.Asked, requirement.Measured, requirement.IsMet ? "yes" : "no"], output);
        }
    }

    private static void Title(string section, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"### {section}");
        output.WriteLine();
    }
}
