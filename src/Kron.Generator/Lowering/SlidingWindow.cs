using System;
using System.Collections.Generic;

namespace Kron.Generator.Lowering;

/// <summary>The windows of a running sum along its axis: that of output j begins at input <c>First + j</c>; inputs outside are zero.</summary>
/// <param name="Outputs">Windows.</param>
/// <param name="Length">Inputs of a window.</param>
/// <param name="First">Where the first one begins: before the input, where it is negative.</param>
/// <param name="Inputs">Inputs that there are.</param>
internal sealed record SlidingWindow(int Outputs, int Length, int First, int Inputs)
{
    /// <summary>Where a window behind the last one would begin.</summary>
    public int End => First + Outputs;

    /// <summary>Neighbouring outputs whose windows lie in the input with the same of their elements.</summary>
    public IEnumerable<(int Output, int Count, int FirstTap, int Taps)> Classes()
    {
        int from = 0;
        for (int j = 1; j <= Outputs; j++)
        {
            if (j == Outputs || Inside(j) != Inside(from))
            {
                (int tap, int taps) = Inside(from);
                yield return (from, j - from, tap, taps);
                from = j;
            }
        }
    }

    /// <summary>The elements of a window that lie in the input.</summary>
    private (int FirstTap, int Taps) Inside(int output)
    {
        int start = First + output;
        int first = Math.Min(Length, Math.Max(0, -start)), end = Math.Max(first, Math.Min(Length, Inputs - start));
        return end == first ? (0, 0) : (first, end - first);
    }
}
