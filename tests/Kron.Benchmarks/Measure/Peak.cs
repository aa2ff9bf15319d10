using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Kron.Benchmarks.Measure;

/// <summary>
/// The multiply-add rate of one core: twelve independent chains of the form that a target uses, fused where it has one. A
/// chain of separate multiplications and additions is twice as long, so there are as many as the registers allow.
/// </summary>
internal static class Peak
{
    private const int Chains = 12;
    private const int UnfusedChains = 14;
    private const int Steps = 100_000;

    // Keeps the sums alive.
    private static float s_sink;

    /// <summary>Gflop/s of a target's vectors, measured now.</summary>
    public static double Measure(KernelTarget target)
    {
        double start = ThreadClock.Seconds;
        (float sum, int lanes) = target switch
        {
            KernelTarget.Avx512 => (Vector512.Sum(Run512(Vector512.Create(0.5f))), 16 * Chains),
            KernelTarget.Avx2 => (Vector256.Sum(Run256(Vector256.Create(0.5f))), 8 * Chains),
            KernelTarget.AdvSimd => (Vector128.Sum(RunNeon(Vector128.Create(0.5f))), 4 * Chains),
            KernelTarget.Vector128 => (Vector128.Sum(Run128(Vector128.Create(0.5f))), 4 * UnfusedChains),
            _ => throw new NotSupportedException($"No vectors to measure for {target}."),
        };
        double seconds = ThreadClock.Seconds - start;
        s_sink += sum;
        return 2.0 * Steps * lanes / seconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> Run512(Vector512<float> m)
    {
        Vector512<float> a = m, b = m, c = m, d = m, e = m, f = m, g = m, h = m, i = m, j = m, k = m, l = m;
        for (int step = 0; step < Steps; step++)
        {
            a = Avx512F.FusedMultiplyAdd(a, m, m);
            b = Avx512F.FusedMultiplyAdd(b, m, m);
            c = Avx512F.FusedMultiplyAdd(c, m, m);
            d = Avx512F.FusedMultiplyAdd(d, m, m);
            e = Avx512F.FusedMultiplyAdd(e, m, m);
            f = Avx512F.FusedMultiplyAdd(f, m, m);
            g = Avx512F.FusedMultiplyAdd(g, m, m);
            h = Avx512F.FusedMultiplyAdd(h, m, m);
            i = Avx512F.FusedMultiplyAdd(i, m, m);
            j = Avx512F.FusedMultiplyAdd(j, m, m);
            k = Avx512F.FusedMultiplyAdd(k, m, m);
            l = Avx512F.FusedMultiplyAdd(l, m, m);
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<float> Run256(Vector256<float> m)
    {
        Vector256<float> a = m, b = m, c = m, d = m, e = m, f = m, g = m, h = m, i = m, j = m, k = m, l = m;
        for (int step = 0; step < Steps; step++)
        {
            a = Fma.MultiplyAdd(a, m, m);
            b = Fma.MultiplyAdd(b, m, m);
            c = Fma.MultiplyAdd(c, m, m);
            d = Fma.MultiplyAdd(d, m, m);
            e = Fma.MultiplyAdd(e, m, m);
            f = Fma.MultiplyAdd(f, m, m);
            g = Fma.MultiplyAdd(g, m, m);
            h = Fma.MultiplyAdd(h, m, m);
            i = Fma.MultiplyAdd(i, m, m);
            j = Fma.MultiplyAdd(j, m, m);
            k = Fma.MultiplyAdd(k, m, m);
            l = Fma.MultiplyAdd(l, m, m);
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<float> Run128(Vector128<float> v)
    {
        Vector128<float> a = v, b = v, c = v, d = v, e = v, f = v, g = v, h = v, i = v, j = v, k = v, l = v, m = v, n = v;
        for (int step = 0; step < Steps; step++)
        {
            a = (a * v) + v;
            b = (b * v) + v;
            c = (c * v) + v;
            d = (d * v) + v;
            e = (e * v) + v;
            f = (f * v) + v;
            g = (g * v) + v;
            h = (h * v) + v;
            i = (i * v) + v;
            j = (j * v) + v;
            k = (k * v) + v;
            l = (l * v) + v;
            m = (m * v) + v;
            n = (n * v) + v;
        }

        return a + b + c + d + e + f + g + h + i + j + k + l + m + n;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<float> RunNeon(Vector128<float> m)
    {
        Vector128<float> a = m, b = m, c = m, d = m, e = m, f = m, g = m, h = m, i = m, j = m, k = m, l = m;
        for (int step = 0; step < Steps; step++)
        {
            a = AdvSimd.FusedMultiplyAdd(m, a, m);
            b = AdvSimd.FusedMultiplyAdd(m, b, m);
            c = AdvSimd.FusedMultiplyAdd(m, c, m);
            d = AdvSimd.FusedMultiplyAdd(m, d, m);
            e = AdvSimd.FusedMultiplyAdd(m, e, m);
            f = AdvSimd.FusedMultiplyAdd(m, f, m);
            g = AdvSimd.FusedMultiplyAdd(m, g, m);
            h = AdvSimd.FusedMultiplyAdd(m, h, m);
            i = AdvSimd.FusedMultiplyAdd(m, i, m);
            j = AdvSimd.FusedMultiplyAdd(m, j, m);
            k = AdvSimd.FusedMultiplyAdd(m, k, m);
            l = AdvSimd.FusedMultiplyAdd(m, l, m);
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }
}
