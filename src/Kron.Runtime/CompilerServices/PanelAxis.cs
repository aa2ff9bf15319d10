namespace Kron.CompilerServices;

/// <summary>A loop of a copy into panels.</summary>
/// <param name="Count">Its extent.</param>
/// <param name="From">Floats that a step moves by in the source.</param>
/// <param name="To">What a step moves by in the panel: floats, or lanes.</param>
internal readonly record struct PanelAxis(int Count, long From, long To)
{
    /// <summary>No loop.</summary>
    public static PanelAxis One => new(1, 0, 0);

    /// <summary>Whether steps walk along consecutive floats of the source.</summary>
    public bool IsRun => From == 1 && Count > 1;

    /// <summary>Makes one loop of two where both sides walk them as one, innermost ones first.</summary>
    public static void Merge(ref PanelAxis outer, ref PanelAxis middle, ref PanelAxis inner)
    {
        Merge(ref middle, ref inner);
        Merge(ref outer, ref middle);
        Merge(ref middle, ref inner);
    }

    private static void Merge(ref PanelAxis outer, ref PanelAxis inner)
    {
        if (inner.Count == 1)
        {
            (outer, inner) = (One, outer);
        }
        else if (outer.Count == 1 || (outer.From == inner.From * inner.Count && outer.To == inner.To * inner.Count))
        {
            (outer, inner) = (One, inner with { Count = outer.Count * inner.Count });
        }
    }
}
