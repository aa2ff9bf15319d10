using System;
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

    private const int Streams = 4;

    // Keeps the sums alive.
    private static float s_sink;

    /// <summary>The level that holds so many bytes when they are read again and again.</summary>
    public static MemoryLevel LevelOf(long bytes) =>
        bytes <= Caches.Level2 ? MemoryLevel.L2 : bytes <= Caches.Level3 ? MemoryLevel.L3 : MemoryLevel.Dram;

    /// <summary>Bytes per second, measured now: the better of one sequential stream and of four side by side.</summary>
    public static double Measure(MemoryLevel level)
    {
        (FloatBuffer buffer, int passes) = level switch
        {
            MemoryLevel.L2 => (Level2, 50),
            MemoryLevel.L3 => (Level3, 3),
            _ => (Dram, 1),
        };
        if (level != MemoryLevel.Dram)
        {
            Read(buffer, Streams, 1);
        }

        return Math.Max(Rate(buffer, 1, passes), Rate(buffer, Streams, passes));
    }

    private static double Rate(FloatBuffer buffer, int streams, int passes)
    {
        double start = ThreadClock.Seconds;
        Read(buffer, streams, passes);
        return (double)buffer.Length * sizeof(float) * passes / (ThreadClock.Seconds - start);
    }

    private static void Read(FloatBuffer buffer, int streams, int passes)
    {
        int lanes = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256.IsHardwareAccelerated ? Vector256<float>.Count : Vector128<float>.Count;

        // Four pairs of vectors at a time: next to one another, or each pair a quarter of the buffer from the next.
        int apart = streams == 1 ? 2 * lanes : buffer.Length / Streams;
        int step = streams == 1 ? Streams * 2 * lanes : 2 * lanes;
        int steps = buffer.Length / (Streams * 2 * lanes);
        for (int pass = 0; pass < passes; pass++)
        {
            s_sink += Vector512.IsHardwareAccelerated ? Sum512(buffer.Pointer, apart, step, steps)
                : Vector256.IsHardwareAccelerated ? Sum256(buffer.Pointer, apart, step, steps)
                : Sum128(buffer.Pointer, apart, step, steps);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum512(float* p, nint apart, nint step, int steps)
    {
        float* q = p + apart, r = q + apart, s = r + apart;
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (; steps > 0; steps--)
        {
            a += Vector512.Load(p);
            b += Vector512.Load(p + 16);
            c += Vector512.Load(q);
            d += Vector512.Load(q + 16);
            e += Vector512.Load(r);
            f += Vector512.Load(r + 16);
            g += Vector512.Load(s);
            h += Vector512.Load(s + 16);
            p += step;
            q += step;
            r += step;
            s += step;
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum256(float* p, nint apart, nint step, int steps)
    {
        float* q = p + apart, r = q + apart, s = r + apart;
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (; steps > 0; steps--)
        {
            a += Vector256.Load(p);
            b += Vector256.Load(p + 8);
            c += Vector256.Load(q);
            d += Vector256.Load(q + 8);
            e += Vector256.Load(r);
            f += Vector256.Load(r + 8);
            g += Vector256.Load(s);
            h += Vector256.Load(s + 8);
            p += step;
            q += step;
            r += step;
            s += step;
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum128(float* p, nint apart, nint step, int steps)
    {
        float* q = p + apart, r = q + apart, s = r + apart;
        Vector128<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (; steps > 0; steps--)
        {
            a += Vector128.Load(p);
            b += Vector128.Load(p + 4);
            c += Vector128.Load(q);
            d += Vector128.Load(q + 4);
            e += Vector128.Load(r);
            f += Vector128.Load(r + 4);
            g += Vector128.Load(s);
            h += Vector128.Load(s + 4);
            p += step;
            q += step;
            r += step;
            s += step;
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h);
    }
}
