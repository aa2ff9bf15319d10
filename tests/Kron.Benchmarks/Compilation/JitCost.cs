using System;
using System.Runtime;
using Kron.Benchmarks.Layers;

namespace Kron.Benchmarks.Compilation;

/// <summary>What the JIT does for a layer of one target.</summary>
/// <param name="ClassName">The layer's class.</param>
/// <param name="Inference">Milliseconds for what inference of one sample and of a block runs.</param>
/// <param name="Training">Milliseconds for what training runs besides.</param>
internal sealed record JitCost(string ClassName, double Inference, double Training)
{
    private const int Batch = 17;

    /// <summary>Compiles a layer's class anew and runs it.</summary>
    public static JitCost Of(Subject subject, KernelTarget target)
    {
        Type type = LayerFactory.Compile(subject, target);
        float[] x = new float[Batch * subject.Inputs], y = new float[Batch * subject.Outputs];
        double start = Milliseconds;
        var layer = (ILayer)Activator.CreateInstance(type, target)!;

        // A batch of 17 is one block of 16 and a single sample, or several of each.
        layer.Forward(x, y);
        double inference = Milliseconds;
        LayerTape tape = layer.CreateTape(Batch);
        layer.Forward(x, y, tape);
        layer.Backward(x, y, new float[x.Length], tape);
        return new JitCost(type.FullName!, inference - start, Milliseconds - inference);
    }

    private static double Milliseconds => JitInfo.GetCompilationTime(currentThread: true).TotalMilliseconds;
}
