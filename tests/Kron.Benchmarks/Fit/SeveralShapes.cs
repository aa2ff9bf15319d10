using System;
using System.Diagnostics;
using System.Globalization;
using Kron.Benchmarks.Calibration;
using Kron.Decomposition;

namespace Kron.Benchmarks.Fit;

/// <summary>Backfitting against the greedy fit, on the four shapes of the ICDAR'13 layer of arXiv 1512.09194 at a scale of 1 : 25.</summary>
internal static class SeveralShapes
{
    private const int Outputs = 3538, Inputs = 390;

    // Of the trained-like weight: its directions, how they fall, how neighbouring inputs correlate, and the noise on top.
    private const int Directions = 200;
    private const double Fall = 0.7;
    private const float Correlation = 0.9f;
    private const float Noise = 0.05f;

    private static readonly ShapeGroup[] Groups = [new(29, 122, 26, 15, 10), new(122, 29, 26, 15, 10), new(61, 58, 13, 30, 10), new(58, 61, 130, 3, 10)];

    /// <summary>Prints a table.</summary>
    /// <returns>Whether no error is above the greedy one.</returns>
    public static bool Run()
    {
        Console.WriteLine("Several shapes: (29,122,26,15) (122,29,26,15) (61,58,13,30) (58,61,130,3), ten products each, 390 → 3538.");
        Console.WriteLine();
        Console.WriteLine("| weight | greedy | after sweeps | lower by | sweeps | ms |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        bool passed = Row("Gaussian", Gaussian(new Random(1), Outputs * Inputs));
        passed &= Row("trained-like", TrainedLike(new Random(2)));
        Console.WriteLine();
        return passed;
    }

    private static bool Row(string name, float[] weight)
    {
        KroneckerWeight.Fit(weight, Outputs, Inputs, Groups, new FitOptions { MaxSweeps = 0 }, out _);
        long start = Stopwatch.GetTimestamp();
        KroneckerWeight.Fit(weight, Outputs, Inputs, Groups, null, out FitReport report);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {report.GreedyError:F4} | {report.RelativeError:F4} | {1 - (report.RelativeError / report.GreedyError):P1} | {report.Sweeps} | {milliseconds:F0} |"));
        return report.RelativeError <= report.GreedyError;
    }

    private static float[] TrainedLike(Random random)
    {
        float[] left = Gaussian(random, Outputs * Directions), right = Gaussian(random, Directions * Inputs), weight = Gaussian(random, Outputs * Inputs);
        for (int t = 0; t < Directions; t++)
        {
            float value = 0, innovation = MathF.Sqrt(1 - (Correlation * Correlation)), scale = (float)Math.Pow(1 + t, -Fall);
            for (int j = 0; j < Inputs; j++)
            {
                value = (Correlation * value) + (innovation * right[(t * Inputs) + j]);
                right[(t * Inputs) + j] = scale * value;
            }
        }

        for (int i = 0; i < Outputs; i++)
        {
            Span<float> row = weight.AsSpan(i * Inputs, Inputs);
            for (int j = 0; j < Inputs; j++)
            {
                row[j] *= Noise;
            }

            for (int t = 0; t < Directions; t++)
            {
                for (int j = 0; j < Inputs; j++)
                {
                    row[j] += left[(i * Directions) + t] * right[(t * Inputs) + j];
                }
            }
        }

        return weight;
    }

    private static float[] Gaussian(Random random, int length)
    {
        var values = new float[length];
        InputKind.Fill(values, random);
        return values;
    }
}
