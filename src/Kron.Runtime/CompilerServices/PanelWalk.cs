namespace Kron.CompilerServices;

/// <summary>The loops inside a panel, innermost last.</summary>
internal readonly struct PanelWalk
{
    /// <param name="inner">Extent and stride of the inner dimensions, outermost first.</param>
    /// <param name="steps">Steps of the panel for one of the last but one; more than the extent of the last where another copy fills the rest.</param>
    /// <param name="width">Floats of a step.</param>
    /// <param name="wantsUnitStride">Whether a dimension that lies together in the source shall be the innermost.</param>
    public PanelWalk((int Count2, long Stride2, int Count1, long Stride1, int Count0, long Stride0) inner, int steps, int width, bool wantsUnitStride)
    {
        var c = new PanelAxis(inner.Count0, inner.Stride0, width);
        var b = new PanelAxis(inner.Count1, inner.Stride1, (long)width * steps);
        var a = new PanelAxis(inner.Count2, inner.Stride2, b.To * b.Count);
        PanelAxis.Merge(ref a, ref b, ref c);
        IsUnitStride = wantsUnitStride && (c.IsRun || b.IsRun || a.IsRun);
        (b, c) = IsBetterInside(b, c) ? (c, b) : (b, c);
        (a, c) = IsBetterInside(a, c) ? (c, a) : (a, c);
        (Outer, Middle, Inner) = (a, b, c);
    }

    public PanelAxis Outer { get; }

    public PanelAxis Middle { get; }

    public PanelAxis Inner { get; }

    /// <summary>How often the innermost body runs.</summary>
    public long Steps => (long)Outer.Count * Middle.Count * Inner.Count;

    /// <summary>Whether the innermost loop walks along consecutive floats of the source.</summary>
    public bool IsUnitStride { get; }

    // Where none has unit stride, the longest: the shorter the innermost loop, the more a panel costs.
    private bool IsBetterInside(PanelAxis axis, PanelAxis innermost) =>
        IsUnitStride ? axis.IsRun && !innermost.IsRun : axis.Count > innermost.Count;
}
