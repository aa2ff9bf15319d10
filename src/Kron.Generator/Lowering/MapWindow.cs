using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Lowering;

/// <summary>
/// The small loops of a map over a window, written out: over the points that an element folds, and over neighbouring elements
/// that read the same.
/// </summary>
/// <param name="Loops">The loops.</param>
/// <param name="Elements">The neighbouring elements, in the order of the loops.</param>
internal sealed record MapWindow(IReadOnlyList<LoopDim> Loops, IReadOnlyList<MapWindow.Element> Elements)
{
    // Text and loads of a body; a larger window stays in loops.
    private const int MaxPoints = 16;

    /// <summary>The window of a map, or null where there is none or it is too large.</summary>
    /// <param name="value">The map's expression.</param>
    /// <param name="loops">Its loops, with the strides of output and reads.</param>
    public static MapWindow? Of(Expression value, IReadOnlyList<LoopDim> loops)
    {
        LoopDim[] taps = [.. loops.Where(l => !l.Uses(0))];
        LoopDim[] copies = [.. loops.Where(l => l.Uses(0) && l.Strides.Skip(1).All(stride => stride == 0))];
        LoopDim[] window = [.. copies, .. taps];
        if (window.Length < 2 || loops.Count == window.Length || window.Aggregate(1L, (points, l) => points * l.Extent) > MaxPoints)
        {
            return null;
        }

        return new MapWindow(window, [.. Points(copies).Select(copy => new Element(
            Offset(copy, 0),
            [.. Points(taps).Select(tap => new Point(At(value, [.. copy, .. tap]), [.. loops[0].Strides.Select((_, operand) => Offset(copy, operand) + Offset(tap, operand))]))]))]);
    }

    private static IEnumerable<(LoopDim Loop, int Index)[]> Points(IEnumerable<LoopDim> loops) => loops.Aggregate(
        (IEnumerable<(LoopDim, int)[]>)[[]],
        (points, loop) => points.SelectMany(point => Enumerable.Range(0, loop.Extent).Select(i => ((LoopDim, int)[])[.. point, (loop, i)])));

    private static long Offset((LoopDim Loop, int Index)[] point, int operand) => point.Sum(p => p.Loop.Strides[operand] * p.Index);

    private static Expression At(Expression value, (LoopDim Loop, int Index)[] point)
    {
        Dictionary<string, int> indices = point.ToDictionary(p => p.Loop.Name, p => p.Index);
        return ConstantFolding.Apply(value.Replace(leaf => leaf is IndexOf at && indices.TryGetValue(at.Dim, out int index) ? new Literal(index) : null));
    }

    /// <param name="Offset">Floats from the first element of the output.</param>
    /// <param name="Points">What it folds.</param>
    internal sealed record Element(long Offset, IReadOnlyList<Point> Points);

    /// <param name="Value">The expression there.</param>
    /// <param name="Offsets">Floats from the window's first point, by operand.</param>
    internal sealed record Point(Expression Value, IReadOnlyList<long> Offsets);
}
