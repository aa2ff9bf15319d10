using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.Samples;

namespace SceneText.Experiment;

/// <summary>Writes the rows as a Markdown table.</summary>
internal static class ResultTable
{
    private static readonly string[] Header =
    [
        "network", "conv2", "conv3", "parameters", "multiply-adds", "validation error, %", "µs/image, batch 1", "µs/image, batch 16", "paper",
    ];

    /// <summary>Formats the table; the first row is what speeds are relative to.</summary>
    public static string Format(IReadOnlyList<Row> rows) => MarkdownTable.Format(Header, rows.Select(row => Cells(row, rows[0])), 3);

    private static string[] Cells(Row row, Row baseline) =>
    [
        row.Method.Name,
        row.Method.Second,
        row.Method.Third,
        Invariant($"{row.Method.Parameters:N0}"),
        Invariant($"{row.Method.MultiplyAdds:N0}"),
        row.Error.ToPercent(),
        Speed(row.Single, baseline.Single),
        Speed(row.Batched, baseline.Batched),
        Invariant($"{row.Method.PaperSpeedUp:F1}×"),
    ];

    private static string Speed(double time, double baseline) => Invariant($"{time / 1000:F1} ({baseline / time:F1}×)");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
