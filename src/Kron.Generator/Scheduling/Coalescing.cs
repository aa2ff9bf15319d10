using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Support;

namespace Kron.Generator.Scheduling;

/// <summary>Merges loops that every operand walks as one: longer lanes, rows and reductions out of the same index map.</summary>
internal static class Coalescing
{
    /// <summary>Dimensions that a rearrangement can take into the lanes, and so the most that are merged for one.</summary>
    public const int MaxParts = 2;

    /// <param name="loops">The loops.</param>
    /// <param name="rearranged">An operand that will be rearranged and so puts no condition on strides, or −1.</param>
    public static IReadOnlyList<LoopDim> Apply(IReadOnlyList<LoopDim> loops, int rearranged)
    {
        var result = loops.ToList();
        while (true)
        {
            (LoopDim Outer, LoopDim Inner)? pair = result
                .SelectMany(outer => result.Select(inner => (outer, inner)))
                .Where(p => p.outer != p.inner && CanMerge(p.outer, p.inner, rearranged))
                .Select(p => ((LoopDim, LoopDim)?)p)
                .FirstOrDefault();
            if (pair is not { } found)
            {
                return result;
            }

            result[result.IndexOf(found.Outer)] = new LoopDim(
                found.Outer.Name + found.Inner.Name,
                checked(found.Outer.Extent * found.Inner.Extent),
                found.Inner.Strides,
                [.. found.Outer.Parts, .. found.Inner.Parts]);
            result.Remove(found.Inner);
        }
    }

    private static bool CanMerge(LoopDim outer, LoopDim inner, int rearranged)
    {
        if (outer.IsTerm || inner.IsTerm)
        {
            return false;
        }

        for (int operand = 0; operand < outer.Strides.Count; operand++)
        {
            bool follows = outer.Strides[operand] == inner.Strides[operand] * inner.Extent;
            bool free = operand == rearranged && outer.Uses(operand) == inner.Uses(operand);
            if (!follows && !free)
            {
                return false;
            }
        }

        // What is rearranged keeps its parts; a merged part walks as one when the strides follow there too.
        return rearranged < 0 || outer.Parts.Count + inner.Parts.Count <= MaxParts || !inner.Uses(rearranged);
    }
}
