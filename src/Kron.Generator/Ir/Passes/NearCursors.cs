using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Ir.Passes;

/// <summary>
/// Gives loads that are too far from a loop's moving pointer one of their own, where it saves more than moving that one costs: an
/// address out of reach is an instruction for each load.
/// </summary>
internal sealed class NearCursors
{
    // What an offset that is no multiple of a vector reaches to either side.
    private const int UnalignedReach = 64;

    private readonly TargetModel _target;
    private readonly Lazy<NameSource> _names;

    private NearCursors(Kernel kernel, TargetModel target)
    {
        _target = target;
        _names = new Lazy<NameSource>(() => NameSource.Of(kernel));
    }

    public static Kernel Run(Kernel kernel, TargetModel target) =>
        target.OffsetReach == 0 ? kernel : kernel.WithBody(new NearCursors(kernel, target).Block(kernel.Body));

    private IEnumerable<Statement> Block(EquatableArray<Statement> block) =>
        [.. block.Select(statement => statement is Loop loop ? Split(loop with { Body = Block(loop.Body).ToEquatableArray() }) : statement)];

    private Loop Split(Loop loop)
    {
        List<Cursor> cursors = [.. loop.Cursors];
        Dictionary<(Address From, int Lanes), Address> places = [];
        foreach (Cursor cursor in loop.Cursors)
        {
            List<Place> far = [.. Places(loop, cursor.Name).Where(place => !IsNear(place, 0))];
            while (far.Count > 0 && cursors.Count < _target.MovedPointers)
            {
                long from = far[0].Offset;
                List<Place> near = [.. far.Where(place => IsNear(place, from))];
                if (near.Sum(Gain) > 1)
                {
                    var moved = new Cursor(_names.Value.Fresh(cursor.Name), cursor.Start + from, cursor.Stride);
                    cursors.Add(moved);
                    foreach (Place place in near)
                    {
                        foreach (long offset in place.IsPair ? new[] { place.Offset, place.Offset + place.Lanes } : [place.Offset])
                        {
                            places[(new Address(cursor.Name, offset), place.Lanes)] = new Address(moved.Name, offset - from);
                        }
                    }
                }

                far.RemoveAll(near.Contains);
            }
        }

        return places.Count == 0 ? loop : loop with
        {
            Cursors = cursors.ToEquatableArray(),
            Body = loop.Body.Select(statement => statement is Let { Operation: Load load } let && places.TryGetValue((load.From, load.Lanes), out Address place)
                ? let with { Operation = load with { From = place } }
                : statement).ToEquatableArray(),
        };
    }

    /// <summary>Where a loop's own statements load from; two neighbouring loads of vectors that lie beside each other are one.</summary>
    private IEnumerable<Place> Places(Loop loop, string cursor)
    {
        HashSet<(long, int)> seen = [];
        for (int i = 0; i < loop.Body.Count; i++)
        {
            if (loop.Body[i] is Let { Operation: Load load } && load.From.Pointer == cursor && seen.Add((load.From.Offset, load.Lanes)))
            {
                bool isPair = load.Lanes == _target.Lanes && i + 1 < loop.Body.Count
                    && loop.Body[i + 1] is Let { Operation: Load next } && next == load with { From = load.From + load.Lanes };
                yield return new Place(load.From.Offset, load.Lanes, isPair);
                i += isPair ? 1 : 0;
            }
        }
    }

    /// <summary>Whether a load needs no instruction for its address, so many floats from a pointer.</summary>
    private bool IsNear(Place place, long pointer)
    {
        long offset = place.Offset - pointer;
        return place.IsPair ? offset % place.Lanes == 0 && Math.Abs(offset) < _target.PairReach : IsInReach(offset, place.Lanes);
    }

    private bool IsInReach(long offset, int lanes) =>
        Math.Abs(offset) < UnalignedReach || (offset % lanes == 0 && offset >= 0 && offset < (long)_target.OffsetReach / _target.Lanes * lanes);

    /// <summary>Instructions that a pointer beside a load saves: for its address, and for the other one of a pair.</summary>
    private int Gain(Place place) => place.IsPair ? (IsInReach(place.Offset, place.Lanes) ? 1 : 3) : 1;

    private readonly record struct Place(long Offset, int Lanes, bool IsPair);
}
