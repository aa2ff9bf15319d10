using System;
using Kron.Cuda.Device.Bench;
using Kron.Cuda.Device.Check;

namespace Kron.Cuda.Device;

/// <summary>Checks layers on the CUDA device of this machine, or measures them.</summary>
internal static class Program
{
    private const int Passed = 0, Failed = 1, Unavailable = 2, Misused = 3;

    private static int Main(string[] arguments)
    {
        if (Options.Parse(arguments) is not { } options)
        {
            Console.Error.WriteLine($"Usage: {Options.Usage}");
            return Misused;
        }

        if (KronCuda.Unavailable is { } reason)
        {
            Console.Error.WriteLine($"CUDA is not available. {reason}");
            return Unavailable;
        }

        using var report = new Report(options.Record);
        try
        {
            return Run(options, report) ? Passed : Failed;
        }
        catch (CudaException exception)
        {
            report.Line(exception.Message);
            return Failed;
        }
    }

    private static bool Run(Options options, Report report)
    {
        Machine.Describe(report);
        if (!options.IsBenchmark)
        {
            return new CheckCommand(report, options).Run();
        }

        new BenchCommand(report, options.IsQuick).Run();
        return true;
    }
}
