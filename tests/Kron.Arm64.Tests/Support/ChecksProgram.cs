using System;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using Kron.Arm64.Checks;
using Kron.Tests.Shared;

namespace Kron.Arm64.Tests.Support;

/// <summary>The program with all checked layers, made and run once.</summary>
public sealed class ChecksProgram
{
    private static readonly Lazy<string> Binary = new(Make);

    private readonly Lazy<Report> _report = new(RunAll);

    /// <summary>What it prints when it runs all cases.</summary>
    internal Report Report => _report.Value;

    /// <summary>Runs it.</summary>
    internal static CommandResult Run(params string[] arguments) => Arm64Emulator.Emulate(Binary.Value, arguments).Run();

    private static string Make()
    {
        if (Arm64.Missing is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        string folder = Path.Combine(AppContext.BaseDirectory, "arm64"), layers = Path.Combine(folder, "layers"), program = Path.Combine(folder, "program");
        LayerSources.Write(layers, CheckedCases.All);
        NativeAot.Publish(Arm64.Project, Arm64.Runtime, program, "--no-restore", $"-p:KronRuntime={typeof(ILayer).Assembly.Location}", $"-p:KronLayers={layers}");
        return Path.Combine(program, Path.GetFileNameWithoutExtension(Arm64.Project));
    }

    /// <summary>A process for each core, each with every so many-th case.</summary>
    private static Report RunAll()
    {
        _ = Binary.Value;
        var report = new Report([]);
        int processes = Environment.ProcessorCount;
        Parallel.For(0, processes, first => RunShare(report, first, processes));
        return report;
    }

    /// <summary>Runs cases; after one that ends the program, those behind it.</summary>
    private static void RunShare(Report report, int first, int step)
    {
        while (first < CheckedCases.All.Count)
        {
            CommandResult result = Run(Text(first), Text(step));
            string[] lines = result.Output.Split('\n');
            int last = Report.LastBegun(lines) ?? first;
            lock (report)
            {
                report.Add(lines);
                if (!result.Succeeded)
                {
                    report.AddCrash(CheckedCases.All[last], $"The program ended with exit code {result.ExitCode}: {result.Error.Trim()}");
                }
            }

            first = result.Succeeded ? CheckedCases.All.Count : last + step;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
