using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Passes;

/// <summary>
/// Loads of one or two floats whose lanes multiply-adds name become one load of a whole vector, or of two floats, where all of its floats are
/// loaded anyway and as far as registers go: two rows that lie beside each other do so again in the next step. In loops alone: what straight
/// lines load may be what they have just stored, and is then best loaded as it was stored.
/// </summary>
internal sealed class JoinedLoads
{
    private readonly TargetModel _target;
    private readonly HashSet<string> _whole;

    private JoinedLoads(Kernel kernel, TargetModel target)
    {
        _target = target;

        // What anything else reads is asked for more than some lanes of it.
        _whole = [.. kernel.Body.Deep().SelectMany(statement => statement.Operation() is MultiplyAddLane m ? [m.A, m.C] : statement.Reads())];
        _whole.UnionWith(kernel.Body.Deep().OfType<Set>().Select(set => set.Name));
    }

    public static Kernel Run(Kernel kernel, TargetModel target) =>
        target.MultiplyAddByLane ? kernel.WithBody(new JoinedLoads(kernel, target).Loops(kernel.Body)) : kernel;

    private IEnumerable<Statement> Loops(IEnumerable<Statement> block) =>
        block.Select(statement => statement is Loop loop ? loop with { Body = Body(loop).ToEquatableArray() } : statement);

    private List<Statement> Body(Loop loop)
    {
        List<Statement> body = [.. Loops(loop.Body)];
        for (int from = 0; from < body.Count; from++)
        {
            int to = from;
            while (to < body.Count && body[to] is Let or Set or Prefetch or Remark)
            {
                to++;
            }

            if (body.Skip(from).Take(to - from).Any(IsPart))
            {
                Join(body, from, to);
            }

            from = to;
        }

        return body;
    }

    private bool IsPart(Statement statement) => statement is Let { Operation: Load load } let && load.Lanes < _target.Lanes && !_whole.Contains(let.Name);

    /// <summary>Joins loads among statements that nothing is stored between.</summary>
    private void Join(List<Statement> body, int from, int to)
    {
        HashSet<string> outside = [.. body.Take(from).Concat(body.Skip(to)).Deep().SelectMany(statement => statement.Reads())];
        Dictionary<string, (int Last, int Lanes)> uses = [];
        for (int i = from; i < to; i++)
        {
            if (body[i].Operation() is MultiplyAddLane m)
            {
                uses[m.B] = (i, Math.Max(m.Lane + 1, uses.TryGetValue(m.B, out (int Last, int Lanes) before) ? before.Lanes : 0));
            }
        }

        List<int> live = LiveValues.Behind(body);
        Dictionary<string, (string Name, int Lane)> places = [];
        HashSet<int> gone = [];
        List<Part> parts = [];
        for (int i = from; i < to; i++)
        {
            // A lane that is not loaded is zero, and stays so.
            if (IsPart(body[i]) && body[i] is Let { Operation: Load load } let && !outside.Contains(let.Name)
                && uses.TryGetValue(let.Name, out (int Last, int Lanes) use) && use.Lanes <= load.Lanes)
            {
                parts.Add(new Part(i, let.Name, load, use.Last));
            }
        }

        foreach (IGrouping<string, Part> pointer in parts.GroupBy(part => part.Load.From.Pointer))
        {
            List<Part> sorted = [.. pointer.OrderBy(part => part.Load.From.Offset).ThenBy(part => part.Index)];
            for (int first = 0; first < sorted.Count;)
            {
                first += Widths().Select(width => Joined(sorted, first, width)).FirstOrDefault(count => count > 0) is var joined and > 0 ? joined : 1;
            }
        }

        for (int i = to - 1; i >= from; i--)
        {
            if (gone.Contains(i))
            {
                body.RemoveAt(i);
            }
            else if (body[i].Operation() is MultiplyAddLane m && places.TryGetValue(m.B, out (string Name, int Lane) place))
            {
                MultiplyAddLane product = m with { B = place.Name, Lane = place.Lane + m.Lane };
                body[i] = body[i] is Let let ? let with { Operation = product } : (Set)body[i] with { Operation = product };
            }
        }

        IEnumerable<int> Widths()
        {
            for (int width = _target.Lanes; width > 1; width /= 2)
            {
                yield return width;
            }
        }

        // How many parts one load from the first of them on takes the place of.
        int Joined(List<Part> sorted, int first, int width)
        {
            long start = sorted[first].Load.From.Offset, end = start;
            int count = 0;
            while (first + count < sorted.Count && sorted[first + count].Load is var load && load.From.Offset <= end && load.From.Offset + load.Lanes <= start + width)
            {
                end = Math.Max(end, load.From.Offset + load.Lanes);
                count++;
            }

            if (end < start + width || count == 1)
            {
                return 0;
            }

            List<Part> members = sorted.GetRange(first, count);
            int begin = members.Min(part => part.Index), last = members.Max(part => part.LastUse);
            var held = new int[last - begin];
            foreach (IGrouping<Load, Part> same in members.GroupBy(part => part.Load))
            {
                for (int i = same.Min(part => part.Index); i < same.Max(part => part.LastUse); i++)
                {
                    held[i - begin]++;
                }
            }

            if (members.All(part => part.Load == members[0].Load) || Enumerable.Range(begin, last - begin).Any(i => live[i] + 1 - held[i - begin] > _target.Registers))
            {
                return 0;
            }

            for (int i = begin; i < last; i++)
            {
                live[i] += 1 - held[i - begin];
            }

            Part earliest = members.First(part => part.Index == begin);
            body[begin] = new Let(earliest.Name, new Load(earliest.Load.From with { Offset = start }, width));
            foreach (Part part in members)
            {
                places[part.Name] = (earliest.Name, (int)(part.Load.From.Offset - start));
                if (part.Index != begin)
                {
                    gone.Add(part.Index);
                }
            }

            return count;
        }
    }

    private readonly record struct Part(int Index, string Name, Load Load, int LastUse);
}
