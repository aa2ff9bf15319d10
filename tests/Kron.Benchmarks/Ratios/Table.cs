using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Kron.Benchmarks.Ratios;

/// <summary>Writes tables of Markdown.</summary>
internal static class Table
{
    /// <summary>The head of a table whose first columns are words and whose others are numbers.</summary>
    public static void Header(IReadOnlyList<string> columns, int leftColumns, TextWriter output)
    {
        Line(columns, output);
        output.WriteLine("|" + string.Concat(columns.Select((_, i) => i < leftColumns ? "---|" : "---:|")));
    }

    public static void Line(IEnumerable<string> cells, TextWriter output) => output.WriteLine($"| {string.Join(" | ", cells)} |");

    public static string Ratio(double ratio) => double.IsNaN(ratio) ? "–" : Text($"{ratio:F2}");

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
