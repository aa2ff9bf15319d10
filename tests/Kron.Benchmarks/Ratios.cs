using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using Kron.CompilerServices;

namespace Kron.Benchmarks;

/// <summary>
/// Percent of the multiply-add peak that forward and backward reach on one core. All subjects take turns in one
/// process and the peak is measured before each turn, so that a noisy machine slows both alike; medians over the rounds.
/// The numerator is the multiply-adds of the cheaper contraction order, whatever the kernel does.
/// </summary>
internal static class Ratios
{
    private const int Rounds = 15;
    private const double TurnFlops = 4e8;

    public static int Run(string[] args)
    {
        KernelTarget[] targets = args.Length > 0
            ? [.. args[0].Split(',').Select(Enum.Parse<KernelTarget>)]
            : [.. new[] { KernelTarget.Avx512, KernelTarget.Avx2, KernelTarget.AdvSimd }.Where(KernelTargets.IsSupported)];
        (string Name, Func<KernelTarget, ILayer> Make, LayerInfo Info)[] layers =
        [
            ("64,4,256,25,5", t => new Svhn(t), Svhn.Info),
            ("32,32,32,32,4", t => new Square(t), Square.Info),
            ("16,16,28,28,4", t => new Mnist(t), Mnist.Info),
            ("8,8,8,8,2", t => new Tiny(t), Tiny.Info),
            ("60,40,192,64,10", t => new SvhnSequence(t), SvhnSequence.Info),
            ("512,8,512,18,5", t => new AlexNet(t), AlexNet.Info),
            ("dense 256×6400", t => new SvhnDense(t), SvhnDense.Info),
        ];

        foreach (KernelTarget target in targets)
        {
            List<Row> rows = [.. layers.SelectMany(layer => new[] { 1, 16, 256 }.Select(batch =>
                new Row(layer.Name, batch, layer.Info.MultiplyAdds, new Subject(layer.Make(target), batch))))];
            var peaks = new List<double>();
            for (int round = 0; round < Rounds; round++)
            {
                foreach (Row row in rows)
                {
                    row.Measure(target, peaks);
                }
            }

            Console.WriteLine();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target}: peak {Median(peaks):F0} Gflop/s on one core, median of {peaks.Count} measurements between the rows' turns"));
            Console.WriteLine();
            Console.WriteLine("| layer | batch | forward, µs per sample | forward, % of peak | backward, % of peak |");
            Console.WriteLine("|---|---:|---:|---:|---:|");
            foreach (Row row in rows)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Batch} | {Median(row.Micros):G3} | {Median(row.Forward):F0} | {Median(row.Backward):F0} |"));
            }
        }

        return 0;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed record Row(string Name, int Batch, long MultiplyAdds, Subject Subject)
    {
        public List<double> Forward { get; } = [];

        public List<double> Backward { get; } = [];

        /// <summary>Microseconds per sample of the forward pass.</summary>
        public List<double> Micros { get; } = [];

        public void Measure(KernelTarget target, List<double> peaks)
        {
            double peak = Peak.Measure(target);
            peaks.Add(peak);
            double flops = 2.0 * MultiplyAdds * Batch;
            int calls = (int)Math.Clamp(TurnFlops / flops / 10, 1, 200_000);

            double seconds = Time(Subject.Forward, calls);
            Micros.Add(seconds * 1e6 / Batch);
            Forward.Add(100 * flops / seconds / 1e9 / peak);

            // Input and weight gradients: twice the products.
            Backward.Add(100 * 2 * flops / Time(Subject.Backward, Math.Max(1, calls / 2)) / 1e9 / peak);
        }

        private static double Time(Action action, int calls)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls; i++)
            {
                action();
            }

            return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
        }
    }
}
