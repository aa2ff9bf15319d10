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
        var copy = new PanelCopy(from, to, width, panelStride, lanes, inner);
        if (sizeof(float) * copy.Floats < LargeBytes || s_workers is not { } workers)
        {
            copy.Run(0, copy.Parts);
            return;
        }

        var share = new WorkShare(&copy, copy.Parts);
        workers.Run(&CopyParts, Target, &share, int.MaxValue, (long)(FloatCost * copy.Floats));
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

    private static void CopyParts(object target, WorkShare* share)
    {
        var copy = (PanelCopy*)share->State;
        while (share->TryNext(out int part))
        {
            copy->Run(part, part + 1);
        }
    }
}
