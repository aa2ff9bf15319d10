using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Spectre.Console;

namespace Kron.Cli.Output;

/// <summary>Tables of text, and numbers as the tool writes them for a reader.</summary>
internal static class TableText
{
    // What the border puts beside and between columns.
    private const int Margin = 4, Gap = 3;

    /// <summary>Writes a table, on a narrow terminal without the columns that can be spared.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<TableColumnText> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> cells = [.. rows];
        List<int> kept = Fitting(console.Profile.Width, columns, cells);
        Table table = new() { Border = TableBorder.Simple, ShowHeaders = columns.Any(column => column.Title.Length > 0) };
        foreach (int i in kept)
        {
            var column = new TableColumn(new Text(columns[i].Title, new Style(decoration: Decoration.Bold)));
            table.AddColumn(columns[i].IsNumber ? column.RightAligned().NoWrap() : i > 0 ? column.NoWrap() : column);
        }

        foreach (IReadOnlyList<string> row in cells)
        {
            table.AddRow(kept.Select(i => new Text(row[i])));
        }

        console.Write(table);
    }

    private static List<int> Fitting(int width, IReadOnlyList<TableColumnText> columns, List<IReadOnlyList<string>> cells)
    {
        List<int> kept = [.. Enumerable.Range(0, columns.Count)];
        int Width(int i) => cells.Select(row => row[i].Length).Append(columns[i].Title.Length).Max();
        while (kept.Sum(Width) + (Gap * (kept.Count - 1)) + Margin > width && kept.Exists(i => columns[i].SpareAs > 0))
        {
            kept.Remove(kept.Where(i => columns[i].SpareAs > 0).MinBy(i => columns[i].SpareAs));
        }

        return kept;
    }

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with three significant digits.</summary>
    public static string Significant(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        int digits = Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 10);
        return value.ToString("N" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>How many times smaller, such as <c>20×</c>.</summary>
    public static string Times(double factor) => Significant(factor) + "×";

    /// <summary>A count beside the dense layer's.</summary>
    public static string Fewer(long count, long dense) =>
        count <= dense ? $"{Times((double)dense / count)} fewer than dense" : $"{Times((double)count / dense)} more than dense";

    public static string Percent(double part) => (100 * part).ToString("F2", CultureInfo.InvariantCulture) + "%";

    /// <summary>A size in bytes, in the unit that a reader would choose.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => Count(bytes) + " B",
        < 1_000_000 => Significant(bytes / 1e3) + " kB",
        < 1_000_000_000 => Significant(bytes / 1e6) + " MB",
        _ => Significant(bytes / 1e9) + " GB",
    };
}
