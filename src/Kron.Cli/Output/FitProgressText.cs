using System;
using System.Globalization;

namespace Kron.Cli.Output;

/// <summary>Shows the library's progress as a title and a bar.</summary>
internal sealed class FitProgressText(Action<string, double> show) : IProgress<FitProgress>
{
    public void Report(FitProgress value)
    {
        string what = value.Stage switch
        {
            FitStage.Solving => "solving, pass",
            FitStage.Backfitting => "all shapes, sweep",
            FitStage.Calibrating => "calibrating, round",
            _ => "searching, shape",
        };
        string error = value.RelativeError is { } e ? $", error {TableText.Significant(e)}" : "";
        show(string.Create(CultureInfo.InvariantCulture, $"{what} {value.Step} of {Most(value)}{value.Steps}{error}"), (double)value.Step / value.Steps);
    }

    // All shapes are searched, but most solvers end early.
    private static string Most(FitProgress value) => value.Stage == FitStage.Searching ? "" : "at most ";
}
