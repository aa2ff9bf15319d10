using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>An operand rearranged into panels, <c>[outer…][lanes / width][inner…][width]</c>: independent of the register tile, so that every kernel can share it.</summary>
/// <param name="Operand">The operand.</param>
/// <param name="Lanes">The loop in the lanes.</param>
/// <param name="Inner">The loops inside a panel, outermost first.</param>
/// <param name="Outer">The loops around panels, outermost first.</param>
/// <param name="Width">Floats per vector.</param>
/// <param name="Columns">Elements of the loop in the lanes that one vector holds.</param>
/// <param name="Group">Neighbouring steps of the innermost loop that lie beside each other in a vector; the loop counts such groups.</param>
/// <param name="Remainder">Steps beyond the last whole group.</param>
internal sealed record PanelLayout(int Operand, LoopDim Lanes, IReadOnlyList<LoopDim> Inner, IReadOnlyList<LoopDim> Outer, int Width, int Columns, int Group = 1, int Remainder = 0)
{
    /// <summary>Inner dimensions that a rearrangement takes; further ones become loops around it.</summary>
    private const int MaxInner = 3;

    public long PanelStride => Inner.Select((_, k) => (long)Groups(k)).Aggregate((long)Width, (product, count) => product * count);

    public long Floats => Outer.Aggregate((long)Panels * PanelStride, (product, loop) => product * loop.Extent);

    private int Panels => (Lanes.Extent + Columns - 1) / Columns;

    /// <param name="operand">The operand.</param>
    /// <param name="schedule">Says which loop lies in the lanes.</param>
    /// <param name="inner">Loops that come inside a panel, where the operand uses them.</param>
    /// <param name="width">Floats per vector.</param>
    public static PanelLayout Of(int operand, Schedule schedule, IEnumerable<LoopDim> inner, int width)
    {
        LoopDim[] inside = [.. inner.Where(l => l.Uses(operand))];
        LoopDim[] outside = [.. schedule.Loops.Where(l => l.Uses(operand) && !inside.Contains(l))];
        bool grouped = operand == schedule.VectorOperand && schedule.Reduced;
        return new PanelLayout(operand, schedule.Lanes, inside, outside, width, schedule.Columns, grouped ? schedule.Repeat : 1, grouped ? schedule.Remainder : 0);
    }

    public OperandView View(Contraction contraction, Address at)
    {
        var strides = new Dictionary<string, long>();
        long stride = Width;
        for (int k = Inner.Count - 1; k >= 0; k--)
        {
            strides[Inner[k].Name] = stride;
            stride *= Groups(k);
        }

        stride *= Panels;
        foreach (LoopDim loop in Outer.Reverse())
        {
            strides[loop.Name] = stride;
            stride *= loop.Extent;
        }

        return new OperandView(contraction.Operands[Operand].Tensor.Name, at, strides, LaneStride: 1, VectorStride: PanelStride, IsPadded: true);
    }

    /// <summary>Equal keys mean equal content.</summary>
    public string Key(Contraction contraction) => string.Join(
        "|",
        new[] { contraction.Operands[Operand].Tensor.Name, Invariant.Text(contraction.Operands[Operand].Base.Offset), Invariant.Text(Width), Invariant.Text(Columns), Describe(Lanes) }
            .Append(Invariant.Text(Group)).Append(Invariant.Text(Remainder)).Concat(Inner.Select(Describe)).Append("/").Concat(Outer.Select(Describe)));

    /// <summary>The statements that fill the panels.</summary>
    public void Emit(KernelBuilder builder, Contraction contraction, Address to)
    {
        OperandView view = View(contraction, to);
        List<Walk> around = [.. Outer.SelectMany(l => Split(l, view.Stride(l)))];
        List<Walk> inside = [.. Inner.SelectMany(l => Split(l, view.Stride(l)))];
        while (inside.Count > MaxInner)
        {
            around.Add(inside[0]);
            inside.RemoveAt(0);
        }

        Nest(0, contraction.Operands[Operand].Base, to);

        void Nest(int level, Address source, Address target)
        {
            if (level < around.Count)
            {
                builder.Loop(
                    around[level].Count,
                    [("from", source, around[level].From), ("to", target, around[level].To)],
                    at => Nest(level + 1, at[0], at[1]));
                return;
            }

            List<Extent> lanes = Parts(Lanes);
            if (Columns * Group == Width)
            {
                Fill(lanes, source, target);
                return;
            }

            // A vector holds some whole repetitions and leaves the last lanes idle: panel by panel.
            Extent across = lanes[0];
            int step = Columns / (Lanes.Extent / across.Count), whole = across.Count / step, rest = across.Count % step;
            builder.Loop(
                whole,
                [("from", source, step * across.Stride), ("to", target, PanelStride)],
                at => Fill([across with { Count = step }, .. lanes.Skip(1)], at[0], at[1]));
            if (rest > 0)
            {
                Fill([across with { Count = rest }, .. lanes.Skip(1)], source + (whole * step * across.Stride), target + (whole * PanelStride));
            }
        }

        void Fill(IEnumerable<Extent> lanes, Address source, Address target) =>
            builder.Add(new Rearrange(
                target,
                source,
                Width,
                PanelStride,
                lanes.ToEquatableArray(),
                inside.Select((walk, k) => Group > 1 && k == inside.Count - 1 ? new Extent((walk.Count * Group) + Remainder, walk.From / Group) : new Extent(walk.Count, walk.From))
                    .DefaultIfEmpty(new Extent(1, 0)).ToEquatableArray(),
                Group));
    }

    /// <summary>Steps of a panel along an inner loop.</summary>
    private int Groups(int inner) => Inner[inner].Extent + (inner == Inner.Count - 1 && Remainder > 0 ? 1 : 0);

    private string Describe(LoopDim loop) => string.Join(",", Parts(loop).Select(p => $"{Invariant.Text(p.Count)}@{Invariant.Text(p.Stride)}"));

    /// <summary>The dimensions of a loop as the operand lies, those that walk as one merged.</summary>
    private List<Extent> Parts(LoopDim loop)
    {
        var parts = new List<Extent>();
        foreach (LoopPart part in loop.Parts)
        {
            long stride = part.Strides[Operand];
            if (parts.Count > 0 && parts[parts.Count - 1].Stride == stride * part.Extent)
            {
                parts[parts.Count - 1] = new Extent(parts[parts.Count - 1].Count * part.Extent, stride);
            }
            else
            {
                parts.Add(new Extent(part.Extent, stride));
            }
        }

        return parts;
    }

    private IEnumerable<Walk> Split(LoopDim loop, long to)
    {
        int inner = loop.Extent;
        foreach (Extent part in Parts(loop))
        {
            inner /= part.Count;
            yield return new Walk(part.Count, part.Stride, to * inner);
        }
    }

    /// <summary>A loop of the rearrangement with its strides on both sides.</summary>
    private readonly record struct Walk(int Count, long From, long To);
}
