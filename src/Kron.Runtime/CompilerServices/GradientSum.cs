using System;
using System.Numerics;

namespace Kron.CompilerServices;

/// <summary>Adds the gradients of the parts of a batch, in the order of the parts.</summary>
internal static class GradientSum
{
    /// <summary>Floats that one thread adds at a time: a whole number of cache lines, so that no two threads write the same one.</summary>
    public const int RangeFloats = 16384;

    /// <summary>Adds parts 1, 2, … of <paramref name="parts"/> to part 0 in the given range.</summary>
    public static void Add(ReadOnlySpan<TrainingMemory.Part> parts, int start, int length)
    {
        Span<float> sum = parts[0].Gradients.Span.Slice(start, length);
        foreach (TrainingMemory.Part part in parts[1..])
        {
            Add(part.Gradients.Span.Slice(start, length), sum);
        }
    }

    private static void Add(ReadOnlySpan<float> from, Span<float> to)
    {
        int i = 0;
        for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(to[i..]) + new Vector<float>(from[i..])).CopyTo(to[i..]);
        }

        for (; i < to.Length; i++)
        {
            to[i] += from[i];
        }
    }
}
