using System;
using System.Threading.Tasks;
using Kron.Kernels.Tests.Support;

namespace Kron.Cuda.Device.Check;

/// <summary>Memory, threads and the end of a context.</summary>
internal static class ContextChecks
{
    private const int Batch = 19;

    // More than any device has.
    private const long TooManyFloats = 1L << 42;

    public static void Run(Tally tally, CudaContextOptions options)
    {
        tally.Run("FP32", "too little memory is an error, and the context goes on", () => Memory(options));
        tally.Run("FP32", "many threads get what one gets", () => Threads(options));
        tally.Run("FP32", "a disposed context says so", () => Disposal(options));
    }

    private static Verdict Memory(CudaContextOptions options)
    {
        using var context = new CudaContext(options);
        HostedCudaLayer layer = Open(context).AsHosted();
        float[] before = Forward(layer);
        try
        {
            context.Allocate<float>(TooManyFloats).Dispose();
            return new Verdict(false, $"{TooManyFloats} floats were allocated");
        }
        catch (CudaException exception)
        {
            bool isMemory = exception.StatusName == "cudaErrorMemoryAllocation";
            return new Verdict(isMemory && before.AsSpan().SequenceEqual(Forward(layer)), exception.Message);
        }
    }

    private static Verdict Threads(CudaContextOptions options)
    {
        using var context = new CudaContext(options);
        HostedCudaLayer layer = Open(context).AsHosted();
        float[] expected = Forward(layer);
        int wrong = 0;
        Parallel.For(0, 64, _ =>
        {
            if (!Forward(layer).AsSpan().SequenceEqual(expected))
            {
                System.Threading.Interlocked.Increment(ref wrong);
            }
        });
        return new Verdict(wrong == 0, FormattableString.Invariant($"{wrong} of 64 differ"));
    }

    private static Verdict Disposal(CudaContextOptions options)
    {
        var context = new CudaContext(options);
        CudaLayer layer = Open(context);
        CudaBuffer<float> x = context.Allocate<float>(Batch * layer.InputSize), y = context.Allocate<float>(Batch * layer.OutputSize);
        x.Clear();
        layer.Forward(x, y);
        context.Dispose();
        try
        {
            layer.Forward(x, y);
            return new Verdict(false, "the layer still computes");
        }
        catch (ObjectDisposedException exception)
        {
            // In any order, and twice.
            x.Dispose();
            layer.Dispose();
            y.Dispose();
            context.Dispose();
            return new Verdict(true, exception.Message.ReplaceLineEndings(" "));
        }
    }

    private static CudaLayer Open(CudaContext context)
    {
        var layer = new TallLayer();
        ((ILayer)layer).Initialize(seed: 3);
        return layer.ToCuda(context);
    }

    private static float[] Forward(HostedCudaLayer layer)
    {
        float[] output = new float[Batch * layer.OutputSize];
        layer.Forward(new Random(4).Floats(Batch * layer.InputSize), output);
        return output;
    }
}
