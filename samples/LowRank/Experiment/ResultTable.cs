using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.Samples;

namespace LowRank.Experiment;

/// <summary>Writes the rows as a Markdown table.</summary>
internal static class ResultTable
{
    private const string None = "–";

    private static readonly string[] Header =
    [
        "method", "the paper's claim", "parameters", "multiply-adds", "error trained, %", "weights changed by, %", "error converted, %",
        "error after fine-tuning, %", "µs/image, batch 1", "µs/image, batch 16",
    ];

    /// <summary>Formats the table; the first row is what sizes and speeds are relative to.</summary>
    public static string Format(IReadOnlyList<Row> rows) => MarkdownTable.Format(Header, rows.Select(row => Cells(row, rows[0])), 2);

    private static string[] Cells(Row row, Row baseline) =>
    [
        row.Method.Name,
        row.Method.Claim.Length > 0 ? row.Method.Claim : None,
        Invariant($"{row.Parameters:N0} (÷ {(double)baseline.Parameters / row.Parameters:F2})"),
        Invariant($"{row.MultiplyAdds:N0} (÷ {(double)baseline.MultiplyAdds / row.MultiplyAdds:F2})"),
        row.Trained.ToPercent(),
        row.Method.Converts ? row.Distance.ToPercent() : None,
        row.Method.Converts ? row.Converted.ToPercent() : None,
        row.Tuned.ToPercent(),
        Speed(row.Single, baseline.Single),
        Speed(row.Batched, baseline.Batched),
    ];

    private static string Speed(double time, double baseline) => Invariant($"{time / 1000:F1} ({baseline / time:F2}×)");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
