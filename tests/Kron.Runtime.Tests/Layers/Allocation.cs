using System;

namespace Kron.Runtime.Tests.Layers;

internal static class Allocation
{
    // Tests run beside each other, and tables of the runtime's own may grow on whichever thread comes by (seen once: 6,856 bytes
    // in one attempt). What the calls themselves allocate is in every attempt.
    private const int Attempts = 3;

    /// <summary>Bytes that a thousand calls allocate on this thread once the first ones have warmed up; the least of a few attempts.</summary>
    public static long Of(Action action)
    {
        for (int i = 0; i < 100; i++)
        {
            action();
        }

        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                action();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
