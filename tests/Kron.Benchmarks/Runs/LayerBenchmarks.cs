using System;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Runs;

/// <summary>What the benchmarks share: a batch and one candidate, which a setup of its own makes and checks.</summary>
public abstract class LayerBenchmarks
{
    private Candidate? _candidate;

    /// <summary>Samples of a call.</summary>
    public abstract int Batch { get; set; }

    private protected void Use(Subject subject, Func<Workload, FloatBuffer, Candidate> create)
    {
        var workload = new Workload(subject);
        _candidate = create(workload, new FloatBuffer((long)Batch * subject.Outputs));
    }

    private protected static ILayer Layer(Workload workload) => Layer(workload.Subject, workload.Samples.Parameters);

    private protected static ILayer Layer(Subject subject, float[] parameters)
    {
        ILayer layer = LayerFactory.Create(subject, CompilerServices.KernelTargets.Resolve(KernelTarget.Best, [KernelTarget.Avx512, KernelTarget.Avx2, KernelTarget.AdvSimd, KernelTarget.Vector128]));
        parameters.AsSpan().CopyTo(layer.Parameters);
        layer.Commit();
        return layer;
    }

    private protected void Run() => _candidate!.Run(1);
}
