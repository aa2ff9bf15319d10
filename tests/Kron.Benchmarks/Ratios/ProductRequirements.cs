using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Ratios;

/// <summary>The figures asked for, as far as the measured rows tell.</summary>
internal static class ProductRequirements
{
    private const double SmallLayer = 0.2e6;
    private const long SmallMemory = 64 << 10;

    /// <summary>All that the results bear on: the best target's figures, and the others' shares of their own peaks.</summary>
    public static IEnumerable<Requirement> Of(IReadOnlyList<RunResult> results, KernelTarget best) =>
        results.SelectMany(result => result.Target == best ? Best(result) : Narrow(result));

    private static IEnumerable<Requirement> Best(RunResult result)
    {
        List<RowResult> forward = Rows(result, "forward");
        List<RowResult> batches = Batches(forward);
        if (batches.Count > 0)
        {
            yield return Requirement.EachAndMean("forward, k ≥ 16, every listed shape", batches, row => row.Kron.Peak, 0.85, 0.90, "of peak");
        }

        List<RowResult> single = [.. forward.Where(row => row.Batch == 1)];
        if (single.Count > 0)
        {
            foreach (Requirement requirement in Single(single))
            {
                yield return requirement;
            }
        }

        List<RowResult> compared = [.. forward.Where(row => row.Peers.Any())];
        if (compared.Count > 0)
        {
            yield return Requirement.EachAndMean("against the best native library, same input and output", compared, row => row.Against(), 0.95, 1.12, "its time over Kron's");
            yield return Requirement.EachAndMean("against the best native library in any layout, rearranging left out", compared, row => row.AgainstAnyLayout(), 0.95, 1.12, "its time over Kron's");
        }

        List<RowResult> openBlas = [.. compared.Where(row => row.Batch == 1 && row.Peers.Any(peer => peer.Name == "OpenBLAS"))];
        if (openBlas.Count > 0)
        {
            yield return Requirement.Mean("against OpenBLAS two-GEMM, k = 1", openBlas, row => row.Against("OpenBLAS"), 2);
            yield return Requirement.Mean("the same, OpenBLAS in any layout", openBlas, row => row.AgainstAnyLayout("OpenBLAS"), 2);
        }

        List<RowResult> backward = Batches(Rows(result, "backward"));
        if (backward.Count > 0)
        {
            yield return Requirement.EachAndMean("backward (all gradients), k ≥ 16, every listed shape", backward, row => row.Kron.Peak, 0.75, 0.82, "of peak");
        }

        List<RowResult> parallel = [.. Rows(result, "parallel").Where(row => row.MultiplyAdds / row.Batch * 2 > SmallLayer)];
        if (parallel.Count > 0)
        {
            yield return Requirement.AtLeast("two cores, k = 256, layers over 0.2 Mflop per sample, forward", "≥ 1.8× one core", parallel, row => 1 / row.Peers.Single().Ratio, _ => 1.8);
        }

        List<RowResult> epilogue = Rows(result, "epilogue");
        if (epilogue.Count > 0)
        {
            double over = Summary.GeometricMean(epilogue.Select(row => row.Peers.Single().Ratio));
            yield return new("bias and Relu fused in the epilogue", "≤ 3% over the bare product, geometric mean", Table.Text($"{100 * (over - 1):F1}%"), over <= 1.03);
        }

        List<RowResult> perTerm = Batches(Rows(result, "perterm"));
        if (perTerm.Count > 0)
        {
            yield return Requirement.Mean("per-term Relu with own biases, k ≥ 16, forward", perTerm, row => row.Kron.Peak, 0.75);
        }

        foreach (IGrouping<string, RowResult> sum in Batches(Rows(result, "sums")).GroupBy(row => row.Name))
        {
            yield return Requirement.AtLeast($"sum of several shapes, k ≥ 16, forward, {sum.Key}", "≥ 0.80 of peak", sum, row => row.Kron.Peak, _ => 0.80);
        }

        foreach (Requirement requirement in Random(Rows(result, "random")))
        {
            yield return requirement;
        }

        if (result.Memory.Count > 0)
        {
            long most = result.Memory.Max(row => Math.Max(row.Parallel, Math.Max(row.Forward, row.Backward)));
            yield return new("allocations per call: forward, backward, both on two threads", "0 B", Table.Text($"at most {most} B"), most == 0);
            MemoryResult largest = result.Memory.MaxBy(row => row.InferenceBytes <= SmallMemory ? 0 : (double)row.InferenceBytes / row.ParameterBytes)!;
            yield return new(
                "all copies of the weights, inference",
                "≤ 2.2× the parameters or 64 KB",
                Table.Text($"at most {(double)largest.InferenceBytes / largest.ParameterBytes:F2} ({largest.Name})"),
                result.Memory.All(row => row.InferenceBytes <= SmallMemory || row.InferenceBytes <= 2.2 * row.ParameterBytes));
        }
    }

    private static IEnumerable<Requirement> Single(List<RowResult> rows)
    {
        List<RowResult> computing = [.. rows.Where(IsComputeBound)];
        List<RowResult> reading = [.. rows.Except(computing)];
        if (computing.Count > 0)
        {
            yield return Requirement.AtLeast("forward, k = 1, weights within L2 or m2 ≥ 8", "≥ 0.85 of peak; 8,8,8,8,2: ≥ 0.70", computing, row => row.Kron.Peak, row => IsTiny(row) ? 0.70 : 0.85);
        }

        if (reading.Count > 0)
        {
            yield return Requirement.AtLeast("forward, k = 1, otherwise", "≥ 0.70 of the bandwidth of the level that holds the weights", reading, row => row.Kron.Bandwidth, _ => 0.70);
        }
    }

    private static IEnumerable<Requirement> Random(List<RowResult> rows)
    {
        if (rows.Count == 0)
        {
            yield break;
        }

        yield return Requirement.Mean("random shapes with m, n ≥ 64, k = 16", rows.Where(row => row.Inputs >= 64 && row.Outputs >= 64), row => row.Kron.Peak, 0.75);
        List<RowResult> unexplained = [.. rows.Where(row => row.Kron.Peak < 0.35 && row.Kron.Bandwidth < 0.7)];
        yield return new(
            "random shapes below 0.35 of peak",
            "only at ≥ 0.7 of a measured bandwidth",
            unexplained.Count == 0 ? "none otherwise" : $"otherwise: {string.Join("; ", unexplained.Select(row => Table.Text($"{row.Name} ({row.Kron.Peak:F2}, bandwidth {row.Kron.Bandwidth:F2} {row.Level})")))}",
            unexplained.Count == 0);
    }

    private static IEnumerable<Requirement> Narrow(RunResult result)
    {
        List<RowResult> rows = Batches(Rows(result, "forward"));
        if (rows.Count > 0)
        {
            yield return Requirement.Mean(Table.Text($"{result.Target} alone, forward, k ≥ 16, of its own peak"), rows, row => row.Kron.Peak, result.Target == KernelTarget.Vector128 ? 0.80 : 0.85);
        }
    }

    private static bool IsComputeBound(RowResult row) => row.WeightBytes <= Caches.Level2 || row.SmallestM2 >= 8;

    private static bool IsTiny(RowResult row) => row.Name == "8,8,8,8,2";

    private static List<RowResult> Rows(RunResult result, string section) => [.. result.Rows.Where(row => row.Section == section)];

    private static List<RowResult> Batches(IEnumerable<RowResult> rows) => [.. rows.Where(row => row.Batch >= 16)];
}
