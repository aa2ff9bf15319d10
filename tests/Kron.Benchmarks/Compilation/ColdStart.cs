using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Runtime;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Compilation;

/// <summary>What a fresh process pays until a layer's first result.</summary>
internal static class ColdStart
{
    public const string Command = "cold-start";

    private const int Repetitions = 7;

    private static readonly (string Name, Func<ILayer> Create)[] Layers =
    [
        ("64,4,256,25,5", static () => new SvhnDigits()),
        ("8,8,8,8,2", static () => new Tiny()),
        ("32,32,32,32,4", static () => new Square()),
    ];

    /// <summary>The fresh process: makes one layer, runs one sample, and prints milliseconds since Main, of these the JIT's, and methods compiled.</summary>
    public static int Run(string name, long start)
    {
        (TimeSpan jitBefore, long methodsBefore) = (JitInfo.GetCompilationTime(), JitInfo.GetCompiledMethodCount());
        ILayer layer = Layers.Single(entry => entry.Name == name).Create();
        layer.Forward(new float[layer.InputSize], new float[layer.OutputSize]);
        double total = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        double jit = (JitInfo.GetCompilationTime() - jitBefore).TotalMilliseconds;
        long methods = JitInfo.GetCompiledMethodCount() - methodsBefore;
        Console.WriteLine(FormattableString.Invariant($"{total} {jit} {methods}"));
        return 0;
    }

    /// <summary>Medians over fresh processes, as lines of a table: layer, milliseconds, of these the JIT's, methods.</summary>
    public static IEnumerable<(string Name, double Total, double Jit, double Methods)> Measure()
    {
        foreach (var (name, _) in Layers)
        {
            double[][] runs = [.. Enumerable.Range(0, Repetitions).Select(_ => Process(name))];
            double Of(int column) => Summary.Median(runs.Select(run => run[column]));
            yield return (name, Of(0), Of(1), Of(2));
        }
    }

    private static double[] Process(string name)
    {
        using Process process = System.Diagnostics.Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, [Command, name]) { RedirectStandardOutput = true })!;
        string line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return [.. line.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
    }
}
