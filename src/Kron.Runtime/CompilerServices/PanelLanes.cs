using System;

namespace Kron.CompilerServices;

/// <summary>The dimensions in the lanes of panels, those that lie as one merged.</summary>
internal readonly unsafe struct PanelLanes
{
    /// <param name="lanes">Extent and stride in floats of the dimensions, outermost first.</param>
    public PanelLanes((int Count2, long Stride2, int Count1, long Stride1, int Count0, long Stride0) lanes)
    {
        var c = new PanelAxis(lanes.Count0, lanes.Stride0, 1);
        var b = new PanelAxis(lanes.Count1, lanes.Stride1, c.Count);
        var a = new PanelAxis(lanes.Count2, lanes.Stride2, b.To * b.Count);
        PanelAxis.Merge(ref a, ref b, ref c);
        (Outer, Middle, Inner) = (a, b, c);
    }

    public PanelAxis Outer { get; }

    public PanelAxis Middle { get; }

    public PanelAxis Inner { get; }

    /// <summary>Lanes of all panels together.</summary>
    public int Count => Outer.Count * Middle.Count * Inner.Count;

    /// <summary>Where lanes lie in the source.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="count">How many.</param>
    /// <param name="offsets">Receives each one's offset in floats.</param>
    public void Locate(int first, int count, long* offsets)
    {
        int a = 0, b = 0, c = 0;
        if (first > 0)
        {
            (b, c) = Math.DivRem(first, Inner.Count);
            (a, b) = Math.DivRem(b, Middle.Count);
        }

        long at = (a * Outer.From) + (b * Middle.From) + (c * Inner.From);
        for (int i = 0; i < count; i++)
        {
            offsets[i] = at;
            at += Inner.From;
            if (++c == Inner.Count)
            {
                c = 0;
                at += Middle.From - (Inner.Count * Inner.From);
                if (++b == Middle.Count)
                {
                    b = 0;
                    at += Outer.From - (Middle.Count * Middle.From);
                }
            }
        }
    }
}
