using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.CompilerServices;

namespace Kron.Cuda.Device.Bench;

/// <summary>Measures layers against what the device can do and against dense ones, and prints tables of Markdown.</summary>
internal sealed class BenchCommand(Report report, bool isQuick)
{
    // What is asked: of the roofline, and times the dense layer's speed where the multiply-adds fall by more than so much.
    private const double Forward = 0.7, Backward = 0.6, SpeedUp = 2, Fewer = 3;

    private const int LargeBatch = 4096, SmallBatch = 16;

    public void Run()
    {
        using var context = new CudaContext();
        var watch = isQuick ? new Stopwatch(context, rounds: 3, milliseconds: 0) : new Stopwatch(context, rounds: 15, milliseconds: 20);
        Roofline roofline = Roofline.Measure(context, watch, isQuick);
        report.Line($"Measured: {roofline.FlopsPerSecond / 1e12:G4} Tflop/s in FP32 (a square product through the same call of cuBLAS), {roofline.BytesPerSecond / 1e9:G4} GB/s (a copy on the device, read and written).");
        Large(context, watch, roofline);
        Small(context, watch);
    }

    private void Large(CudaContext context, Stopwatch watch, Roofline roofline)
    {
        int batch = isQuick ? SmallBatch : LargeBatch;
        report.Line();
        report.Line($"## {batch} samples, FP32");
        report.Line();
        report.Line($"Medians over interleaved rounds, by events of the device. Roofline: each call of the plan at the measured rate of arithmetic or of memory, whichever takes longer, summed; an operand is read or written once. Asked: forward at least {Forward} of it, backward (all gradients) {Backward}; at least {SpeedUp}× the dense layer's speed where the multiply-adds fall by more than {Fewer}×.");
        report.Line();
        Header(2, "layer", "pass", "ms", "roofline, ms", "of the roofline", "met", "dense, ms", "dense ÷ Kron", "multiply-adds, dense ÷ Kron", "met");
        foreach (ComparedLayer compared in isQuick ? [ComparedLayer.Small] : ComparedLayer.All)
        {
            using (MeasuredLayer layer = new(compared.Open(context), batch), dense = new(compared.OpenDense(context), batch))
            {
                double[] times = watch.Medians(layer.Forward, dense.Forward, layer.Backward, dense.Backward);
                Line("forward", Forward, layer.Program.Forward, dense.Program.Forward, times[0], times[1]);
                Line("backward", Backward, Gradients(layer), Gradients(dense), times[2], times[3]);
            }

            context.TrimPool();

            void Line(string pass, double asked, IReadOnlyList<CudaCall> calls, IReadOnlyList<CudaCall> denseCalls, double time, double denseTime)
            {
                double least = roofline.Milliseconds(calls, batch), share = least / time, speedUp = denseTime / time;
                double fewer = CallWork.Of(denseCalls, batch).MultiplyAdds / CallWork.Of(calls, batch).MultiplyAdds;
                Row(compared.Name, pass, Text(time), Text(least), Fixed(share), Met(share >= asked), Text(denseTime), Fixed(speedUp), Fixed(fewer), fewer > Fewer ? Met(speedUp >= SpeedUp) : "–");
            }
        }

        static IReadOnlyList<CudaCall> Gradients(MeasuredLayer layer) => [.. layer.Program.Backward, .. layer.Program.InputGradient];
    }

    private void Small(CudaContext context, Stopwatch watch)
    {
        using CudaBuffer<float> tile = context.Allocate<float>(256);
        tile.Clear();
        using CudaBuffer<float> result = context.Allocate<float>(256);
        var call = new GemmCall("Tile", false, false, 16, 16, 16, tile.Pointer, 16, 0, tile.Pointer, 16, 0, result.Pointer, 16, 0, 1, 0);
        context.Gemm(call);
        using CudaGraph graph = context.Capture(() => context.Gemm(call));
        double[] overheads = watch.Medians(() => context.Gemm(call), () => context.Replay(graph));
        double allowed = (2 * overheads[0]) + overheads[1];
        report.Line();
        report.Line($"## {SmallBatch} samples, by graph replay");
        report.Line();
        report.Line($"A product of 16 × 16 takes {1e3 * overheads[0]:G3} µs by itself and {1e3 * overheads[1]:G3} µs as a graph. Asked: at most two launches and a replay, {1e3 * allowed:G3} µs.");
        report.Line();
        Header(2, "layer", "pass", "µs", "launches", "met");
        (string Name, Func<CudaContext, CudaLayer> Open)[] layers =
        [
            (ComparedLayer.Small.Name, ComparedLayer.Small.Open),
            ("30,10,60,40,10", context => new SequencesLayer().ToCuda(context)),
            ("64,4,256,25,5", context => new SvhnLayer().ToCuda(context)),
        ];
        foreach ((string name, Func<CudaContext, CudaLayer> open) in isQuick ? layers[..1] : layers)
        {
            using MeasuredLayer layer = new(open(context), SmallBatch);
            double[] times = watch.Medians(layer.Forward, layer.Record, layer.Backward);
            Line("forward", times[0], layer.Program.Forward);
            Line("recorded", times[1], layer.Program.Record);
            Line("backward", times[2], [.. layer.Program.Backward, .. layer.Program.InputGradient]);

            void Line(string pass, double time, IReadOnlyList<CudaCall> calls) => Row(
                name,
                pass,
                Text(1e3 * time),
                CallWork.Of(calls, SmallBatch).Launches.ToString(CultureInfo.InvariantCulture),
                Met(time <= allowed));
        }
    }

    private void Header(int words, params string[] columns)
    {
        Row(columns);
        report.Line("|" + string.Concat(columns.Select((_, i) => i < words ? "---|" : "---:|")));
    }

    private void Row(params string[] cells) => report.Line($"| {string.Join(" | ", cells)} |");

    private static string Text(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Fixed(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Met(bool isMet) => isMet ? "yes" : "no";
}
