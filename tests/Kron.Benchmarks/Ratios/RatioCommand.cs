using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Kron.Benchmarks.Ratios;

/// <summary>The commands <c>ratios</c> and <c>convolutions</c>: each measures every target in a process of its own and prints the tables.</summary>
internal static class RatioCommand
{
    public static int Run(TableSet tables, string[] arguments)
    {
        arguments = [.. tables.Defaults, .. arguments];
        RatioOptions options;
        try
        {
            options = RatioOptions.Parse(arguments);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            Console.Error.WriteLine(wrong.Message);
            return 2;
        }

        List<RunResult> results = [.. options.Targets.Select(target => Measure(tables, target, ["--best", options.Best.ToString(), .. arguments]))];
        Report.Print(tables, results, options.Best, Console.Out);
        return results.Any(result => result.Failures.Count > 0) ? 1 : 0;
    }

    private static RunResult Measure(TableSet tables, KernelTarget target, string[] arguments)
    {
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, [RatioWorker.Command, tables.Name, target.ToString(), file, .. arguments]);
            WorkerEnvironment.Apply(start.Environment, target);
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<RunResult>(File.ReadAllText(file))!
                : throw new InvalidOperationException($"The process for {target} ended with {process.ExitCode}.");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
