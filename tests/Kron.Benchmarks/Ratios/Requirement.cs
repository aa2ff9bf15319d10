using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Ratios;

/// <summary>A figure that the project asks of itself, beside the one measured.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Asked">The figure asked for.</param>
/// <param name="Measured">The figure of this run.</param>
/// <param name="IsMet">Whether it is reached.</param>
internal sealed record Requirement(string What, string Asked, string Measured, bool IsMet)
{
    public static Requirement EachAndMean(string what, IReadOnlyList<RowResult> rows, Func<RowResult, double> value, double each, double mean, string unit)
    {
        double measured = Summary.GeometricMean(rows.Select(value));
        return new(
            what,
            Table.Text($"each ≥ {each:F2}, geometric mean ≥ {mean:F2} {unit}"),
            Table.Text($"mean {measured:F2}; {Worst(rows, value, _ => each)}"),
            measured >= mean && rows.All(row => value(row) >= each));
    }

    public static Requirement AtLeast(string what, string asked, IEnumerable<RowResult> rows, Func<RowResult, double> value, Func<RowResult, double> each)
    {
        List<RowResult> all = [.. rows];
        return new(what, asked, Worst(all, value, each), all.All(row => value(row) >= each(row)));
    }

    public static Requirement Mean(string what, IEnumerable<RowResult> rows, Func<RowResult, double> value, double mean)
    {
        double measured = Summary.GeometricMean(rows.Select(value).Where(v => !double.IsNaN(v)));
        return new(what, Table.Text($"geometric mean ≥ {mean:F2}"), Table.Text($"{measured:F2}"), measured >= mean);
    }

    private static string Worst(IReadOnlyList<RowResult> rows, Func<RowResult, double> value, Func<RowResult, double> each)
    {
        RowResult worst = rows.MinBy(row => value(row) / each(row))!;
        return Table.Text($"{rows.Count(row => value(row) >= each(row))} of {rows.Count} rows, worst {value(worst):F2} ({worst.Name}, k = {worst.Batch})");
    }
}
