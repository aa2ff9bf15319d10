using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kron.CompilerServices;

/// <summary>Copies matrices and tensors into the order in which kernels read them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Panels
{
    // A cache line of the source, so that each is read once while the panel's lines are written.
    private const int Block = 16;

    /// <summary>
    /// Copies a strided tensor into panels of <paramref name="width"/> lanes. With l the row-major index over the lane
    /// dimensions and k that over the inner dimensions,
    /// <c>to[(l / width)·panelStride + k·width + l % width] = from[Σ index·stride]</c>.
    /// </summary>
    /// <param name="from">The first element of the source.</param>
    /// <param name="to">The first panel.</param>
    /// <param name="width">Lanes of a panel; those of the last one beyond the lanes there are keep what they hold.</param>
    /// <param name="panelStride">Floats from one panel to the next.</param>
    /// <param name="lanes">Extent and stride in floats of the lane dimensions, outermost first; an unused one is (1, 0).</param>
    /// <param name="inner">The same of the inner dimensions.</param>
    /// <remarks>Nothing is checked. Source and destination must not overlap.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rearrange(
        float* from,
        float* to,
        int width,
        long panelStride,
        (int Count1, long Stride1, int Count0, long Stride0) lanes,
        (int Count2, long Stride2, int Count1, long Stride1, int Count0, long Stride0) inner)
    {
        if (lanes.Stride1 == lanes.Count0 * lanes.Stride0)
        {
            lanes = (1, 0, lanes.Count1 * lanes.Count0, lanes.Stride0);
        }

        int laneCount = lanes.Count1 * lanes.Count0;
        bool runs = lanes.Stride0 == 1 && (lanes.Count0 >= 4 || inner.Stride0 != 1);
        for (int first = 0; first < laneCount; first += width)
        {
            int used = Math.Min(width, laneCount - first);
            float* target = to + (first / width * panelStride);
            for (int k2 = 0; k2 < inner.Count2; k2++)
            {
                for (int k1 = 0; k1 < inner.Count1; k1++)
                {
                    float* source = from + (k2 * inner.Stride2) + (k1 * inner.Stride1);
                    if (runs)
                    {
                        CopyRuns(source, target, width, first, used, lanes, inner.Count0, inner.Stride0);
                    }
                    else if (inner.Stride0 == 1)
                    {
                        Transpose(source, target, width, first, used, lanes, inner.Count0);
                    }
                    else
                    {
                        Copy(source, target, width, first, used, lanes, inner.Count0, inner.Stride0);
                    }

                    target += (long)inner.Count0 * width;
                }
            }
        }
    }

    /// <summary>Consecutive lanes lie together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRuns(float* from, float* to, int width, int first, int used, (int Count1, long Stride1, int Count0, long Stride0) lanes, int count, long stride)
    {
        int lane = 0;
        while (lane < used)
        {
            int l0 = (first + lane) % lanes.Count0;
            int run = Math.Min(lanes.Count0 - l0, used - lane);
            float* source = from + ((first + lane) / lanes.Count0 * lanes.Stride1) + l0;
            float* target = to + lane;
            for (int k = 0; k < count; k++)
            {
                new ReadOnlySpan<float>(source, run).CopyTo(new Span<float>(target, run));
                source += stride;
                target += width;
            }

            lane += run;
        }
    }

    /// <summary>Each lane lies together: transposes of 4 lanes × up to 16 elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* from, float* to, int width, int first, int used, (int Count1, long Stride1, int Count0, long Stride0) lanes, int count)
    {
        for (int k = 0; k < count; k += Block)
        {
            int block = Math.Min(Block, count - k);
            int lane = 0;
            for (; lane + 4 <= used; lane += 4)
            {
                float* row0 = from + Lane(first + lane, lanes) + k;
                float* row1 = from + Lane(first + lane + 1, lanes) + k;
                float* row2 = from + Lane(first + lane + 2, lanes) + k;
                float* row3 = from + Lane(first + lane + 3, lanes) + k;
                float* target = to + ((long)k * width) + lane;
                int done = 0;
                if (Avx.IsSupported)
                {
                    for (; done + 8 <= block; done += 8)
                    {
                        Simd256.StoreTransposed(
                            target + ((long)done * width),
                            width,
                            8,
                            Avx.LoadVector256(row0 + done),
                            Avx.LoadVector256(row1 + done),
                            Avx.LoadVector256(row2 + done),
                            Avx.LoadVector256(row3 + done));
                    }
                }

                for (; done + 4 <= block; done += 4)
                {
                    Simd128.StoreTransposed(
                        target + ((long)done * width),
                        width,
                        4,
                        *(Vector128<float>*)(row0 + done),
                        *(Vector128<float>*)(row1 + done),
                        *(Vector128<float>*)(row2 + done),
                        *(Vector128<float>*)(row3 + done));
                }

                for (; done < block; done++)
                {
                    *(Vector128<float>*)(target + ((long)done * width)) = Vector128.Create(row0[done], row1[done], row2[done], row3[done]);
                }
            }

            for (; lane < used; lane++)
            {
                float* row = from + Lane(first + lane, lanes) + k;
                float* target = to + ((long)k * width) + lane;
                for (int done = 0; done < block; done++)
                {
                    target[(long)done * width] = row[done];
                }
            }
        }
    }

    /// <summary>Nothing lies together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* from, float* to, int width, int first, int used, (int Count1, long Stride1, int Count0, long Stride0) lanes, int count, long stride)
    {
        for (int lane = 0; lane < used; lane++)
        {
            float* source = from + Lane(first + lane, lanes);
            float* target = to + lane;
            for (int k = 0; k < count; k++)
            {
                *target = *source;
                source += stride;
                target += width;
            }
        }
    }

    private static long Lane(int lane, (int Count1, long Stride1, int Count0, long Stride0) lanes) =>
        (lane / lanes.Count0 * lanes.Stride1) + (lane % lanes.Count0 * lanes.Stride0);
}
