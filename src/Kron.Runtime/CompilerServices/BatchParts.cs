using System;

namespace Kron.CompilerServices;

/// <summary>Divides a batch into parts such that each sample runs in the kernel in which the whole batch would run it.</summary>
/// <remarks>The whole blocks come first; a part begins where a block does, or anywhere among the single samples after them.</remarks>
/// <param name="batch">Samples, at least 1.</param>
/// <param name="block">Samples of a block.</param>
/// <param name="most">The most parts, at least 1; there are never more than kernel calls.</param>
internal readonly struct BatchParts(int batch, int block, int most)
{
    /// <summary>The number of parts.</summary>
    public int Count { get; } = Math.Min(most, (batch / block) + (batch % block));

    /// <summary>The samples of a part; none where it would lie within another's block.</summary>
    public (int Start, int End) this[int part] => (Cut(part), Cut(part + 1));

    private int Cut(int part)
    {
        long cut = (long)batch * part / Count;
        long whole = batch - (batch % block);
        return (int)(cut >= whole ? cut : Math.Min(whole, (cut + (block / 2)) / block * block));
    }
}
