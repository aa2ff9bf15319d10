using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.Samples;

namespace Digits.Experiment;

/// <summary>Writes the rows as a Markdown table.</summary>
internal static class ResultTable
{
    private static readonly string[] Header =
    [
        "method", "configuration", "parameters", "reduction", "multiply-adds",
        "test error before, %", "after fine-tuning, %", "ns/sample, batch 1", "ns/sample, batch 256",
    ];

    /// <summary>Formats the table; the first row is what reductions and speeds are relative to.</summary>
    public static string Format(IReadOnlyList<Row> rows) => MarkdownTable.Format(Header, rows.Select(row => Cells(row, rows[0])), 2);

    private static string[] Cells(Row row, Row baseline) =>
    [
        row.Method.Name,
        row.Method.Configuration,
        Invariant($"{row.Method.Info.Parameters:N0}"),
        Invariant($"{(double)baseline.Method.Info.Parameters / row.Method.Info.Parameters:F1}×"),
        Invariant($"{row.Method.Info.MultiplyAdds:N0}"),
        row.Before.ToPercent(),
        row.After.ToPercent(),
        Speed(row.Single, baseline.Single),
        Speed(row.Batched, baseline.Batched),
    ];

    private static string Speed(double time, double baseline) => Invariant($"{time:N0} ({baseline / time:F1}×)");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
