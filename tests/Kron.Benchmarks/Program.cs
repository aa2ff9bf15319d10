using System.Diagnostics;
using System.Linq;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Running;
using Kron.Benchmarks.Calibration;
using Kron.Benchmarks.Compilation;
using Kron.Benchmarks.Deployment;
using Kron.Benchmarks.Fit;
using Kron.Benchmarks.Ratios;

namespace Kron.Benchmarks;

/// <summary>The commands <c>ratios</c>, <c>convolutions</c>, <c>generator</c>, <c>calibration</c>, <c>fit</c> and <c>aot</c>; anything else is for BenchmarkDotNet.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        long start = Stopwatch.GetTimestamp();
        string[] rest = [.. args.Skip(1)];
        return args.FirstOrDefault() switch
        {
            ColdStart.Command => ColdStart.Run(rest[0], start),
            RatioWorker.Command => RatioWorker.Run(rest),
            GeneratorCommand.Name => GeneratorCommand.Run(rest),
            CalibrationCommand.Name => CalibrationCommand.Run(rest),
            FitCommand.Name => FitCommand.Run(rest),
            AotCommand.Name => AotCommand.Run(rest),
            FitMemory.Command => FitMemory.Run(rest),
            string name when TableSet.Find(name) is { } tables => RatioCommand.Run(tables, rest),
            _ => Switch(args),
        };
    }

    // Not inlined, so that a cold start does not load BenchmarkDotNet.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Switch(string[] args)
    {
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
    }
}
