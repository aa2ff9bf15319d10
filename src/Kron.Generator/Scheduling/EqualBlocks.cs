using System.Collections.Generic;

namespace Kron.Generator.Scheduling;

/// <summary>Equalised blocking: 32 by at most 6 is 6, 6, 5, 5, 5, 5, never a short tail.</summary>
internal static class EqualBlocks
{
    /// <summary>One or two runs of equal blocks, larger ones first.</summary>
    public static IReadOnlyList<(int Size, int Count)> Of(int extent, int limit) =>
        Runs(extent, limit) == 1 ? [Run(extent, limit, 0)] : [Run(extent, limit, 0), Run(extent, limit, 1)];

    public static int Runs(int extent, int limit) => Run(extent, limit, 1).Count == 0 ? 1 : 2;

    /// <summary>Run 0 or 1; the latter has no blocks where all are of one size.</summary>
    public static (int Size, int Count) Run(int extent, int limit, int run)
    {
        int blocks = (extent + limit - 1) / limit;
        int size = extent / blocks, larger = extent % blocks;
        return larger == 0
            ? run == 0 ? (size, blocks) : (size, 0)
            : run == 0 ? (size + 1, larger) : (size, blocks - larger);
    }
}
