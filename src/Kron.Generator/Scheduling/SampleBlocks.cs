using System;

namespace Kron.Generator.Scheduling;

/// <summary>Samples per call of the block kernels: enough rows for full register tiles while intermediates stay in the second-level cache.</summary>
internal static class SampleBlocks
{
    public const int Most = 16;

    private const int CacheFloats = 1 << 18;

    // A sample that takes a good part of the second-level cache leaves no room for another one's.
    private const int LargeSample = 1 << 16;

    public static int For(int floatsPerSample)
    {
        int block = floatsPerSample > LargeSample ? 1 : Most;
        while (block > 1 && (long)block * floatsPerSample > CacheFloats)
        {
            block /= 2;
        }

        return Math.Max(1, block);
    }
}
