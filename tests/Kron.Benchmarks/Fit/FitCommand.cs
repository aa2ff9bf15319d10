using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Kron.Benchmarks.Measure;
using Kron.Decomposition;

namespace Kron.Benchmarks.Fit;

/// <summary>The command <c>fit</c>: the nearest sum of Kronecker products against NumPy, in error, time and memory.</summary>
internal static class FitCommand
{
    public const string Name = "fit";

    // Asked for: error against the optimum, time against NumPy's block Krylov iteration and its full decomposition, memory against the weight.
    private const double MostError = 1.0001;
    private const double MostExactError = 1e-6;

    private static readonly ShapeGroup Large = new(64, 64, 96, 96, 10);

    private static readonly ShapeGroup[] AccuracyShapes =
        [new(64, 64, 64, 64, 1), new(40, 64, 40, 64, 1), new(32, 32, 32, 32, 1), new(16, 64, 32, 64, 1), new(64, 10, 64, 20, 1)];

    private static readonly int[] Ranks = [1, 10, 30, 100];

    public static int Run(string[] arguments)
    {
        var options = new Dictionary<string, string> { ["--python"] = "python3", ["--rounds"] = "7", ["--section"] = "speed,shapes,accuracy", ["--spectra"] = "", ["--svd"] = "none" };
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (!options.ContainsKey(arguments[i]) || i + 1 == arguments.Length)
            {
                Console.Error.WriteLine($"Usage: fit {string.Join(' ', options.Select(option => $"[{option.Key} {option.Value}]"))}");
                return 2;
            }

            options[arguments[i]] = arguments[i + 1];
        }

        string file = Path.GetTempFileName();
        try
        {
            string[] sections = options["--section"].Split(',');
            bool passed = true;
            if (sections.Contains("speed"))
            {
                passed &= Speed(options, file);
            }

            if (sections.Contains("shapes"))
            {
                passed &= SeveralShapes.Run();
            }

            if (sections.Contains("accuracy"))
            {
                passed &= Accuracy(options, file);
            }

            return passed ? 0 : 1;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static bool Speed(Dictionary<string, string> options, string file)
    {
        int rounds = int.Parse(options["--rounds"], CultureInfo.InvariantCulture);
        Print($"Time: ({Large.M1}, {Large.M2}, {Large.N1}, {Large.N2}), r = {Large.R}, a weight of 4096 × 9216 floats; medians of {rounds} interleaved rounds, lowest in brackets. {Environment.ProcessorCount} cores.");
        Print($"");
        Print($"| spectrum | Kron, ms | passes | NumPy, ms | its choice | Kron / NumPy | Kron's error / NumPy's | full SVD, s | Kron / full SVD | memory / weight |");
        Print($"|---|---:|---:|---:|---|---:|---:|---:|---:|---:|");
        bool passed = true;
        foreach (string spectrum in Spectra(options, [FitCase.Gaussian, FitCase.Slow, FitCase.Inverse]))
        {
            var subject = new FitCase(spectrum, Large);
            float[] rearranged = subject.Rearranged(), weight = subject.Weight(rearranged);
            FitCase.Write(file, rearranged);
            using var peer = new NumpyPeer(options["--python"]);
            peer.Ask("load", file, subject.Rows, subject.Columns);
            FitReport report = Fit(weight);
            JsonElement choice = peer.Ask("tune", Large.R, report.RelativeError * (1 + 1e-7), 2);
            List<double> ours = [], theirs = [];
            double error = 0;
            for (int round = 0; round < rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                report = Fit(weight);
                ours.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                JsonElement run = peer.Ask("run");
                theirs.Add(1000 * run.GetProperty("seconds").GetDouble());
                error = run.GetProperty("error").GetDouble();
            }

            double svd = options["--svd"] switch { "none" => double.NaN, "values" => peer.Seconds("values"), _ => peer.Seconds("svd") };
            FitCase.Write(file, weight);
            double memory = FitMemory.Measure(file, Large) / (4.0 * weight.Length);
            double time = Summary.Median(ours), ratio = time / Summary.Median(theirs), full = time / 1000 / svd;
            passed &= ratio <= 1 && !(full > 0.1) && memory <= 2;
            Print($"| {spectrum} | {time:F0} ({ours.Min():F0}) | {report.Groups[0].Iterations} | {Summary.Median(theirs):F0} ({theirs.Min():F0}) | {choice.GetProperty("precision")}, {choice.GetProperty("passes")} × {choice.GetProperty("block")} | {ratio:F2} | {report.RelativeError / error:F8} | {svd:F1} | {full:F4} | {memory:F2} |");
        }

        Print($"");
        return passed;
    }

    private static bool Accuracy(Dictionary<string, string> options, string file)
    {
        Print($"Error: relative error of Kron divided by the optimum of NumPy's full decomposition of R in double precision; of exact rank: the relative error itself.");
        Print($"");
        Print($"| R |{string.Concat(Ranks.Select(rank => $" r = {rank} | passes |"))}");
        Print($"|---|{string.Concat(Ranks.Select(_ => "---:|---:|"))}");
        bool passed = true;
        foreach (ShapeGroup shape in AccuracyShapes)
        {
            foreach (string spectrum in Spectra(options, [FitCase.Gaussian, FitCase.Slow, FitCase.Inverse, FitCase.ExactRank]))
            {
                var subject = new FitCase(spectrum, shape);
                float[] rearranged = subject.Rearranged(), weight = subject.Weight(rearranged);
                FitCase.Write(file, rearranged);
                using var peer = new NumpyPeer(options["--python"]);
                peer.Ask("load", file, subject.Rows, subject.Columns);
                double[] tails = [.. peer.Ask("values").GetProperty("tails").EnumerateArray().Select(tail => tail.GetDouble())];
                string row = $"| {subject.Name} |";
                foreach (int rank in Ranks)
                {
                    KroneckerFactors factors = Kpsvd.Decompose(weight, shape with { R = rank });
                    bool exact = spectrum == FitCase.ExactRank && rank >= 10;
                    double figure = exact ? factors.RelativeError : factors.RelativeError / tails[rank];
                    passed &= figure <= (exact ? MostExactError : MostError);
                    row += $" {figure.ToString(exact ? "E1" : "F7", CultureInfo.InvariantCulture)} | {factors.Iterations} |";
                }

                Print($"{row}");
            }
        }

        Print($"");
        return passed;
    }

    private static FitReport Fit(float[] weight)
    {
        KroneckerWeight.Fit(weight, Large.M1 * Large.M2, Large.N1 * Large.N2, [Large], null, out FitReport report);
        return report;
    }

    private static IEnumerable<string> Spectra(Dictionary<string, string> options, string[] all) =>
        options["--spectra"].Length == 0 ? all : all.Where(spectrum => options["--spectra"].Split(';').Contains(spectrum));

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
