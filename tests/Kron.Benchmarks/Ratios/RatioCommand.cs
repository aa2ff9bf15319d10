using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Kron.Benchmarks.Ratios;

/// <summary>The command <c>ratios</c>: measures each target in a process of its own and prints the tables.</summary>
internal static class RatioCommand
{
    public const string Name = "ratios";

    public static int Run(string[] arguments)
    {
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

        List<RunResult> results = [.. options.Targets.Select(target => Measure(target, ["--best", options.Best.ToString(), .. arguments]))];
        Report.Print(results, options.Best, Console.Out);
        return results.Any(result => result.Failures.Count > 0) ? 1 : 0;
    }

    private static RunResult Measure(KernelTarget target, string[] arguments)
    {
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, [RatioWorker.Command, target.ToString(), file, .. arguments]);
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
