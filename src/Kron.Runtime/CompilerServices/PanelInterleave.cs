using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kron.CompilerServices;

/// <summary>
/// Fills panels whose lanes take turns among several rows of the source: lane l comes from element l / rows of row l % rows.
/// As many elements of each row as a panel is wide fill as many panels as there are rows.
/// </summary>
internal static unsafe class PanelInterleave
{
    // Steps are interleaved in a small buffer, several of them before the first is read again: a load that meets younger
    // stores of other widths waits for them.
    private const int BufferFloats = 2048;
    private const int MaxSteps = 8;

    // What the last four lanes of a step write beyond it.
    private const int Slack = 4;

    /// <summary>Whether a copy of these dimensions can be made so.</summary>
    public static bool Fits(int elements, int rows, int width) =>
        elements >= 4 && width % 4 == 0 && (rows * width) + Slack <= BufferFloats;

    /// <summary>Copies one group of panels.</summary>
    /// <param name="from">The first element of the first row.</param>
    /// <param name="elements">Elements of each row, at most <paramref name="width"/>.</param>
    /// <param name="rows">Rows that take turns.</param>
    /// <param name="rowStride">Floats from one row to the next.</param>
    /// <param name="to">The first panel.</param>
    /// <param name="width">Lanes of a panel.</param>
    /// <param name="panelStride">Floats from one panel to the next.</param>
    /// <param name="around">The loop around the steps.</param>
    /// <param name="steps">The innermost loop.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* from, int elements, int rows, long rowStride, float* to, int width, long panelStride, PanelAxis around, PanelAxis steps)
    {
        if (rows == 2)
        {
            Zip(from, from + rowStride, elements, to, width, panelStride, around, steps);
            return;
        }

        float* buffer = stackalloc float[BufferFloats];
        int lanes = elements * rows;
        int size = (rows * width) + Slack;
        int most = Math.Min(MaxSteps, BufferFloats / size);
        for (int i = 0; i < around.Count; i++)
        {
            float* source = from + (i * around.From);
            float* target = to + (i * around.To);
            for (int first = 0; first < steps.Count; first += most)
            {
                int count = Math.Min(most, steps.Count - first);
                for (int step = 0; step < count; step++)
                {
                    Interleave(source + ((first + step) * steps.From), elements, rows, rowStride, buffer + (step * size));
                }

                for (int step = 0; step < count; step++)
                {
                    Distribute(buffer + (step * size), lanes, target + ((first + step) * steps.To), width, panelStride);
                }
            }
        }
    }

    /// <summary>Two rows need no buffer: four elements of both are two times four lanes, each of which lies in one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Zip(float* row0, float* row1, int elements, float* to, int width, long panelStride, PanelAxis around, PanelAxis steps)
    {
        for (int i = 0; i < around.Count; i++)
        {
            float* target = to + (i * around.To);
            int element = 0;
            for (; element + 4 <= elements; element += 4)
            {
                float* low = Lane(target, 2 * element, width, panelStride);
                float* high = Lane(target, (2 * element) + 4, width, panelStride);
                long at = (i * around.From) + element;
                for (int step = 0; step < steps.Count; step++)
                {
                    Vector128<float> first = Vector128.Load(row0 + at), second = Vector128.Load(row1 + at);
                    Simd128.ZipLow(first, second).Store(low);
                    Simd128.ZipHigh(first, second).Store(high);
                    at += steps.From;
                    low += steps.To;
                    high += steps.To;
                }
            }

            for (; element < elements; element++)
            {
                float* pair = Lane(target, 2 * element, width, panelStride);
                long at = (i * around.From) + element;
                for (int step = 0; step < steps.Count; step++)
                {
                    (pair[0], pair[1]) = (row0[at], row1[at]);
                    at += steps.From;
                    pair += steps.To;
                }
            }
        }
    }

    private static float* Lane(float* to, int lane, int width, long panelStride) => to + (lane / width * panelStride) + (lane % width);

    /// <summary>Writes element 0 of all rows, then element 1, and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interleave(float* from, int elements, int rows, long rowStride, float* to)
    {
        if (elements < 4)
        {
            for (int i = 0; i < elements * rows; i++)
            {
                to[i] = from[(i / rows) + (i % rows * rowStride)];
            }

            return;
        }

        for (int group = 0; group < rows; group += 4)
        {
            // The last four rows may repeat some. Of fewer than four, the last is repeated, and what that writes belongs to the
            // next element, which comes later.
            int row = Math.Max(0, Math.Min(group, rows - 4));
            float* row0 = from + (row * rowStride);
            float* row1 = row0 + (rows > 1 ? rowStride : 0);
            float* row2 = row1 + (rows > 2 ? rowStride : 0);
            float* row3 = row2 + (rows > 3 ? rowStride : 0);
            int next = 0;
            if (Avx.IsSupported)
            {
                for (; next + 8 <= elements; next += 8)
                {
                    Simd256.StoreTransposed(
                        to + ((long)next * rows) + row,
                        rows,
                        8,
                        Avx.LoadVector256(row0 + next),
                        Avx.LoadVector256(row1 + next),
                        Avx.LoadVector256(row2 + next),
                        Avx.LoadVector256(row3 + next));
                }
            }

            for (; next < elements; next += 4)
            {
                int element = Math.Min(next, elements - 4);
                Simd128.StoreTransposed(
                    to + ((long)element * rows) + row,
                    rows,
                    4,
                    Vector128.Load(row0 + element),
                    Vector128.Load(row1 + element),
                    Vector128.Load(row2 + element),
                    Vector128.Load(row3 + element));
            }
        }
    }

    /// <summary>Cuts consecutive lanes into panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Distribute(float* from, int lanes, float* to, int width, long panelStride)
    {
        for (; lanes >= width; lanes -= width)
        {
            int lane = 0;
            for (; lane + 8 <= width; lane += 8)
            {
                Vector256.Load(from + lane).Store(to + lane);
            }

            if (lane < width)
            {
                Vector128.Load(from + lane).Store(to + lane);
            }

            from += width;
            to += panelStride;
        }

        for (int last = 0; last < lanes; last++)
        {
            to[last] = from[last];
        }
    }
}
