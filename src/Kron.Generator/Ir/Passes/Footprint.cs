using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Generator.Ir.Passes;

/// <summary>The floats that one access touches, relative to its pointer.</summary>
/// <param name="Pointer">The pointer's name.</param>
/// <param name="First">Offset of the first float of the first lane.</param>
/// <param name="Lanes">Lanes.</param>
/// <param name="Stride">Floats from lane to lane.</param>
/// <param name="Width">Consecutive floats per lane.</param>
/// <param name="Reads">Whether it reads them.</param>
/// <param name="Writes">Whether it writes them.</param>
internal readonly record struct Footprint(string Pointer, long First, int Lanes, long Stride, int Width, bool Reads, bool Writes)
{
    public static Footprint? Of(Statement statement) => statement switch
    {
        Store s => new(s.To.Pointer, s.To.Offset, s.Lanes, 1, 1, Reads: false, Writes: true),
        StoreStrided s => new(s.To.Pointer, s.To.Offset, s.Lanes, s.Stride, 1, Reads: false, Writes: true),
        StoreTransposed s => new(s.To.Pointer, s.To.Offset, s.Lanes, s.LaneStride, s.Rows.Count, Reads: s.Add, Writes: true),
        _ => statement.Operation() switch
        {
            Load load => new(load.From.Pointer, load.From.Offset, load.Lanes, 1, 1, Reads: true, Writes: false),
            LoadStrided load => new(load.From.Pointer, load.From.Offset, load.Lanes, load.Stride, 1, Reads: true, Writes: false),
            Broadcast broadcast => new(broadcast.From.Pointer, broadcast.From.Offset, broadcast.Lanes, 1, 1, Reads: true, Writes: false),
            _ => null,
        },
    };

    public IEnumerable<long> Floats()
    {
        for (int l = 0; l < Lanes; l++)
        {
            for (int q = 0; q < Width; q++)
            {
                yield return First + (l * Stride) + q;
            }
        }
    }

    /// <summary>Whether both touch a float, when their pointers are the same.</summary>
    public bool Overlaps(Footprint other)
    {
        (long first, long last) = Range();
        (long otherFirst, long otherLast) = other.Range();
        return first <= otherLast && otherFirst <= last && Floats().Intersect(other.Floats()).Any();
    }

    private (long First, long Last) Range()
    {
        long reach = (Lanes - 1) * Stride;
        return (First + Math.Min(0, reach), First + Math.Max(0, reach) + Width - 1);
    }
}
