using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Networks;
using Kron.Benchmarks.Peers;
using Kron.Benchmarks.Peers.Convolutions;

namespace Kron.Benchmarks.Ratios;

/// <summary>The command <c>convolutions</c>: factorised and structured convolutions, the dense ones that they stand for, and oneDNN's.</summary>
internal sealed class ConvolutionTables : TableSet
{
    /// <summary>The dense convolution of the same size by the same compiler.</summary>
    public const string DenseKron = "dense Kron";

    public override string Name => "convolutions";

    public override IReadOnlyList<string> Defaults => ["--batch", "1,16"];

    public override Sections Rows(RatioOptions options, KernelTarget target, Choices choices, List<string> notes)
    {
        OneDnnConvolutions? library = null;
        if (target == options.Best && (options.Peers is null || options.Peers.Any(part => "oneDNN".Contains(part, StringComparison.OrdinalIgnoreCase))))
        {
            library = OneDnnConvolutions.Load(choices);
            notes.Add(library is null
                ? "oneDNN: skipped, the library is absent (libdnnl.so.2: apt-get install libdnnl2)"
                : $"oneDNN: {library.Version}; its fastest ways were found by trial and are kept in {Choices.File}");
        }

        return new ConvolutionSections(options, target, library);
    }

    public override IEnumerable<Requirement> Requirements(IReadOnlyList<RunResult> results, KernelTarget best) =>
        results.Where(result => result.Target == best).SelectMany(ConvolutionRequirements.Of);

    /// <summary>The time of the best dense convolution, ours or oneDNN's, in whatever layouts suit it, over Kron's; NaN where there is none.</summary>
    public static double BestDense(RowResult row) =>
        new[] { DenseKron, DenseConvolution.Name }.Select(row.AgainstAnyLayout).Where(ratio => !double.IsNaN(ratio)).DefaultIfEmpty(double.NaN).Min();

    public override void Print(string section, IReadOnlyList<RowResult> rows, TextWriter output)
    {
        (string Title, Func<RowResult, double> Value)[] columns = section switch
        {
            "network" => [($"{NetworkRows.Dense} ÷ Kron", row => row.Against(NetworkRows.Dense))],
            "forward" when rows.Any(row => row.Peers.Any()) =>
            [
                ("dense Kron ÷ Kron", row => row.Against(DenseKron)),
                ("dense oneDNN, layouts free ÷ Kron", row => row.AgainstAnyLayout(DenseConvolution.Name)),
                ("dense oneDNN, NCHW ÷ Kron", row => row.Against(DenseConvolution.Name)),
                ("best dense ÷ Kron", BestDense),
                ("two oneDNN, layouts free ÷ Kron", row => row.AgainstAnyLayout(TwoConvolutions.Name)),
                ("two oneDNN, NCHW ÷ Kron", row => row.Against(TwoConvolutions.Name)),
            ],
            _ => [],
        };
        Table.Header(["layer", "batch", "µs per sample", "% of peak", .. columns.Select(column => column.Title)], 1, output);
        foreach (RowResult row in rows)
        {
            Table.Line(
                [
                    row.Name, Table.Text($"{row.Batch}"), Table.Text($"{row.Kron.Microseconds / row.Batch:G3}"), Table.Text($"{100 * row.Kron.Peak:F0}"),
                    .. columns.Select(column => Table.Ratio(column.Value(row))),
                ],
                output);
        }

        foreach (IGrouping<int, RowResult> batch in rows.GroupBy(row => row.Batch))
        {
            double Mean(Func<RowResult, double> value) => Summary.GeometricMean(batch.Select(value).Where(v => !double.IsNaN(v)));
            Table.Line(
                [
                    "geometric mean", Table.Text($"{batch.Key}"), "", Table.Text($"{100 * Mean(row => row.Kron.Peak):F0}"),
                    .. columns.Select(column => Table.Ratio(Mean(column.Value))),
                ],
                output);
        }

        if (columns.Length > 0)
        {
            Report.Peers(rows, output);
        }
    }
}
