using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Networks;
using Kron.Benchmarks.Peers.Convolutions;

namespace Kron.Benchmarks.Ratios;

/// <summary>The figures asked for of convolutions, as far as the measured rows tell.</summary>
internal static class ConvolutionRequirements
{
    private const int Batch = 16;
    private const double MostKilobytes = 150;
    private const double MostJitMilliseconds = 20;

    /// <summary>Of one target's results.</summary>
    public static IEnumerable<Requirement> Of(RunResult result)
    {
        List<RowResult> forward = [.. result.Rows.Where(row => row.Section == "forward")];
        List<RowResult> backward = [.. result.Rows.Where(row => row.Section == "backward" && !IsStructured(row))];
        List<RowResult> compared = [.. forward.Where(row => !double.IsNaN(ConvolutionTables.BestDense(row)))];
        List<RowResult> factorised = [.. forward.Where(row => !double.IsNaN(row.AgainstAnyLayout(TwoConvolutions.Name)))];
        return new[]
        {
            OfPeak(forward),
            Faster("conv2", compared, 1, [(Convolutions.Conv2Vertical, 14), (Convolutions.Conv2Square, 14), (Convolutions.Conv2Horizontal, 7.5), (Convolutions.Conv2TwoTerms, 7.5)]),
            Faster("conv2", compared, Batch, [(Convolutions.Conv2Vertical, 14), (Convolutions.Conv2Square, 14), (Convolutions.Conv2Horizontal, 7.5), (Convolutions.Conv2TwoTerms, 7.5)]),
            Faster("conv3", compared, 1, [(Convolutions.Conv3Vertical, 22), (Convolutions.Conv3Horizontal, 8), (Convolutions.Conv3TwoTerms, 7)]),
            Faster("conv3", compared, Batch, [(Convolutions.Conv3Vertical, 6.5), (Convolutions.Conv3Horizontal, 6.5), (Convolutions.Conv3TwoTerms, 3.4)]),
            WholeModel(result.Rows.Where(row => row.Section == "network" && row.Name == Network.SceneText[0].Name)),
            Faster("3×3 KConv, r = 2", compared, Batch, [(Convolutions.Kronecker64TwoTerms, 1.8), (Convolutions.Kronecker256TwoTerms, 1.8)]),
            Faster("3×3 KConv, r = 1", compared, Batch, [(Convolutions.Kronecker64, 3.3), (Convolutions.Kronecker256, 3.3)]),
            Faster("low-rank 3×3", compared, 1, [(Convolutions.LowRank64, 1.9), (Convolutions.LowRank256, 1.9)]),
            Faster("structured 3×3", compared, 1, [(Convolutions.Structured64, 1.7)]),
            factorised.Count == 0 ? null : Requirement.EachAndMean(
                "against the factors as two oneDNN convolutions, layouts free", factorised, row => row.AgainstAnyLayout(TwoConvolutions.Name), 0.97, 1.3, "its time over Kron's"),
            backward.Count == 0 ? null : Requirement.Mean("backward (all gradients) of the factorised layers, of peak", backward, row => row.Kron.Peak, 0.75),
            Memory(result),
            Code("generated text per target", "KB", MostKilobytes, result.Code, row => row.Bytes / 1024.0),
            Code("JIT, inference", "ms", MostJitMilliseconds, result.Code, row => row.Inference),
            Code("JIT, inference and training", "ms", MostJitMilliseconds, result.Code, row => row.Inference + row.Training),
        }.OfType<Requirement>();
    }

    private static Requirement? OfPeak(IEnumerable<RowResult> forward)
    {
        List<RowResult> rows = [.. forward.Where(row => !IsStructured(row) && row.WeightBytes <= Caches.Level2)];
        return rows.Count == 0 ? null : Requirement.AtLeast(
            "forward, weights within L2, structured layers aside",
            Table.Text($"≥ 0.90 of peak; {Convolutions.Conv3Vertical.Name}, k = 1: ≥ 0.75"),
            rows,
            row => row.Kron.Peak,
            row => row.Name == Convolutions.Conv3Vertical.Name && row.Batch == 1 ? 0.75 : 0.90);
    }

    private static Requirement? Faster(string what, IEnumerable<RowResult> rows, int batch, (Subject Subject, double Ratio)[] asked)
    {
        List<(RowResult Row, double Ratio)> found =
        [
            .. from entry in asked
               from row in rows
               where row.Name == entry.Subject.Name && row.Batch == batch
               select (row, entry.Ratio),
        ];
        return found.Count == 0 ? null : new(
            Table.Text($"{what} against the best dense convolution, k = {batch}"),
            string.Join("; ", found.Select(entry => Table.Text($"≥ {entry.Ratio:0.#}× {entry.Row.Name}"))),
            string.Join("; ", found.Select(entry => Table.Text($"{ConvolutionTables.BestDense(entry.Row):F1}"))),
            found.All(entry => ConvolutionTables.BestDense(entry.Row) >= entry.Ratio));
    }

    private static Requirement? WholeModel(IEnumerable<RowResult> rows)
    {
        List<RowResult> all = [.. rows];
        return all.Count == 0 ? null : Requirement.AtLeast(
            $"{all[0].Name}, whole model against the same network with the best dense layers", "≥ 6×", all, row => row.Against(NetworkRows.Dense), _ => 6);
    }

    private static Requirement? Memory(RunResult result)
    {
        if (result.Memory.Count == 0)
        {
            return null;
        }

        long most = result.Memory.Max(row => Math.Max(row.Parallel, Math.Max(row.Forward, row.Backward)));
        return new("allocations per call: forward, backward, both on two threads", "0 B", Table.Text($"at most {most} B"), most == 0);
    }

    private static Requirement? Code(string what, string unit, double most, List<CodeResult> rows, Func<CodeResult, double> value)
    {
        if (rows.Count == 0)
        {
            return null;
        }

        CodeResult worst = rows.MaxBy(value)!;
        return new(what, Table.Text($"≤ {most:F0} {unit}"), Table.Text($"{rows.Count(row => value(row) <= most)} of {rows.Count} layers, worst {value(worst):F1} ({worst.Name})"), value(worst) <= most);
    }

    private static bool IsStructured(RowResult row) => row.Name == Convolutions.Structured64.Name;
}
