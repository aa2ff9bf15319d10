using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Kron.Samples;

/// <summary>Writes Markdown tables whose columns also line up on a terminal.</summary>
internal static class MarkdownTable
{
    /// <summary>Formats a table.</summary>
    /// <param name="header">The names of the columns.</param>
    /// <param name="rows">The cells, as many per row as the header has.</param>
    /// <param name="textColumns">How many columns from the left hold text; the others are set to the right.</param>
    public static string Format(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, int textColumns)
    {
        IReadOnlyList<string>[] lines = [header, .. rows];
        int[] widths = [.. Enumerable.Range(0, header.Count).Select(column => lines.Max(line => line[column].Length))];
        var text = new StringBuilder();
        for (int i = 0; i < lines.Length; i++)
        {
            text.AppendLine(Line(lines[i].Select((cell, column) => column < textColumns ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
            if (i == 0)
            {
                text.AppendLine(Line(widths.Select((width, column) => column < textColumns ? new string('-', width) : new string('-', width - 1) + ":")));
            }
        }

        return text.ToString();
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
