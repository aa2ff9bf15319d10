using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Digits.Experiment;

/// <summary>Writes the rows as a Markdown table whose columns also line up on a terminal.</summary>
internal static class ResultTable
{
    private static readonly string[] Header =
    [
        "method", "configuration", "parameters", "reduction", "multiply-adds",
        "test error before, %", "after fine-tuning, %", "ns/sample, batch 1", "ns/sample, batch 256",
    ];

    /// <summary>Formats the table; the first row is what reductions and speeds are relative to.</summary>
    public static string Format(IReadOnlyList<Row> rows)
    {
        var cells = new List<string[]> { Header };
        cells.AddRange(rows.Select(row => Cells(row, rows[0])));
        int[] widths = [.. Enumerable.Range(0, Header.Length).Select(column => cells.Max(line => line[column].Length))];
        var text = new StringBuilder();
        for (int i = 0; i < cells.Count; i++)
        {
            text.AppendLine(Line(cells[i].Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
            if (i == 0)
            {
                text.AppendLine(Line(widths.Select((width, column) => column < 2 ? new string('-', width) : new string('-', width - 1) + ":")));
            }
        }

        return text.ToString();
    }

    /// <summary>A mean and, where there are several values, its spread as percentages.</summary>
    public static string Percent(Statistic error) => error.Spread is { } spread
        ? Invariant($"{100 * error.Mean:F2} ± {100 * spread:F2}")
        : Invariant($"{100 * error.Mean:F2}");

    private static string[] Cells(Row row, Row baseline) =>
    [
        row.Method.Name,
        row.Method.Configuration,
        Invariant($"{row.Method.Info.Parameters:N0}"),
        Invariant($"{(double)baseline.Method.Info.Parameters / row.Method.Info.Parameters:F1}×"),
        Invariant($"{row.Method.Info.MultiplyAdds:N0}"),
        Percent(row.Before),
        Percent(row.After),
        Speed(row.Single, baseline.Single),
        Speed(row.Batched, baseline.Batched),
    ];

    private static string Speed(double time, double baseline) => Invariant($"{time:N0} ({baseline / time:F1}×)");

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
