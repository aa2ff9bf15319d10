using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers;

/// <summary>
/// oneDNN 2.x through its C interface, on one thread: matrix and inner products as primitives that are created once, constant
/// operands in the format that the primitive asks for, and its sgemm.
/// </summary>
internal sealed unsafe class OneDnn : GemmLibrary
{
    private readonly OneDnnApi _api;

    private OneDnn(OneDnnApi api) => _api = api;

    public override string Name => "oneDNN";

    public override string Version => _api.Version;

    /// <summary>The library, or null where it is not installed.</summary>
    public static OneDnn? Load(Choices choices) => NativeLibrary.TryLoad("libdnnl.so.2", out nint library) ? new OneDnn(new OneDnnApi(library)) { Choices = choices } : null;

    protected override IEnumerable<Func<Gemm?>> Ways(GemmShape shape, FloatBuffer weight)
    {
        var (a, b) = (shape.A, shape.B);
        yield return () => new Sgemm(_api, shape);
        foreach (bool pack in new[] { true, false })
        {
            yield return () => MatrixProduct(shape, pack, weight);
        }

        if (shape.Count == 1 && b is { IsWeight: true, IsTransposed: false } && !a.IsTransposed)
        {
            yield return () => InnerProduct(shape, weight);
        }
    }

    private OneDnnGemm? MatrixProduct(GemmShape shape, bool pack, FloatBuffer weight)
    {
        var (a, b) = (shape.A, shape.B);

        // Products that share both operands' layout are one primitive with a batch dimension.
        bool batched = shape.Count > 1;
        long[] dimsA = batched ? [a.Stride == 0 ? 1 : shape.Count, shape.M, shape.K] : [shape.M, shape.K];
        long[] dimsB = batched ? [b.Stride == 0 ? 1 : shape.Count, shape.K, shape.N] : [shape.K, shape.N];
        long[] dimsC = batched ? [shape.Count, shape.M, shape.N] : [shape.M, shape.N];
        using var source = _api.Descriptor(dimsA, Strides(a, shape.M, batched));
        using var weights = _api.Descriptor(dimsB, Strides(b, shape.K, batched));
        using var target = _api.Descriptor(dimsC, batched ? [shape.StrideC, shape.LeadingC, 1] : [shape.LeadingC, 1]);
        using var anySource = _api.Any(dimsA);
        using var anyWeights = _api.Any(dimsB);
        using var operation = _api.MatrixProduct(pack && a.IsWeight ? anySource : source, pack && b.IsWeight ? anyWeights : weights, target);
        return OneDnnGemm.Create(_api, operation, shape.A.IsWeight ? source : weights, shape.A.IsWeight, weight, pack ? "matmul, packed" : "matmul");
    }

    private OneDnnGemm? InnerProduct(GemmShape shape, FloatBuffer weight)
    {
        using var source = _api.Descriptor([shape.M, shape.K], [shape.A.Leading, 1]);
        using var weights = _api.Descriptor([shape.N, shape.K], [1, shape.B.Leading]);
        using var target = _api.Descriptor([shape.M, shape.N], [shape.LeadingC, 1]);
        using var anyWeights = _api.Any([shape.N, shape.K]);
        using var operation = _api.InnerProduct(source, anyWeights, target);
        return OneDnnGemm.Create(_api, operation, weights, weightIsLeft: false, weight, "inner product, packed");
    }

    private static long[] Strides(Operand operand, int rows, bool batched)
    {
        long outer = operand.IsTransposed ? 1 : operand.Leading;
        long inner = operand.IsTransposed ? operand.Leading : 1;
        return batched ? [operand.Stride == 0 ? (long)rows * operand.Leading : operand.Stride, outer, inner] : [outer, inner];
    }

    private sealed class Sgemm(OneDnnApi api, GemmShape shape) : Gemm
    {
        public override string Detail => "sgemm";

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(float* a, float* b, float* c)
        {
            for (int i = 0; i < shape.Count; i++)
            {
                api.Sgemm(shape, a, b, c);
                a += shape.A.Stride;
                b += shape.B.Stride;
                c += shape.StrideC;
            }
        }
    }
}
