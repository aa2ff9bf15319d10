using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using Kron.Decomposition;

namespace Kron.Benchmarks.Calibration;

/// <summary>The command <c>calibration</c>: the output error of factors fitted to a weight alone and to the layer's inputs as well, and the time that takes.</summary>
internal static class CalibrationCommand
{
    public const string Name = "calibration";

    private const int HeldOut = 500;
    private const int BatchSamples = 250;

    private static readonly Case[] s_cases =
    [
        new([new(16, 16, 28, 28, 4)], (1, 28, 28)),
        new([new(64, 4, 256, 25, 5)], (256, 5, 5)),
        new([new(128, 2, 1280, 5, 1, Formulation.II), new(128, 2, 1280, 5, 1, Formulation.III)], (256, 5, 5)),
    ];

    public static int Run(string[] arguments)
    {
        int samples = 2000;
        if (arguments.Length is not (0 or 2)
            || (arguments.Length == 2 && (arguments[0] != "--samples" || !int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out samples) || samples < 1)))
        {
            Console.Error.WriteLine("Usage: calibration [--samples <inputs to fit to>]");
            return 2;
        }

        Console.WriteLine(Text($"Error of outputs, ‖(W − Ŵ)X‖ / ‖WX‖, on {HeldOut} other inputs than the {samples} fitted to (on those in brackets). The weight's singular values fall like 1/√i."));
        Console.WriteLine();
        Console.WriteLine("| layer | inputs | fitted to the weight | fitted to the inputs too | moments, s | fit, s |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|");
        foreach (Case layer in s_cases)
        {
            float[] weight = layer.Weight();
            foreach (InputKind kind in InputKind.All)
            {
                Print(layer, weight, kind, samples);
            }
        }

        return 0;
    }

    private static void Print(Case layer, float[] weight, InputKind kind, int samples)
    {
        Action<float[]> draw = kind.Draw(layer.Image, new Random(2));
        var moments = new InputMoments(layer.Inputs);
        float[] sample = new float[layer.Inputs], batch = new float[BatchSamples * layer.Inputs];
        var adding = new Stopwatch();
        for (int done = 0; done < samples;)
        {
            int count = Math.Min(BatchSamples, samples - done);
            for (int k = 0; k < count; k++)
            {
                draw(sample);
                sample.CopyTo(batch, k * layer.Inputs);
            }

            adding.Start();
            moments.Add(batch.AsSpan(0, count * layer.Inputs));
            adding.Stop();
            done += count;
        }

        // The inputs of this draw are not among those above.
        float[] other = new float[HeldOut * layer.Inputs];
        for (int k = 0; k < HeldOut; k++)
        {
            draw(sample);
            sample.CopyTo(other, k * layer.Inputs);
        }

        KroneckerWeight plain = layer.Fit(weight, null, out FitReport _), aware = layer.Fit(weight, moments, out FitReport report);
        Console.WriteLine(Text(
            $"| {layer.Name} | {kind.Name} | {OutputError(weight, plain, other):F3} ({report.InitialOutputError:F3}) | {OutputError(weight, aware, other):F3} ({report.OutputError:F3}) | {adding.Elapsed.TotalSeconds:F1} | {report.Elapsed.TotalSeconds:F1} |"));
    }

    private static double OutputError(float[] weight, KroneckerWeight approximation, float[] samples)
    {
        var rest = new float[weight.Length];
        approximation.ToDense(rest);
        for (int i = 0; i < rest.Length; i++)
        {
            rest[i] = weight[i] - rest[i];
        }

        double error = 0, energy = 0;
        for (int first = 0; first < samples.Length; first += approximation.Inputs)
        {
            ReadOnlySpan<float> sample = samples.AsSpan(first, approximation.Inputs);
            error += DenseOutputs.Energy(rest, sample);
            energy += DenseOutputs.Energy(weight, sample);
        }

        return Math.Sqrt(error / energy);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A layer that reads images.</summary>
    private sealed record Case(IReadOnlyList<ShapeGroup> Groups, (int Channels, int Height, int Width) Image)
    {
        private int Outputs => Groups[0].M1 * Groups[0].M2;

        public int Inputs => Image.Channels * Image.Height * Image.Width;

        public string Name => string.Join(" + ", Groups.Select(g => Text($"({g.M1}, {g.M2}, {g.N1}, {g.N2}, {g.R}) {(g.Formulation == Formulation.Matrix ? "" : g.Formulation)}").TrimEnd()));

        /// <summary>A sum of many products of the first group's shape, of norms 1/√i.</summary>
        public float[] Weight()
        {
            const int Products = 60;
            ShapeGroup shape = Groups[0] with { R = Products };
            int a = shape.M1 * shape.N1, b = shape.M2 * shape.N2;
            var factors = new float[Products * (a + b)];
            InputKind.Fill(factors, new Random(1));
            for (int i = 0; i < Products * a; i++)
            {
                factors[i] /= MathF.Sqrt(1 + (i / a));
            }

            var weight = new float[Outputs * Inputs];
            new KroneckerWeight(Outputs, Inputs, [shape], factors, image: Image).ToDense(weight);
            return weight;
        }

        public KroneckerWeight Fit(float[] weight, InputMoments? moments, out FitReport report) =>
            KroneckerWeight.Fit(weight, Outputs, Inputs, Groups, new FitOptions { Inputs = moments }, out report, image: Image);
    }
}
