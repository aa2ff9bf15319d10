using System;
using System.Linq;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;
using Kron.Benchmarks.Ratios;

namespace Kron.Benchmarks.Layers;

/// <summary>Counts the bytes that warm calls allocate.</summary>
internal static class KronMemory
{
    private const int WarmUp = 50;
    private const int Calls = 100;
    private const int Threads = 2;

    public static MemoryResult Of(Workload workload, ILayer layer, int batch, KernelTarget target)
    {
        Subject subject = workload.Subject;
        var output = new FloatBuffer((long)batch * subject.Outputs);
        var forward = new KronForward(workload, layer, batch, output);
        var backward = new KronBackward(workload, layer, batch);
        Candidate[] parallel = [new KronParallel(workload, layer, batch, output, Threads), new KronBackward(workload, layer, batch, Threads)];
        var info = (LayerInfo)layer.GetType().GetProperty(nameof(SvhnDigits.Info))!.GetValue(null)!;
        TargetInfo chosen = info.Targets.Single(entry => entry.Target == target);
        return new MemoryResult(
            subject.Name,
            batch,
            Allocated(forward, GC.GetAllocatedBytesForCurrentThread),
            Allocated(backward, GC.GetAllocatedBytesForCurrentThread),
            parallel.Max(candidate => Allocated(candidate, () => GC.GetTotalAllocatedBytes(precise: true))),
            chosen.ParameterBytes,
            chosen.InferenceBytes);
    }

    private static long Allocated(Candidate candidate, Func<long> allocated)
    {
        candidate.Run(WarmUp);
        long before = allocated();
        candidate.Run(Calls);
        return (allocated() - before) / Calls;
    }
}
