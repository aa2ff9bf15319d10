using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>The loops around a contraction's tiles, and the call that an entry makes.</summary>
internal sealed class ContractLowering
{
    private readonly Contraction _contraction;
    private readonly Schedule _schedule;
    private readonly TargetModel _target;
    private readonly ContractionViews _views;
    private readonly KernelPool _pool;
    private readonly int _samples;
    private readonly bool _small;
    private readonly KernelBuilder _builder = new();

    private ContractLowering(Contraction contraction, Schedule schedule, TargetModel target, ContractionViews views, KernelPool pool, int samples, bool small)
    {
        (_contraction, _schedule, _target, _views, _pool, _samples, _small) = (contraction, schedule, target, views, pool, samples, small);
        foreach (OperandView view in views.All)
        {
            _builder.Unique(view.Name);
        }
    }

    /// <param name="contraction">The contraction.</param>
    /// <param name="schedule">Its schedule.</param>
    /// <param name="target">The target.</param>
    /// <param name="views">Its operands.</param>
    /// <param name="pool">Receives the kernels.</param>
    /// <param name="samples">The sample block.</param>
    /// <param name="small">Whether short text counts more than the last cycles, in tiles that nothing else has.</param>
    public static Call Lower(Contraction contraction, Schedule schedule, TargetModel target, ContractionViews views, KernelPool pool, int samples, bool small = false)
    {
        var lowering = new ContractLowering(contraction, schedule, target, views, pool, samples, small);
        lowering.Terms([.. views.All.Select(v => v.At())]);
        Kernel kernel = lowering._builder.Build(
            $"{contraction.Name}_Batch{Invariant.Text(samples)}",
            $"{views.Output.Name} {(contraction.Accumulate ? "+=" : "=")} {views.Broadcast.Name} · {views.Vector.Name}, {Invariant.Text(contraction.MultiplyAdds)} multiply-adds.",
            views.All.Select(v => v.Name));
        return new Call(pool.Add(kernel, samples), views.All.Select(v => v.Base).ToEquatableArray());
    }

    /// <summary>Terms come outermost; the first one writes the output, the others add to it.</summary>
    private void Terms(IReadOnlyList<Address> at)
    {
        LoopDim? term = _schedule.Outer.FirstOrDefault(l => l.IsTerm);
        List<LoopDim> outer = [.. _schedule.Outer.Where(l => l != term)];
        if (outer.Any(l => l.IsTerm))
        {
            throw new NotSupportedException($"{_contraction.Name} has more than one loop over terms.");
        }

        bool add = _contraction.Epilogue?.Accumulate ?? _contraction.Accumulate;
        if (term is null)
        {
            Outer(outer, 0, at, add);
        }
        else if (add)
        {
            Loop(term, term.Extent, 1, at, inner => Outer(outer, 0, inner, add: true));
        }
        else
        {
            Outer(outer, 0, at, add: false);
            IReadOnlyList<Address> second = [.. at.Select((address, k) => address + _views.All[k].Stride(term))];
            Loop(term, term.Extent - 1, 1, second, inner => Outer(outer, 0, inner, add: true));
        }
    }

    private void Outer(List<LoopDim> outer, int level, IReadOnlyList<Address> at, bool add)
    {
        if (level < outer.Count)
        {
            Loop(outer[level], outer[level].Extent, 1, at, inner => Outer(outer, level + 1, inner, add));
            return;
        }

        var shape = new TileShape([], 0, 0, add);
        if (_schedule.RowsOutside)
        {
            Rows(_schedule.Rows.Length - 1, shape, at, (rows, inner) => Vectors(rows, inner, Tile));
        }
        else
        {
            Vectors(shape, at, (vectors, inner) => Rows(_schedule.Rows.Length - 1, vectors, inner, Tile));
        }
    }

    /// <summary>The loop over vectors; only the very last vector can be partial, and its block is a tile of its own.</summary>
    private void Vectors(TileShape shape, IReadOnlyList<Address> at, Action<TileShape, IReadOnlyList<Address>> body)
    {
        int perVector = _schedule.Columns;
        int vectors = _schedule.VectorCount;
        int tail = _schedule.Lanes.Extent - ((vectors - 1) * perVector);
        long done = 0;
        IReadOnlyList<(int Size, int Count)> runs = EqualBlocks.Of(vectors, _schedule.Vectors);
        for (int run = 0; run < runs.Count; run++)
        {
            (int size, int count) = runs[run];
            bool last = run == runs.Count - 1 && tail < perVector;
            Blocks(size, last ? count - 1 : count, perVector);
            if (last)
            {
                Blocks(size, 1, tail);
            }
        }

        void Blocks(int size, int count, int lastLanes)
        {
            if (count > 0)
            {
                _builder.Loop(
                    count,
                    [.. _views.All.Select((v, k) => (v.Name + "N", at[k] + (done * v.VectorStride), size * v.VectorStride))],
                    inner => body(shape with { Vectors = size, LastLanes = lastLanes }, inner));
                done += (long)size * count;
            }
        }
    }

    private void Rows(int level, TileShape shape, IReadOnlyList<Address> at, Action<TileShape, IReadOnlyList<Address>> body)
    {
        if (level < 0)
        {
            body(shape, at);
            return;
        }

        RowBlock row = _schedule.Rows[level];
        int done = 0;
        foreach ((int size, int count) in EqualBlocks.Of(row.Loop.Extent, row.Block))
        {
            Loop(
                row.Loop,
                count,
                size,
                [.. at.Select((address, k) => address + (done * _views.All[k].Stride(row.Loop)))],
                inner => Rows(level - 1, shape with { Blocks = [size, .. shape.Blocks] }, inner, body));
            done += size * count;
        }
    }

    private void Tile(TileShape shape, IReadOnlyList<Address> at)
    {
        Kernel tile = TileLowering.Build(_contraction, _schedule, _target, _views, shape);
        if (_small && !_pool.Contains(tile))
        {
            tile = TileLowering.Build(_contraction, _schedule.Rolled(_target), _target, _views, shape);
        }

        _builder.Add(new Call(_pool.Add(tile, _samples), at.ToEquatableArray()));
    }

    private void Loop(LoopDim loop, int count, int step, IReadOnlyList<Address> at, Action<IReadOnlyList<Address>> body) =>
        _builder.Loop(count, [.. _views.All.Select((v, k) => (v.Name + "_" + loop.Name, at[k], v.Stride(loop) * step))], body);
}
