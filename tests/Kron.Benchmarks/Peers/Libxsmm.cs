using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Peers;

/// <summary>LIBXSMM 1.17: kernels that it compiles for exact sizes, called over tiles where the whole product is too large for one.</summary>
internal sealed unsafe class Libxsmm : GemmLibrary
{
    private const int TransposeSecond = 2; // LIBXSMM_GEMM_FLAG_TRANS_B

    private readonly delegate* unmanaged[Cdecl]<int, int, int, int*, int*, int*, float*, float*, int*, int*, nint> _dispatch;

    private Libxsmm(nint library)
    {
        ((delegate* unmanaged[Cdecl]<void>)NativeLibrary.GetExport(library, "libxsmm_init"))();
        nint architecture = ((delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(library, "libxsmm_get_target_arch"))();
        _dispatch = (delegate* unmanaged[Cdecl]<int, int, int, int*, int*, int*, float*, float*, int*, int*, nint>)NativeLibrary.GetExport(library, "libxsmm_smmdispatch");
        Version = $"kernels for {Marshal.PtrToStringUTF8(architecture)}";
    }

    public override string Name => "LIBXSMM";

    public override string Version { get; }

    /// <summary>The library, or null where it is neither installed nor can be linked from its static archive.</summary>
    public static Libxsmm? Load(Choices choices)
    {
        foreach (string name in new[] { "libxsmm.so.1", "libxsmm.so", LibxsmmArchive.Shared })
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return new Libxsmm(library) { Choices = choices };
            }
        }

        return LibxsmmArchive.Link() && NativeLibrary.TryLoad(LibxsmmArchive.Shared, out nint linked) ? new Libxsmm(linked) { Choices = choices } : null;
    }

    protected override IEnumerable<Func<Gemm?>> Ways(GemmShape shape, FloatBuffer weight)
    {
        // The library has no kernels for a transposed first operand, which is the right one here; it is the caller who transposes.
        if (shape.B.IsTransposed)
        {
            yield break;
        }

        var tried = new HashSet<(int, int)>();
        foreach (int columns in new[] { shape.N, 64, 32 })
        {
            foreach (int depth in new[] { shape.K, 512 })
            {
                var tile = (Math.Min(columns, shape.N), Math.Min(depth, shape.K));
                if (tried.Add(tile))
                {
                    yield return () => LibxsmmGemm.Create(this, shape, tile.Item1, tile.Item2, weight);
                }
            }
        }
    }

    /// <summary>A kernel for row-major c [m × n] (+)= a [m × k] · b [k × n], or zero. The library counts in columns, so the operands change places.</summary>
    internal nint Kernel(int m, int n, int k, int leadingA, int leadingB, int leadingC, bool isTransposedA, bool accumulate)
    {
        float alpha = 1;
        float beta = accumulate ? 1 : 0;
        int flags = isTransposedA ? TransposeSecond : 0;
        int prefetch = 0;
        return _dispatch(n, m, k, &leadingB, &leadingA, &leadingC, &alpha, &beta, &flags, &prefetch);
    }
}
