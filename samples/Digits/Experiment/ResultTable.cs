using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.Samples;

namespace Digits.Experiment;

/// <summary>Writes results as Markdown tables.</summary>
internal static class ResultTable
{
    /// <summary>Formats the networks trained from random parameters; the first row is what reductions and speeds are relative to.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="batch">The larger of the two batches that were timed.</param>
    public static string Format(IReadOnlyList<TrainedRow> rows, int batch) => MarkdownTable.Format(
        [
            "hidden layer", "configuration", "parameters", "reduction", "network parameters", "validation error, %", "paper (SVHN): reduction, error, %",
            "hidden, µs, batch 1", Invariant($"batch {batch}"), "network, µs, batch 1", Invariant($"batch {batch}"),
        ],
        rows.Select(row => Cells(row, rows[0])),
        2);

    /// <summary>Formats the layers fitted to the trained baseline; the first row is the baseline itself.</summary>
    public static string Format(IReadOnlyList<FittedRow> rows) => MarkdownTable.Format(
        ["hidden layer", "configuration", "parameters", "‖W − Ŵ‖/‖W‖", "validation error, fitted, %", "fine-tuned, %"],
        rows.Select(row => (string[])
        [
            row.Method.Name,
            row.Method.Configuration,
            Invariant($"{row.Method.Info.Parameters:N0}"),
            row.Distance.ToString("F3"),
            row.Before.ToPercent(),
            row.After.ToPercent(),
        ]),
        2);

    private static string[] Cells(TrainedRow row, TrainedRow baseline) =>
    [
        row.Method.Name,
        row.Method.Configuration,
        Invariant($"{row.Method.Info.Parameters:N0}"),
        Invariant($"{(double)baseline.Method.Info.Parameters / row.Method.Info.Parameters:F1}×"),
        Invariant($"{row.NetworkParameters:N0}"),
        row.Error.ToPercent(),
        row.Method.Paper,
        Speed(row.Hidden.Single, baseline.Hidden.Single),
        Speed(row.Hidden.Batched, baseline.Hidden.Batched),
        Speed(row.Network.Single, baseline.Network.Single),
        Speed(row.Network.Batched, baseline.Network.Batched),
    ];

    private static string Speed(double nanoseconds, double baseline) => Invariant($"{nanoseconds / 1000:F1} ({baseline / nanoseconds:F1}×)");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
