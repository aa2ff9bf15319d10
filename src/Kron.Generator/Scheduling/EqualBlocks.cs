using System.Collections.Generic;

namespace Kron.Generator.Scheduling;

/// <summary>Equalised blocking: 32 by at most 6 is 6, 6, 5, 5, 5, 5, never a short tail.</summary>
internal static class EqualBlocks
{
    /// <summary>One or two runs of equal blocks, larger ones first.</summary>
    public static IReadOnlyList<(int Size, int Count)> Of(int extent, int limit)
    {
        int blocks = (extent + limit - 1) / limit;
        int size = extent / blocks, larger = extent % blocks;
        return larger == 0 ? [(size, blocks)] : [(size + 1, larger), (size, blocks - larger)];
    }
}
