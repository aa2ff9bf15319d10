using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers;

/// <summary>A native library that multiplies matrices.</summary>
internal abstract unsafe class GemmLibrary
{
    // Larger products are tried with so many rows, or so many at once, only.
    private const int TrialRows = 1024;
    private const int TrialCount = 16;

    public abstract string Name { get; }

    /// <summary>What was found fastest.</summary>
    public required Choices Choices { get; init; }

    /// <summary>The library's own version text.</summary>
    public abstract string Version { get; }

    /// <summary>Every sensible way to have the library compute a shape; <paramref name="weight"/> is the constant operand.</summary>
    protected abstract IEnumerable<Func<Gemm?>> Ways(GemmShape shape, FloatBuffer weight);

    /// <summary>The fastest of the library's ways, by trial on arbitrary operands; null where it cannot compute the shape.</summary>
    public Gemm? Prepare(GemmShape shape, FloatBuffer weight)
    {
        List<Func<Gemm?>> ways = [.. Ways(shape, weight)];
        if (ways.Count < 2)
        {
            return ways.Count == 0 ? null : ways[0]();
        }

        GemmShape small = shape with { Count = Math.Min(shape.Count, TrialCount), M = shape.A.IsWeight ? shape.M : Math.Min(shape.M, TrialRows) };
        int fastest = Choices.Get($"{Name} {Version} {small}", () => Try(small, weight));
        return fastest < 0 ? null : ways[fastest]();
    }

    private int Try(GemmShape shape, FloatBuffer weight)
    {
        List<(int Way, Gemm Gemm)> candidates = [.. Ways(shape, weight).Select((way, index) => (Way: index, Gemm: way()!)).Where(c => c.Gemm is not null)];
        if (candidates.Count == 0)
        {
            return -1;
        }

        var a = new FloatBuffer(Size(shape.A, shape.M, shape.K, shape.Count));
        var b = new FloatBuffer(Size(shape.B, shape.K, shape.N, shape.Count));
        var c = new FloatBuffer(((long)(shape.Count - 1) * shape.StrideC) + ((long)shape.M * shape.LeadingC));
        return Trial.Fastest(candidates, candidate => new GemmCandidate(candidate.Gemm, a, b, c)).Way;
    }

    private static long Size(Operand operand, int rows, int columns, int count) =>
        ((long)(count - 1) * operand.Stride) + ((long)(operand.IsTransposed ? columns : rows) * operand.Leading);

    private sealed class GemmCandidate(Gemm gemm, FloatBuffer a, FloatBuffer b, FloatBuffer c) : Candidate
    {
        public override string Name => gemm.Detail;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int calls)
        {
            for (int call = 0; call < calls; call++)
            {
                gemm.Run(a.Pointer, b.Pointer, c.Pointer);
            }
        }

        public override void Check()
        {
        }
    }
}
