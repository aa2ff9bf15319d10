using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;

namespace Kron.Generator.Scheduling;

/// <summary>
/// Cycles that a schedule's traffic between cache levels takes. A level holds the innermost loops whose data fits in it;
/// every loop outside of these brings the data of each operand that it moves once more.
/// </summary>
/// <remarks>Made once for all schedules that walk the same loops with the same operand in vectors; not for several threads at once.</remarks>
internal sealed class MemoryModel
{
    // What the tile's own streams and the rest of the program leave of a cache.
    public const double Usable = 0.75;
    private const int Operands = 3;

    // Rows that the prefetchers follow without delay.
    private const int Streams = 4;

    private readonly Contraction _contraction;
    private readonly TargetModel _target;
    private readonly LoopDim[] _loops;
    private readonly Walk[][] _walks;
    private readonly bool[,] _moves;
    private readonly int _packed;
    private readonly int[] _extents;
    private readonly List<NestLoop> _nest = [];
    private readonly Footprint[] _data = new Footprint[Operands * 16];

    /// <param name="contraction">The contraction.</param>
    /// <param name="loops">Its loops, merged where they are.</param>
    /// <param name="packed">The operand that lies in panels, or −1.</param>
    /// <param name="target">The target.</param>
    public MemoryModel(Contraction contraction, IEnumerable<LoopDim> loops, int packed, TargetModel target)
    {
        (_contraction, _target, _packed) = (contraction, target, packed);
        _loops = [.. loops];
        _extents = new int[_loops.Length];
        _walks = [.. Enumerable.Range(0, Operands).Select(operand => _loops.SelectMany((loop, index) => Walks(loop, index, operand)).OrderBy(w => w.Stride).ToArray())];
        _moves = new bool[_loops.Length, Operands];
        for (int loop = 0; loop < _loops.Length; loop++)
        {
            for (int operand = 0; operand < Operands; operand++)
            {
                _moves[loop, operand] = _loops[loop].Uses(operand) || _loops[loop].Parts.Any(part => part.Strides[operand] != 0);
            }
        }
    }

    /// <summary>Cycles of bringing every line from the level that has it.</summary>
    public double Cycles(Schedule schedule)
    {
        BuildNest(schedule);
        double cycles = 0, beyond = 0;
        int lineFloats = 0;
        for (int k = _target.Caches.Count - 1; k >= 0; k--)
        {
            CacheLevel level = _target.Caches[k];
            if (level.LineFloats != lineFloats)
            {
                lineFloats = level.LineFloats;
                beyond = 0;
                Measure(schedule, Innermost(lineFloats));
            }

            // Lines that came from further away are paid for there.
            double lines = Traffic(schedule, level);
            cycles += Math.Max(0, lines - beyond) * level.CyclesPerLine;
            beyond = Math.Max(beyond, lines);
        }

        return cycles;
    }

    /// <summary>The nearest level with lines of this size, the only one whose sets the address alone picks.</summary>
    private CacheLevel Innermost(int lineFloats)
    {
        int level = 0;
        while (_target.Caches[level].LineFloats != lineFloats)
        {
            level++;
        }

        return _target.Caches[level];
    }

    /// <summary>Lines that the level is given, weighted by what they cost.</summary>
    private double Traffic(Schedule schedule, CacheLevel level)
    {
        // The outermost position whose data fits; the tile itself always runs.
        double capacity = level.Lines * Usable;
        int position = _nest.Count;
        while (position > 0 && Space(position - 1, level) <= capacity)
        {
            position--;
        }

        bool fits = Space(position, level) <= capacity;
        double total = 0;
        for (int operand = 0; operand < Operands; operand++)
        {
            if (_data[operand].Lines <= capacity / 2 && IsWarm(_contraction.Operands[operand].Tensor.Region, level))
            {
                continue;
            }

            double traffic = _data[(position * Operands) + operand].Lines;
            bool stays = fits;
            for (int p = position - 1; p >= 0; p--)
            {
                // What the next loop outwards does not move is still there.
                stays &= !(_nest[p].Count > 1 && _moves[_nest[p].Loop, operand]);
                traffic *= stays ? 1 : _nest[p].Count;
            }

            // A new run is a new stream for the prefetchers to find. Results of neighbouring tiles continue each other's.
            bool isOutput = operand == Contraction.Output;
            double run = _data[((isOutput ? Math.Max(0, _nest.Count - 1) : _nest.Count) * Operands) + operand].Run;
            total += traffic * (!isOutput ? 1 : _contraction.Accumulate ? 3 : 2) * (1 + (level.CyclesPerStream / (level.CyclesPerLine * run)))
                * (operand == schedule.BroadcastOperand && level.CyclesPerStream > 0 ? Crowding(schedule) : 1);
        }

        return total;
    }

    /// <summary>How much longer lines take that a tile's rows ask for in turn: the prefetchers follow a few streams well.</summary>
    private double Crowding(Schedule schedule)
    {
        Footprint tile = _data[(_nest.Count * Operands) + schedule.BroadcastOperand];
        double streams = Math.Min(schedule.TileRows, tile.Lines / tile.Run);
        return 1 + (Math.Max(0, streams - Streams) / (2.0 * Streams));
    }

