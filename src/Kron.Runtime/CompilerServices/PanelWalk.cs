namespace Kron.CompilerServices;

/// <summary>The loops inside a panel, innermost last, each with its extent and its strides in floats in source and panel.</summary>
internal readonly struct PanelWalk
{
    /// <param name="inner">Extent and stride of the inner dimensions, outermost first.</param>
    /// <param name="width">Lanes of a panel.</param>
    /// <param name="wantsUnitStride">Whether a dimension that lies together in the source shall be the innermost.</param>
    public PanelWalk((int Count2, long Stride2, int Count1, long Stride1, int Count0, long Stride0) inner, int width, bool wantsUnitStride)
    {
        var c = new Axis(inner.Count0, inner.Stride0, width);
        var b = new Axis(inner.Count1, inner.Stride1, c.To * c.Count);
        var a = new Axis(inner.Count2, inner.Stride2, b.To * b.Count);
        Merge(ref b, ref c);
        Merge(ref a, ref b);
        Merge(ref b, ref c);
        IsUnitStride = wantsUnitStride && (c.IsRun || b.IsRun || a.IsRun);
        (b, c) = IsBetterInside(b, c) ? (c, b) : (b, c);
        (a, c) = IsBetterInside(a, c) ? (c, a) : (a, c);
        (Outer, Middle, Inner) = (a, b, c);
    }

    public Axis Outer { get; }

    public Axis Middle { get; }

    public Axis Inner { get; }

    /// <summary>How often the innermost body runs.</summary>
    public long Steps => (long)Outer.Count * Middle.Count * Inner.Count;

    /// <summary>Whether the innermost loop walks along consecutive floats of the source.</summary>
    public bool IsUnitStride { get; }

    // Where none has unit stride, the longest: the shorter the innermost loop, the more a panel costs.
    private bool IsBetterInside(Axis axis, Axis innermost) =>
        IsUnitStride ? axis.IsRun && !innermost.IsRun : axis.Count > innermost.Count;

    /// <summary>Makes one loop of two where both sides walk them as one.</summary>
    private static void Merge(ref Axis outer, ref Axis inner)
    {
        if (inner.Count == 1)
        {
            (outer, inner) = (Axis.One, outer);
        }
        else if (outer.Count == 1 || (outer.From == inner.From * inner.Count && outer.To == inner.To * inner.Count))
        {
            (outer, inner) = (Axis.One, inner with { Count = outer.Count * inner.Count });
        }
    }

    /// <summary>A loop.</summary>
    internal readonly record struct Axis(int Count, long From, long To)
    {
        public static Axis One => new(1, 0, 0);

        public bool IsRun => From == 1 && Count > 1;
    }
}
