using System;

namespace Kron.Runtime.Tests.Layers;

internal static class Allocation
{
    /// <summary>Bytes that a thousand calls allocate on this thread once the first ones have warmed up.</summary>
    public static long Of(Action action)
    {
        for (int i = 0; i < 100; i++)
        {
            action();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
