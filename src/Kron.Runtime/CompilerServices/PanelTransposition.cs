using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Kron.CompilerServices;

/// <summary>Fills panels from rows: each lane lies together in the source along the innermost loop.</summary>
internal static unsafe class PanelTransposition
{
    /// <summary>Copies all lanes, by groups of eight and four; the last group may repeat lanes of the one before it.</summary>
    /// <param name="from">The source, to which <paramref name="offsets"/> are added.</param>
    /// <param name="offsets">Where each lane lies.</param>
    /// <param name="used">Lanes.</param>
    /// <param name="to">The panel.</param>
    /// <param name="around">The loop around the columns.</param>
    /// <param name="columns">The columns, which lie together in the source.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* from, long* offsets, int used, float* to, PanelAxis around, PanelAxis columns)
    {
        int count = columns.Count;
        long stride = columns.To;
        int lane = 0;
        if (Avx.IsSupported && count >= 4)
        {
            for (; lane + 8 <= used; lane += 8)
            {
                Eight(from, offsets + lane, to + lane, around, count, stride);
            }
        }

        for (; lane + 4 <= used; lane += 4)
        {
            Four(from, offsets + lane, to + lane, around, count, stride);
        }

        if (lane < used && used >= 4)
        {
            Four(from, offsets + used - 4, to + used - 4, around, count, stride);
            return;
        }

        for (; lane < used; lane++)
        {
            One(from + offsets[lane], to + lane, around, count, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight(float* from, long* offsets, float* to, PanelAxis around, int count, long stride)
    {
        float* row0 = from + offsets[0];
        float* row1 = from + offsets[1];
        float* row2 = from + offsets[2];
        float* row3 = from + offsets[3];
        float* row4 = from + offsets[4];
        float* row5 = from + offsets[5];
        float* row6 = from + offsets[6];
        float* row7 = from + offsets[7];
        int whole = count & ~3;
        for (int i = 0; i < around.Count; i++)
        {
            long at = i * around.From;
            float* target = to + (i * around.To);
            for (int column = 0; column < whole; column += 4)
            {
                Columns(row0 + at, row1 + at, row2 + at, row3 + at, row4 + at, row5 + at, row6 + at, row7 + at, target, stride);
                at += 4;
                target += 4 * stride;
            }

            if (whole < count)
            {
                // The last four, some of them once more.
                at += count - whole - 4;
                target += (count - whole - 4) * stride;
                Columns(row0 + at, row1 + at, row2 + at, row3 + at, row4 + at, row5 + at, row6 + at, row7 + at, target, stride);
            }
        }
    }

    /// <summary>Four columns of eight lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns(float* row0, float* row1, float* row2, float* row3, float* row4, float* row5, float* row6, float* row7, float* to, long stride)
    {
        Vector256<float> a = Avx.InsertVector128(Vector128.Load(row0).ToVector256Unsafe(), Vector128.Load(row4), 1);
        Vector256<float> b = Avx.InsertVector128(Vector128.Load(row1).ToVector256Unsafe(), Vector128.Load(row5), 1);
        Vector256<float> c = Avx.InsertVector128(Vector128.Load(row2).ToVector256Unsafe(), Vector128.Load(row6), 1);
        Vector256<float> d = Avx.InsertVector128(Vector128.Load(row3).ToVector256Unsafe(), Vector128.Load(row7), 1);
        Vector256<float> low01 = Avx.UnpackLow(a, b);
        Vector256<float> low23 = Avx.UnpackLow(c, d);
        Vector256<float> high01 = Avx.UnpackHigh(a, b);
        Vector256<float> high23 = Avx.UnpackHigh(c, d);
        Avx.Store(to, Avx.Shuffle(low01, low23, 0b01_00_01_00));
        Avx.Store(to + stride, Avx.Shuffle(low01, low23, 0b11_10_11_10));
        Avx.Store(to + (2 * stride), Avx.Shuffle(high01, high23, 0b01_00_01_00));
        Avx.Store(to + (3 * stride), Avx.Shuffle(high01, high23, 0b11_10_11_10));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(float* from, long* offsets, float* to, PanelAxis around, int count, long stride)
    {
        float* row0 = from + offsets[0];
        float* row1 = from + offsets[1];
        float* row2 = from + offsets[2];
        float* row3 = from + offsets[3];
        if (count < 4)
        {
            Pairs(row0, row1, row2, row3, to, around, count, stride);
            return;
        }

        for (int i = 0; i < around.Count; i++)
        {
            for (int column = 0; column < count; column += 4)
            {
                // The last four may repeat some.
                int first = Math.Min(column, count - 4);
                long at = (i * around.From) + first;
                Simd128.StoreTransposed(
                    to + (i * around.To) + (first * stride),
                    stride,
                    4,
                    Vector128.Load(row0 + at),
                    Vector128.Load(row1 + at),
                    Vector128.Load(row2 + at),
                    Vector128.Load(row3 + at));
            }
        }
    }

    /// <summary>Two columns of four lanes, or three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pairs(float* row0, float* row1, float* row2, float* row3, float* to, PanelAxis around, int count, long stride)
    {
        for (int i = 0; i < around.Count; i++)
        {
            long at = i * around.From;
            float* target = to + (i * around.To);
            for (int column = 2; column <= count; column++)
            {
                Vector128<float> rows01 = Vector128.Create(*(double*)(row0 + at), *(double*)(row1 + at)).AsSingle();
                Vector128<float> rows23 = Vector128.Create(*(double*)(row2 + at), *(double*)(row3 + at)).AsSingle();
                Even(rows01, rows23).Store(target);
                Odd(rows01, rows23).Store(target + stride);
                at++;
                target += stride;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(float* from, float* to, PanelAxis around, int count, long stride)
    {
        for (int i = 0; i < around.Count; i++)
        {
            float* row = from + (i * around.From);
            float* target = to + (i * around.To);
            for (int column = 0; column < count; column++)
            {
                target[column * stride] = row[column];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Even(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Shuffle(a, b, 0b10_00_10_00)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipEven(a, b)
        : Vector128.Create(a[0], a[2], b[0], b[2]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Odd(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Shuffle(a, b, 0b11_01_11_01)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipOdd(a, b)
        : Vector128.Create(a[1], a[3], b[1], b[3]);
}
