using System;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;

namespace Kron.Benchmarks.Peers;

/// <summary>A dense weight and its transpose, shared by all libraries.</summary>
internal static class DenseWeights
{
    private static readonly ConditionalWeakTable<Workload, Tuple<FloatBuffer, FloatBuffer>> Weights = [];

    /// <summary>W [m × n] and Wᵀ [n × m].</summary>
    public static unsafe (FloatBuffer Weight, FloatBuffer Transposed) Of(Workload workload)
    {
        if (!Weights.TryGetValue(workload, out var pair))
        {
            var (m, n) = (workload.Subject.Outputs, workload.Subject.Inputs);
            FloatBuffer weight = FloatBuffer.Of(workload.Samples.Parameters.AsSpan(0, m * n));
            var transposed = new FloatBuffer(weight.Length);
            Transposition.Run(weight.Pointer, m, n, transposed.Pointer);
            pair = Tuple.Create(weight, transposed);
            Weights.Add(workload, pair);
        }

        return (pair.Item1, pair.Item2);
    }
}
