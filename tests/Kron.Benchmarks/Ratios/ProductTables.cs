using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.Benchmarks.Peers;

namespace Kron.Benchmarks.Ratios;

/// <summary>The command <c>ratios</c>: layers of vectors.</summary>
internal sealed class ProductTables : TableSet
{
    public override string Name => "ratios";

    public override Sections Rows(RatioOptions options, KernelTarget target, Choices choices, List<string> notes) =>
        new ProductSections(options, target, target == options.Best ? Libraries.Load(options.Peers, choices, notes) : []);

    public override IEnumerable<Requirement> Requirements(IReadOnlyList<RunResult> results, KernelTarget best) => ProductRequirements.Of(results, best);

    public override void Print(string section, IReadOnlyList<RowResult> rows, TextWriter output)
    {
        string[] peers = [.. rows.SelectMany(row => row.Peers).Select(peer => peer.Name).Distinct()];
        bool libraries = rows.Any(row => row.Peers.Any(peer => peer.Detail.Length > 0));
        string[] columns =
        [
            "layer", "batch", "µs per sample", "% of peak", "% of bandwidth", .. peers.Select(peer => $"{peer} ÷ Kron"),
            .. libraries ? new[] { "best ÷ Kron", "best in any layout ÷ Kron" } : [],
        ];
        Table.Header(columns, 1, output);
        foreach (RowResult row in rows)
        {
            Table.Line(
                [
                    row.Name, Table.Text($"{row.Batch}"), Table.Text($"{row.Kron.Microseconds / row.Batch:G3}"), Table.Text($"{100 * row.Kron.Peak:F0}"), Table.Text($"{100 * row.Kron.Bandwidth:F0} {row.Level}"),
                    .. peers.Select(peer => Table.Ratio(row.Against(peer))),
                    .. libraries ? new[] { Table.Ratio(row.Against()), Table.Ratio(row.AgainstAnyLayout()) } : [],
                ],
                output);
        }

        foreach (IGrouping<int, RowResult> batch in rows.GroupBy(row => row.Batch))
        {
            double Mean(Func<RowResult, double> value) => Measure.Summary.GeometricMean(batch.Select(value).Where(v => !double.IsNaN(v)));
            Table.Line(
                [
                    "geometric mean", Table.Text($"{batch.Key}"), "", Table.Text($"{100 * Mean(row => row.Kron.Peak):F0}"), "",
                    .. peers.Select(peer => Table.Ratio(Mean(row => row.Against(peer)))),
                    .. libraries ? new[] { Table.Ratio(Mean(row => row.Against())), Table.Ratio(Mean(row => row.AgainstAnyLayout())) } : [],
                ],
                output);
        }

        if (libraries)
        {
            Report.Peers(rows, output);
        }
    }
}
