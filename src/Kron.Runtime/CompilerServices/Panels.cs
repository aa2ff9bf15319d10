using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Kron.CompilerServices;

/// <summary>Copies matrices and tensors into the order in which kernels read them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class Panels
{
    // Below this a copy takes less time than to wake a helper is worth.
    private const long LargeBytes = 1 << 20;

    // Nanoseconds for a float: four bytes at some 20 bytes per nanosecond.
    private const double FloatCost = 0.2;

    private static readonly object Target = new();

    // The pool that shares out large copies of this thread; null outside of packing weights, as a pass stays on the threads it
    // was given.
    [ThreadStatic]
    private static WorkerPool? s_workers;

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
        var copy = new PanelCopy(from, to, width, 1, panelStride, (1, 0, lanes.Count1, lanes.Stride1, lanes.Count0, lanes.Stride0), inner, inner.Count0);
        Run(&copy);
    }

    /// <summary>
    /// As <see cref="Rearrange"/>, but with groups of neighbours of the last inner dimension beside each other: a panel has
    /// width / group lanes, and with k the row-major index over the inner dimensions in groups,
    /// <c>to[(l / (width / group))·panelStride + k·width + (l % (width / group))·group + e]</c> is element e of the group, zero where there is none.
    /// </summary>
    /// <param name="from">The first element of the source.</param>
    /// <param name="to">The first panel.</param>
    /// <param name="width">Floats of a panel's step.</param>
    /// <param name="group">Neighbours that lie beside each other.</param>
    /// <param name="panelStride">Floats from one panel to the next.</param>
    /// <param name="lanes">Extent and stride in floats of the lane dimensions, outermost first; an unused one is (1, 0).</param>
    /// <param name="inner">The same of the inner dimensions.</param>
    /// <remarks>Nothing is checked. Source and destination must not overlap.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Group(
        float* from,
        float* to,
        int width,
        int group,
        long panelStride,
        (int Count1, long Stride1, int Count0, long Stride0) lanes,
        (int Count2, long Stride2, int Count1, long Stride1, int Count0, long Stride0) inner)
    {
        int whole = inner.Count0 / group;
        if (whole > 0)
        {
            // The elements of a group are one more dimension in the lanes.
            var copy = new PanelCopy(
                from,
                to,
                width,
                group,
                panelStride,
                (lanes.Count1, lanes.Stride1, lanes.Count0, lanes.Stride0, group, inner.Stride0),
                (inner.Count2, inner.Stride2, inner.Count1, inner.Stride1, whole, group * inner.Stride0),
                (inner.Count0 + group - 1) / group);
            Run(&copy);
        }

        if (whole * group < inner.Count0)
        {
            Remainder(from, to, width, group, panelStride, lanes, inner);
        }
    }

    /// <summary>Runs a kernel that packs weights; it may use all cores where the copies are large.</summary>
    internal static void Pack(delegate*<KernelFrame*, void> kernel, KernelFrame* frame, WorkerPool workers)
    {
        s_workers = workers;
        try
        {
            kernel(frame);
        }
        finally
        {
            s_workers = null;
        }
    }

    private static void Run(PanelCopy* copy)
    {
        if (sizeof(float) * copy->Floats < LargeBytes || s_workers is not { } workers)
        {
            copy->Run(0, copy->Parts);
            return;
        }

        var share = new WorkShare(copy, copy->Parts);
        workers.Run(&CopyParts, Target, &share, int.MaxValue, (long)(FloatCost * copy->Floats));
    }

    /// <summary>Fills the groups that are not whole.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Remainder(
        float* from,
        float* to,
        int width,
        int group,
        long panelStride,
        (int Count1, long Stride1, int Count0, long Stride0) lanes,
        (int Count2, long Stride2, int Count1, long Stride1, int Count0, long Stride0) inner)
    {
        int perPanel = width / group, whole = inner.Count0 / group;
        for (int l = 0; l < lanes.Count1 * lanes.Count0; l++)
        {
            float* column = from + (l / lanes.Count0 * lanes.Stride1) + (l % lanes.Count0 * lanes.Stride0) + (whole * group * inner.Stride0);
            float* target = to + (l / perPanel * panelStride) + (l % perPanel * group) + ((long)whole * width);
            for (int outer = 0; outer < inner.Count2 * inner.Count1; outer++)
            {
                float* source = column + (outer / inner.Count1 * inner.Stride2) + (outer % inner.Count1 * inner.Stride1);
                for (int e = 0; e < group; e++)
                {
                    target[e] = (whole * group) + e < inner.Count0 ? source[e * inner.Stride0] : 0;
                }

                target += (whole + 1L) * width;
            }
        }
    }

    private static void CopyParts(object target, WorkShare* share)
    {
        var copy = (PanelCopy*)share->State;
        while (share->TryNext(out int part))
        {
            copy->Run(part, part + 1);
        }
    }
}
