using System.Collections.Generic;
using System.Linq;
using Kron.Cli.Sources;

namespace Kron.Cli.Output;

/// <summary>What a fit reached, for a reader. A fit to inputs has left the weight and its singular values behind.</summary>
internal static class FitTable
{
    private const int ShownValues = 8;

    /// <summary>Writes the table to standard error.</summary>
    public static void Write(ToolConsole console, FitResult result)
    {
        List<IReadOnlyList<string>> rows =
        [
            ["relative error", TableText.Significant(result.RelativeError), Beside(result)],
            .. result is { OutputError: { } error, InitialOutputError: { } initial }
                ? (IEnumerable<IReadOnlyList<string>>)[["output error", TableText.Significant(error), $"{TableText.Significant(initial)} before calibration"]]
                : [["energy kept", TableText.Percent(result.EnergyKept), ""]],
            ["parameters", TableText.Count(result.Parameters), TableText.Fewer(result.Parameters, result.DenseParameters)],
            ["multiply-adds", TableText.Count(result.MultiplyAdds), TableText.Fewer(result.MultiplyAdds, result.DenseMultiplyAdds)],
            ["time", TableText.Significant(result.Seconds) + " s", result.Converged ? "" : "the solver ran out of passes; the best it found is used"],
            .. result.Shapes.Where(_ => result.OutputError is null).Select((shape, i) => (IReadOnlyList<string>)[$"singular values of {shape}", "", Values(result.SingularValues[i])]),
        ];
        console.Error.WriteLine($"{result.Tensor}: {TensorEntry.Text([result.Outputs, result.Inputs, .. (result.Kernel ?? []).Select(extent => (long)extent)])} → {string.Join(" + ", result.Shapes)}, saved to {result.Output}");
        TableText.Write(console.Notes, [new(""), TableColumnText.Number(""), new("")], rows);
    }

    private static string Beside(FitResult result) => result switch
    {
        { OutputError: not null } => "of the weight; what was fitted is the output",
        { Sweeps: 0 } => "",
        _ => $"{TableText.Significant(result.GreedyError)} before {TableText.Count(result.Sweeps)} {(result.Sweeps == 1 ? "sweep" : "sweeps")}",
    };

    private static string Values(IReadOnlyList<double> values) =>
        string.Join(", ", values.Take(ShownValues).Select(TableText.Significant)) + (values.Count > ShownValues ? $", …, {TableText.Significant(values[^1])}" : "");
}
