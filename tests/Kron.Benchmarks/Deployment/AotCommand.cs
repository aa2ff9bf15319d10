using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Ratios;
using Kron.CompilerServices;

namespace Kron.Benchmarks.Deployment;

/// <summary>
/// The command <c>aot</c>: publishes Kron.Benchmarks.Aot, and compares its layers compiled ahead of time with the JIT's, and portable
/// kernels with scalar ones. All processes take turns of a few milliseconds.
/// </summary>
internal static class AotCommand
{
    public const string Name = "aot";

    private const string Project = "Kron.Benchmarks.Aot";

    // Asked for, as the geometric mean.
    private const double LeastOfJit = 0.97;
    private const double LeastOfScalar = 3;

    private const double Seconds = 0.01;
    private static readonly int[] Batches = [1, 16];

    public static int Run(string[] arguments)
    {
        int rounds = 41;
        if (arguments.Length > 0
            && (arguments is not ["--rounds", var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out rounds) || rounds == 0))
        {
            Console.Error.WriteLine("Usage: aot [--rounds <count>]");
            return 2;
        }

        KernelTarget best = new[] { KernelTarget.Avx512, KernelTarget.Avx2, KernelTarget.AdvSimd }.First(KernelTargets.IsSupported);
        string wide = Publish(best is KernelTarget.AdvSimd ? "portable" : best.ToString().ToLowerInvariant()), portable = Publish("portable");
        string managed = Path.Combine(Artifacts, "managed", Project + ".dll");
        Build(Path.GetDirectoryName(managed)!);
        using AotWorker jit = new(managed, best), ahead = new(wide, best), vectors = new(portable, KernelTarget.Vector128), scalar = new(portable, KernelTarget.Scalar);
        return Print(AotWorker.Layers(portable), [jit, ahead, vectors, scalar], best, rounds) ? 0 : 1;
    }

    private static bool Print(string[] layers, AotWorker[] workers, KernelTarget best, int rounds)
    {
        TextWriter output = Console.Out;
        output.WriteLine(Table.Text($"Nanoseconds per sample, medians of {rounds} turns; the processes take turns of {1000 * Seconds:F0} ms."));
        output.WriteLine();
        Table.Header(["layer", "batch", $"JIT, {best}", $"AOT, {best}", "AOT / JIT throughput", "AOT, Vector128", "AOT, Scalar", "Vector128 / Scalar throughput"], 1, output);
        List<double> ofJit = [], ofScalar = [];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            foreach (int batch in Batches)
            {
                double[] times = Measure(workers, layer, batch, rounds);
                ofJit.Add(times[0] / times[1]);
                ofScalar.Add(times[3] / times[2]);
                Table.Line(
                    [layers[layer], Table.Text($"{batch}"), Time(times[0]), Time(times[1]), Table.Ratio(ofJit[^1]), Time(times[2]), Time(times[3]), Table.Ratio(ofScalar[^1])],
                    output);
            }
        }

        output.WriteLine();
        Table.Header(["asked", "geometric mean", "worst", "met"], 1, output);
        return Required($"AOT with {best}, of the JIT's throughput ≥ {LeastOfJit}", ofJit, LeastOfJit) & Required($"Vector128, of Scalar's throughput ≥ {LeastOfScalar}", ofScalar, LeastOfScalar);

        bool Required(string what, List<double> ratios, double least)
        {
            double mean = Summary.GeometricMean(ratios);
            Table.Line([what, Table.Ratio(mean), Table.Ratio(ratios.Min()), mean >= least ? "yes" : "no"], output);
            return mean >= least;
        }

        static string Time(double nanoseconds) => Table.Text($"{nanoseconds:N0}");
    }

    /// <summary>The median of each worker; all of them take a turn in every round.</summary>
    private static double[] Measure(AotWorker[] workers, int layer, int batch, int rounds)
    {
        var times = new double[workers.Length][];
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = new double[rounds];
            workers[i].Time(layer, batch, Seconds);
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < times.Length; i++)
            {
                times[i][round] = workers[i].Time(layer, batch, Seconds);
            }
        }

        return Array.ConvertAll(times, turns => Summary.Median(turns));
    }

    private static string Artifacts => Path.Combine(AppContext.BaseDirectory, "aot");

    private static string Publish(string instructionSet)
    {
        string folder = Path.Combine(Artifacts, instructionSet);
        Dotnet("publish", folder, $"-p:KronInstructionSet={instructionSet}");
        return Path.Combine(folder, Project + (OperatingSystem.IsWindows() ? ".exe" : ""));
    }

    private static void Build(string folder) => Dotnet("build", folder);

    private static void Dotnet(string verb, string folder, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(
            "dotnet", [verb, Source(), "-c", "Release", "-o", folder, "--artifacts-path", Path.Combine(Artifacts, "build"), .. arguments]))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet {verb} of {Project} ended with {process.ExitCode}.");
        }
    }

    private static string Source([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", Project));
}
