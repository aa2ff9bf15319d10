using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Kron.Training;

/// <summary>What a <see cref="LayerConversion"/> made of a network, layer by layer.</summary>
public sealed record ConversionReport
{
    // The columns of numbers, which are aligned to the right.
    private const int FirstNumber = 3;
    private const string Gap = "  ";

    /// <summary>All layers in order.</summary>
    public required IReadOnlyList<ConvertedLayer> Layers { get; init; }

    /// <summary>Trained parameters of the network, each layer counted once.</summary>
    public required long ParametersBefore { get; init; }

    /// <summary>Trained parameters of the target, each layer counted once.</summary>
    public required long ParametersAfter { get; init; }

    /// <summary>Multiply-adds per sample of the network's layers together.</summary>
    public long MultiplyAddsBefore => Layers.Sum(layer => layer.MultiplyAddsBefore);

    /// <summary>Multiply-adds per sample of the target's layers together.</summary>
    public long MultiplyAddsAfter => Layers.Sum(layer => layer.MultiplyAddsAfter);

    /// <summary>A table for a reader: one line for each layer, before → after where they differ, then the totals.</summary>
    public override string ToString()
    {
        List<string[]> rows = [["#", "layer", "kind", "parameters", "multiply-adds", "relative error"]];
        rows.AddRange(Layers.Select(layer => new[]
        {
            layer.Index.ToString(CultureInfo.InvariantCulture),
            Change(layer.NameBefore, layer.NameAfter),
            Change(layer.KindBefore, layer.KindAfter),
            Change(Count(layer.ParametersBefore), Count(layer.ParametersAfter)),
            Change(Count(layer.MultiplyAddsBefore), Count(layer.MultiplyAddsAfter)),
            layer.RelativeError?.ToString("F4", CultureInfo.InvariantCulture) ?? "",
        }));
        rows.Add(["", "total", "", Change(Count(ParametersBefore), Count(ParametersAfter)), Change(Count(MultiplyAddsBefore), Count(MultiplyAddsAfter)), ""]);

        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, i) => i < FirstNumber ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
            text.Append(string.Join(Gap, cells).TrimEnd()).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"{Part(ParametersBefore, ParametersAfter)} of the parameters, {Part(MultiplyAddsBefore, MultiplyAddsAfter)} of the multiply-adds");
        return text.ToString();
    }

    private static string Change(string before, string after) => before == after ? before : $"{before} → {after}";

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Part(long before, long after) =>
        string.Create(CultureInfo.InvariantCulture, $"{(before > 0 ? 100.0 * after / before : 100):F1}%");
}
