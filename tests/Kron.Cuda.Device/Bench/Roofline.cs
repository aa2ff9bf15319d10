using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;

namespace Kron.Cuda.Device.Bench;

/// <summary>The rates that the device was measured to have, and the least time that they allow.</summary>
/// <param name="FlopsPerSecond">Of a large square product in single precision.</param>
/// <param name="BytesPerSecond">Read and written by a large copy.</param>
internal sealed record Roofline(double FlopsPerSecond, double BytesPerSecond)
{
    /// <summary>Each call bound by its arithmetic or by its operands, one after the other.</summary>
    /// <returns>Milliseconds.</returns>
    public double Milliseconds(IEnumerable<CudaCall> calls, int batch) =>
        1e3 * calls.Select(call => CallWork.Of(call, batch)).Sum(work => Math.Max(2 * work.MultiplyAdds / FlopsPerSecond, work.Bytes / BytesPerSecond));

    /// <summary>Measures a device.</summary>
    public static Roofline Measure(CudaContext context, Stopwatch watch, bool isQuick)
    {
        int size = isQuick ? 64 : 8192;
        double product, copy;
        using (CudaBuffer<float> a = Zeros(context, (long)size * size), b = Zeros(context, a.Length), c = Zeros(context, a.Length))
        {
            // Zeros would take less power, and run at a higher clock, than what layers multiply.
            float[] column = new float[size * (isQuick ? 1 : 64)];
            Fill(column);
            for (long at = 0; at < a.Length; at += column.Length)
            {
                a.CopyFrom(column, at);
                b.CopyFrom(column, at);
            }

            var call = new GemmCall("Square", false, false, size, size, size, a.Pointer, size, 0, b.Pointer, size, 0, c.Pointer, size, 0, 1, 0);
            product = watch.Medians(() => context.Gemm(call))[0];
        }

        context.TrimPool();
        using (CudaBuffer<float> from = Zeros(context, isQuick ? 1 << 10 : 1L << 28), to = Zeros(context, from.Length))
        {
            copy = watch.Medians(() => to.CopyFrom(from))[0];
            context.TrimPool();
            return new Roofline(2e3 * size * size * size / product, 2e3 * sizeof(float) * from.Length / copy);
        }
    }

    /// <summary>Values between −1/8 and 1/8.</summary>
    public static void Fill(Span<float> values)
    {
        var random = new Random(11);
        foreach (ref float value in values)
        {
            value = (random.NextSingle() - 0.5f) / 4;
        }
    }

    private static CudaBuffer<float> Zeros(CudaContext context, long length)
    {
        CudaBuffer<float> buffer = context.Allocate<float>(length);
        buffer.Clear();
        return buffer;
    }
}