    /// <summary>Whether an operand that fits is there from the previous contraction or call; the caller's data comes from the last level.</summary>
    private static bool IsWarm(Region region, CacheLevel level) => level.IsLast || region is Region.Scratch or Region.Parameters or Region.Packed or Region.Gradients;

    /// <summary>Lines that the operands keep from others: where those that are read again crowd into few sets, as many of each set.</summary>
    private double Space(int position, CacheLevel level)
    {
        double space = 0;
        for (int operand = 0; operand < Operands; operand++)
        {
            (double lines, _, double sets) = _data[(position * Operands) + operand];
            space += operand != Contraction.Output && lines > sets && sets < level.Sets ? Math.Ceiling(lines / sets) * level.Sets : lines;
        }

        return space;
    }

    /// <summary>The loops around the tile, outermost first.</summary>
    private void BuildNest(Schedule schedule)
    {
        _nest.Clear();
        foreach (LoopDim loop in schedule.Outer)
        {
            _nest.Add(new NestLoop(loop.Extent, IndexOf(loop), 1));
        }

        int vectors = schedule.VectorCount;
        var lanes = new NestLoop((vectors + schedule.Vectors - 1) / schedule.Vectors, IndexOf(schedule.Lanes), schedule.Vectors * schedule.Columns);
        if (!schedule.RowsOutside)
        {
            _nest.Add(lanes);
        }

        for (int level = schedule.Rows.Length - 1; level >= 0; level--)
        {
            RowBlock row = schedule.Rows[level];
            _nest.Add(new NestLoop((row.Loop.Extent + row.Block - 1) / row.Block, IndexOf(row.Loop), row.Block));
        }

        if (schedule.RowsOutside)
        {
            _nest.Add(lanes);
        }
    }

    private int IndexOf(LoopDim loop) => Array.FindIndex(_loops, l => ReferenceEquals(l, loop));

    /// <summary>The lines of each operand that the loops inside each position touch.</summary>
    private void Measure(Schedule schedule, CacheLevel level)
    {
        for (int loop = 0; loop < _loops.Length; loop++)
        {
            _extents[loop] = _loops[loop].Extent;
        }

        foreach (NestLoop loop in _nest)
        {
            _extents[loop.Loop] = Math.Min(loop.Step, _loops[loop.Loop].Extent);
        }

        int lanes = IndexOf(schedule.Lanes);
        for (int position = _nest.Count; position >= 0; position--)
        {
            if (position < _nest.Count)
            {
                _extents[_nest[position].Loop] = _loops[_nest[position].Loop].Extent;
            }

            for (int operand = 0; operand < Operands; operand++)
            {
                _data[(position * Operands) + operand] = operand == _packed ? Panels(lanes, operand, level, schedule.Reduced ? schedule.Repeat : 1) : Lines(operand, level);
            }
        }
    }

    private Footprint Panels(int lanes, int operand, CacheLevel level, int floatsPerLane)
    {
        double floats = 1;
        for (int loop = 0; loop < _loops.Length; loop++)
        {
            floats *= loop == lanes ? ((_extents[loop] * floatsPerLane) + _target.Lanes - 1) / _target.Lanes * _target.Lanes : _moves[loop, operand] ? _extents[loop] : 1;
        }

        double lines = Math.Max(1, floats / level.LineFloats);
        return new Footprint(lines, lines, lines);
    }

    private Footprint Lines(int operand, CacheLevel level)
    {
        double span = 1, runs = 1, apart = 1;
        foreach (Walk walk in _walks[operand])
        {
            int count = Math.Min((_extents[walk.Loop] + walk.Inner - 1) / walk.Inner, walk.Extent);
            if (count > 1 && walk.Stride < span + level.LineFloats)
            {
                span += walk.Stride * (double)(count - 1);
            }
            else
            {
                runs *= count;
                apart *= level.Apart(walk.Stride, count);
            }
        }

        double run = Math.Ceiling(span / level.LineFloats);
        return new Footprint(runs * run, run, run * apart);
    }

    /// <summary>The dimensions of a loop as an operand lies: a part of a merged loop runs the inner ones first.</summary>
    private static IEnumerable<Walk> Walks(LoopDim loop, int index, int operand)
    {
        int inner = 1;
        foreach (LoopPart part in loop.Parts.Reverse())
        {
            if (part.Strides[operand] != 0)
            {
                yield return new Walk(index, inner, part.Extent, Math.Abs(part.Strides[operand]));
            }

            inner *= part.Extent;
        }
    }

    /// <summary>Lines of one operand, how many of them lie together, and how many sets they lie in if there are so many.</summary>
    private readonly record struct Footprint(double Lines, double Run, double Sets);

    private readonly record struct Walk(int Loop, int Inner, int Extent, long Stride);

    private readonly record struct NestLoop(int Count, int Loop, int Step);
}
