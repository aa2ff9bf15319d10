using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kron.Benchmarks.Measure;

/// <summary>The level of memory that some bytes stay in.</summary>
internal enum MemoryLevel
{
    L2,
    L3,
    Dram,
}

/// <summary>The rate at which one core reads each level of memory: loads only, of the widest vectors.</summary>
internal static unsafe class Bandwidth
{
    // Half of the second level, a quarter of the third, eight times the third.
    private static readonly FloatBuffer Level2 = new(Caches.Level2 / 2 / sizeof(float));
    private static readonly FloatBuffer Level3 = new(Caches.Level3 / 4 / sizeof(float));
    private static readonly FloatBuffer Dram = new(Caches.Level3 * 8 / sizeof(float));

    // Keeps the sums alive.
    private static float s_sink;

    /// <summary>The level that holds so many bytes when they are read again and again.</summary>
    public static MemoryLevel LevelOf(long bytes) =>
        bytes <= Caches.Level2 ? MemoryLevel.L2 : bytes <= Caches.Level3 ? MemoryLevel.L3 : MemoryLevel.Dram;

    /// <summary>Bytes per second, measured now.</summary>
    public static double Measure(MemoryLevel level)
    {
        (FloatBuffer buffer, int passes) = level switch
        {
            MemoryLevel.L2 => (Level2, 100),
            MemoryLevel.L3 => (Level3, 4),
            _ => (Dram, 1),
        };
        if (level != MemoryLevel.Dram)
        {
            Read(buffer, 1);
        }

        double start = ThreadClock.Seconds;
        Read(buffer, passes);
        return (double)buffer.Length * sizeof(float) * passes / (ThreadClock.Seconds - start);
    }

    private static void Read(FloatBuffer buffer, int passes)
    {
        for (int pass = 0; pass < passes; pass++)
        {
            s_sink += Vector512.IsHardwareAccelerated ? Sum512(buffer.Pointer, buffer.Length)
                : Vector256.IsHardwareAccelerated ? Sum256(buffer.Pointer, buffer.Length)
                : Sum128(buffer.Pointer, buffer.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum512(float* p, int length)
    {
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (float* end = p + length - 127; p < end; p += 128)
        {
            a += Vector512.Load(p);
            b += Vector512.Load(p + 16);
            c += Vector512.Load(p + 32);
            d += Vector512.Load(p + 48);
            e += Vector512.Load(p + 64);
            f += Vector512.Load(p + 80);
            g += Vector512.Load(p + 96);
            h += Vector512.Load(p + 112);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum256(float* p, int length)
    {
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (float* end = p + length - 63; p < end; p += 64)
        {
            a += Vector256.Load(p);
            b += Vector256.Load(p + 8);
            c += Vector256.Load(p + 16);
            d += Vector256.Load(p + 24);
            e += Vector256.Load(p + 32);
            f += Vector256.Load(p + 40);
            g += Vector256.Load(p + 48);
            h += Vector256.Load(p + 56);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum128(float* p, int length)
    {
        Vector128<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (float* end = p + length - 31; p < end; p += 32)
        {
            a += Vector128.Load(p);
            b += Vector128.Load(p + 4);
            c += Vector128.Load(p + 8);
            d += Vector128.Load(p + 12);
            e += Vector128.Load(p + 16);
            f += Vector128.Load(p + 20);
            g += Vector128.Load(p + 24);
            h += Vector128.Load(p + 28);
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h);
    }
}
