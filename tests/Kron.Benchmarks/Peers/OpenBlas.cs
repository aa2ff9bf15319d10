using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers;

/// <summary>OpenBLAS on one thread: sgemm, and sgemv for a single row or column.</summary>
internal sealed unsafe class OpenBlas : GemmLibrary
{
    private const int RowMajor = 101;
    private const int NoTranspose = 111;
    private const int Transpose = 112;

    private readonly delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _gemm;
    private readonly delegate* unmanaged[Cdecl]<int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _gemv;

    private OpenBlas(nint library)
    {
        _gemm = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        _gemv = (delegate* unmanaged[Cdecl]<int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemv");
        ((delegate* unmanaged[Cdecl]<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        nint configuration = ((delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(library, "openblas_get_config"))();
        Version = Marshal.PtrToStringUTF8(configuration)!.Trim();
    }

    public override string Name => "OpenBLAS";

    public override string Version { get; }

    /// <summary>The library, or null where it is not installed.</summary>
    public static OpenBlas? Load(Choices choices) => NativeLibrary.TryLoad("libopenblas.so.0", out nint library) ? new OpenBlas(library) { Choices = choices } : null;

    protected override IEnumerable<Func<Gemm?>> Ways(GemmShape shape, FloatBuffer weight) => [() => new Product(this, shape)];

    /// <summary>C = A·B + beta·C for one product of a shape.</summary>
    internal void Multiply(in GemmShape shape, float* a, float* b, float beta, float* c) => _gemm(
        RowMajor, Of(shape.A), Of(shape.B), shape.M, shape.N, shape.K, 1, a, shape.A.Leading, b, shape.B.Leading, beta, c, shape.LeadingC);

    /// <summary>As <see cref="Multiply"/>, for every product of a shape.</summary>
    internal void MultiplyAll(in GemmShape shape, float* a, float* b, float beta, float* c)
    {
        for (int i = 0; i < shape.Count; i++)
        {
            Multiply(shape, a, b, beta, c);
            a += shape.A.Stride;
            b += shape.B.Stride;
            c += shape.StrideC;
        }
    }

    private static int Of(Operand operand) => operand.IsTransposed ? Transpose : NoTranspose;

    private sealed class Product(OpenBlas library, GemmShape shape) : Gemm
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(float* a, float* b, float* c)
        {
            for (int i = 0; i < shape.Count; i++)
            {
                if (shape.N == 1 && !shape.A.IsTransposed)
                {
                    library._gemv(RowMajor, NoTranspose, shape.M, shape.K, 1, a, shape.A.Leading, b, shape.B.IsTransposed ? 1 : shape.B.Leading, 0, c, shape.LeadingC);
                }
                else if (shape.M == 1 && !shape.A.IsTransposed)
                {
                    // cᵀ = Bᵀ · aᵀ
                    (int rows, int columns) = shape.B.IsTransposed ? (shape.N, shape.K) : (shape.K, shape.N);
                    library._gemv(RowMajor, shape.B.IsTransposed ? NoTranspose : Transpose, rows, columns, 1, b, shape.B.Leading, a, 1, 0, c, 1);
                }
                else
                {
                    library.Multiply(shape, a, b, 0, c);
                }

                a += shape.A.Stride;
                b += shape.B.Stride;
                c += shape.StrideC;
            }
        }
    }
}
