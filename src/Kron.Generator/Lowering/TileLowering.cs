using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>The operands of a contraction as its kernels see them, in the order of their pointers.</summary>
internal sealed record ContractionViews(OperandView Output, OperandView Vector, OperandView Broadcast, IReadOnlyList<OperandView> Extras)
{
    public IReadOnlyList<OperandView> All { get; } = [Output, Vector, Broadcast, .. Extras];
}

/// <summary>Which of a contraction's tiles: the block of each tiled row loop, the vectors, the lanes of the last one, and whether it adds to the output.</summary>
internal sealed record TileShape(IReadOnlyList<int> Blocks, int Vectors, int LastLanes, bool Add);

/// <summary>One register tile: rows × vectors of sums over the reduced loops, the epilogue, and the store.</summary>
internal sealed class TileLowering
{
    // Rows that one transposed store takes.
    private const int MaxTransposed = 4;
    private const int LineFloats = 16;

    private readonly Contraction _contraction;
    private readonly Schedule _schedule;
    private readonly TargetModel _target;
    private readonly ContractionViews _views;
    private readonly TileShape _shape;
    private readonly KernelBuilder _builder = new();
    private readonly List<Row> _rows;
    private readonly string[,,] _sums;
    private readonly int _fold;

    private TileLowering(Contraction contraction, Schedule schedule, TargetModel target, ContractionViews views, TileShape shape)
    {
        (_contraction, _schedule, _target, _views, _shape) = (contraction, schedule, target, views, shape);
        _fold = schedule.Folds ? 2 : 1;
        _rows = RowsOf(shape.Blocks);
        _sums = new string[_rows.Count, shape.Vectors, schedule.Chains];
        foreach (OperandView view in views.All)
        {
            _builder.Unique(view.Name);
        }
    }

    public static Kernel Build(Contraction contraction, Schedule schedule, TargetModel target, ContractionViews views, TileShape shape)
    {
        var tile = new TileLowering(contraction, schedule, target, views, shape);
        tile.FetchNextRows();
        tile.FetchOutput();
        tile.Zero();
        tile.Reduce(0, views.Vector.At(), views.Broadcast.At());
        tile.Finish();
        string name = $"{contraction.Name}_{Invariant.Text(tile._rows.Count)}x{Invariant.Text(shape.Vectors)}"
            + (shape.LastLanes < schedule.Columns ? "_Tail" + Invariant.Text(shape.LastLanes) : "")
            + (shape.Add && contraction.Epilogue is not null ? "_Add" : "");
        string products = schedule.InnerExtent == 1 ? "the product" : $"the sum of {Invariant.Text(schedule.InnerExtent)} products";
        string summary = $"{Invariant.Count(tile._rows.Count, "row")} × {Invariant.Count(shape.Vectors, "vector")} of {views.Output.Name}, each {products} of {views.Broadcast.Name} and {views.Vector.Name}.";
        return tile._builder.Build(name, summary, views.All.Select(v => v.Name));
    }

    /// <summary>The tile that costs the JIT most.</summary>
    public static Kernel Largest(Contraction contraction, Schedule schedule, TargetModel target, ContractionViews views)
    {
        int perVector = schedule.Columns;
        return Build(contraction, schedule, target, views, new TileShape(
            [.. schedule.Rows.Select(row => EqualBlocks.Of(row.Loop.Extent, row.Block)[0].Size)],
            EqualBlocks.Of(schedule.VectorCount, schedule.Vectors)[0].Size,
            schedule.Lanes.Extent % perVector is var tail and > 0 ? tail : perVector,
            Add: true));
    }

    /// <summary>Asks for the lines that the next tile along the outermost row loop broadcasts from.</summary>
    private void FetchNextRows()
    {
        if (!_schedule.NextRows)
        {
            return;
        }

        RowBlock row = _schedule.Rows[_schedule.Rows.Length - 1];
        long next = _shape.Blocks[_shape.Blocks.Count - 1] * _views.Broadcast.Stride(row.Loop);
        IEnumerable<long> offsets = _rows.Select(r => next + r.Offset(_views.Broadcast));
        foreach (LoopDim loop in _schedule.Inner)
        {
            long stride = _views.Broadcast.Stride(loop);
            int step = (int)Math.Max(1, LineFloats / Math.Max(1, stride));
            offsets = offsets.SelectMany(offset => Enumerable.Range(0, (loop.Extent + step - 1) / step).Select(i => offset + (i * step * stride)));
        }

        // Rows that lie together share lines.
        foreach (long line in offsets.Select(offset => offset / LineFloats).Distinct().OrderBy(line => line))
        {
            _builder.Add(new Prefetch(_views.Broadcast.At() + (line * LineFloats)));
        }
    }

    /// <summary>Asks for what the sums will be added to: by the time there are any it has come.</summary>
    private void FetchOutput()
    {
        for (int n = 0; _schedule.Held && n < _shape.Vectors; n++)
        {
            IEnumerable<Address> lines = _schedule.Store == StoreKind.Vector
                ? Enumerable.Range(0, _rows.Count).Select(r => OutputAt(r, n))
                : Enumerable.Range(0, LanesOf(n)).Select(lane => OutputAt(0, n) + (lane * _views.Output.LaneStride));
            foreach (Address line in lines)
            {
                _builder.Add(new Prefetch(line));
            }
        }
    }

    private void Zero()
    {
        for (int r = 0; r < _rows.Count; r++)
        {
            for (int n = 0; n < _shape.Vectors; n++)
            {
                for (int chain = 0; chain < _schedule.Chains; chain++)
                {
                    string name = $"c{Invariant.Text(r)}" + (_shape.Vectors == 1 ? "" : "_" + Invariant.Text(n)) + (chain == 0 ? "" : "_" + "abcdefg"[chain - 1]);
                    _sums[r, n, chain] = _builder.Let(name, new Constant(0));
                }
            }
        }
    }

    /// <summary>The whole sum of an element; its partial sums are added up pairwise.</summary>
    private string Sum(int r, int n)
    {
        for (int step = 1; step < _schedule.Chains; step *= 2)
        {
            for (int chain = 0; chain + step < _schedule.Chains; chain += 2 * step)
            {
                _builder.Add(new Set(_sums[r, n, chain], new Binary(BinaryKind.Add, _sums[r, n, chain], _sums[r, n, chain + step])));
            }
        }

        return _sums[r, n, 0];
    }

    /// <summary>The reduced loops from <paramref name="level"/> inwards; the innermost one is unrolled.</summary>
    private void Reduce(int level, Address vector, Address broadcast)
    {
        if (level == _schedule.Inner.Length)
        {
            Step(vector, broadcast, chain: 0, WholeStep);
            return;
        }

        LoopDim loop = _schedule.Inner[level];
        long vectorStride = _views.Vector.Stride(loop), broadcastStride = _views.Broadcast.Stride(loop);
        if (level < _schedule.Inner.Length - 1)
        {
            Loop(loop.Extent, 1, (v, b) => Reduce(level + 1, v, b));
            return;
        }

        int unroll = Math.Min(_schedule.Unroll, loop.Extent);
        int main = loop.Extent / unroll;
        Loop(main, unroll, (v, b) => Steps(v, b, 0, unroll));
        Steps(vector, broadcast, main * unroll, loop.Extent);
        if (_schedule.Remainder > 0)
        {
            Step(vector + (loop.Extent * vectorStride), broadcast + (loop.Extent * broadcastStride), loop.Extent % _schedule.Chains, _schedule.Remainder);
        }

        void Steps(Address v, Address b, int from, int to)
        {
            int u = from;
            for (; _schedule.Scalars == ScalarKind.StepVectors && u + _target.Lanes <= to; u += _target.Lanes)
            {
                StepsByLane(v + (u * vectorStride), b + (u * broadcastStride), vectorStride);
            }

            for (; u < to; u++)
            {
                Step(v + (u * vectorStride), b + (u * broadcastStride), u % _schedule.Chains, WholeStep);
            }
        }

        void Loop(long count, int steps, Action<Address, Address> body) => _builder.Loop(
            count,
            [(_views.Vector.Name + "K", vector, vectorStride * steps), (_views.Broadcast.Name + "K", broadcast, broadcastStride * steps)],
            at => body(at[0], at[1]));
    }

    /// <summary>Floats of the broadcast operand in one step.</summary>
    private int WholeStep => _schedule.IsDot ? _schedule.Steps : _schedule.Repeat;

    /// <summary>One step of the reduction: N vectors, R scalars, R·N multiply-adds.</summary>
    private void Step(Address vector, Address broadcast, int chain, int repeated)
    {
        string[] vectors = [.. Enumerable.Range(0, _shape.Vectors).Select(n => Vector(vector, n, repeated))];
        for (int n = 0; _schedule.Ahead > 0 && n < _shape.Vectors; n++)
        {
            _builder.Add(new Prefetch(vector + (n * _views.Vector.VectorStride) + (_schedule.Ahead * _target.Lanes)));
        }

        for (int r = 0; r < _rows.Count;)
        {
            Address at = broadcast + _rows[r].Offset(_views.Broadcast);
            int group = _schedule.Scalars == ScalarKind.RowVectors ? RowsTogether(r, _views.Broadcast, _target.Lanes) : 1;
            if (group == _target.Lanes && group > 1)
            {
                string rows = _builder.Let("s" + Invariant.Text(r), new Load(at, group));
                for (int lane = 0; lane < group; lane++)
                {
                    MultiplyAdd(r + lane, vectors, n => new MultiplyAddLane(vectors[n], rows, lane, _sums[r + lane, n, chain]));
                }

                r += group;
            }
            else
            {
                // With a single lane the two are the same, and only a load is recognised as what was stored.
                string scalar = _builder.Let("s" + Invariant.Text(r), _target.Lanes == 1 || _schedule.IsDot ? new Load(at, repeated) : new Broadcast(at, _schedule.Repeat, repeated));
                MultiplyAdd(r, vectors, n => new MultiplyAdd(vectors[n], scalar, _sums[r, n, chain]));
                r++;
            }
        }

        void MultiplyAdd(int r, string[] columns, Func<int, Operation> operation)
        {
            for (int n = 0; n < columns.Length; n++)
            {
                _builder.Add(new Set(_sums[r, n, chain], operation(n)));
            }
        }
    }

    /// <summary>As many steps as there are lanes: a vector of them for each row, and one column vector live at a time.</summary>
    private void StepsByLane(Address vector, Address broadcast, long vectorStride)
    {
        string[] scalars = [.. _rows.Select((row, r) => _builder.Let("s" + Invariant.Text(r), new Load(broadcast + row.Offset(_views.Broadcast), _target.Lanes)))];
        for (int lane = 0; lane < _target.Lanes; lane++)
        {
            for (int n = 0; n < _shape.Vectors; n++)
            {
                string column = Vector(vector + (lane * vectorStride), n, 1);
                for (int r = 0; r < _rows.Count; r++)
                {
                    string sum = _sums[r, n, lane % _schedule.Chains];
                    _builder.Add(new Set(sum, new MultiplyAddLane(column, scalars[r], lane, sum)));
                }
            }
        }
    }

    private string Vector(Address at, int n, int steps) => _builder.Let(
        "v" + Invariant.Text(n),
        _views.Vector.Load(at + (n * _views.Vector.VectorStride), _schedule.IsDot ? steps : _schedule.Reduced ? _target.Lanes : LanesOf(n), _target.Lanes));

    /// <summary>How many rows from r on are contiguous in an operand, at most <paramref name="limit"/>.</summary>
    private int RowsTogether(int r, OperandView view, int limit)
    {
        int group = 1;
        while (group < limit && r + group < _rows.Count && _rows[r + group].Offset(view) == _rows[r].Offset(view) + group)
        {
            group++;
        }

        return group;
    }

    private void Finish()
    {
        var constants = new Dictionary<float, string>();
        var results = new string[_rows.Count, _shape.Vectors];
        for (int r = 0; r < _rows.Count; r++)
        {
            for (int n = 0; n < _shape.Vectors; n += _fold)
            {
                string sum = Sum(r, n);
                if (_schedule.IsDot)
                {
                    sum = _builder.Let("d", new Unary(UnaryKind.ReduceAdd, sum));
                }

                if (_schedule.Folds)
                {
                    sum = _builder.Let("p", new Binary(BinaryKind.AddPairs, sum, n + 1 < _shape.Vectors ? Sum(r, n + 1) : sum));
                }

                results[r, n] = _contraction.Epilogue is { } epilogue ? Apply(epilogue, sum, r, n, constants) : sum;
            }
        }

        for (int n = 0; n < _shape.Vectors; n += _fold)
        {
            for (int r = 0; r < _rows.Count;)
            {
                r += StoreRows(results, r, n);
            }
        }
    }

    private string Apply(Epilogue epilogue, string sum, int r, int n, Dictionary<float, string> constants)
    {
        if (_contraction.Accumulate)
        {
            string held = _builder.Let("y", _views.Output.Load(OutputAt(r, n), StoredLanes(n), _target.Lanes));
            sum = _builder.Let("t", new Binary(BinaryKind.Add, sum, held));
        }

        return ExpressionLowering.Emit(Expansion.Of(epilogue.Value), _builder, Leaf, constants);

        string Leaf(Expression leaf)
        {
            Access access = ((Read)leaf).Access;
            if (access.Tensor.Name == epilogue.Sum)
            {
                return sum;
            }

            int index = epilogue.Extras.Select((extra, k) => (extra, k)).First(p => p.extra.Equals(access)).k;
            OperandView view = _views.Extras[index];
            return _builder.Let(view.Name, view.Load(view.At() + _rows[r].Offset(view) + (n * view.VectorStride), StoredLanes(n), _target.Lanes));
        }
    }

    /// <summary>Stores vector n of row r, or of a group of rows from r on, and returns how many rows that were.</summary>
    private int StoreRows(string[,] results, int r, int n)
    {
        int lanes = StoredLanes(n);
        Address at = OutputAt(r, n);
        long stride = _views.Output.LaneStride;
        switch (_schedule.Store)
        {
            case StoreKind.Vector:
                _builder.Add(new Store(at, Result(new Load(at, lanes)), lanes));
                return 1;
            case StoreKind.Strided:
                _builder.Add(new StoreStrided(at, Result(new LoadStrided(at, stride, lanes)), stride, lanes));
                return 1;
            case StoreKind.Sums:
                int together = SumRows(r, out long rowStride);
                _builder.Add(new StoreSums(at, Enumerable.Range(r, together).Select(q => results[q, n]).ToEquatableArray(), rowStride, stride, lanes, _schedule.Repeat, _shape.Add));
                return together;
            default:
                int group = RowsTogether(r, _views.Output, MaxTransposed);
                _builder.Add(new StoreTransposed(at, Enumerable.Range(r, group).Select(q => results[q, n]).ToEquatableArray(), stride, lanes, _shape.Add));
                return group;
        }

        string Result(Operation held) => _shape.Add
            ? _builder.Let("t", new Binary(BinaryKind.Add, results[r, n], _builder.Let("y", held)))
            : results[r, n];
    }

    /// <summary>How many rows from r on, one for each lane of a sum at most, are evenly spaced in the output.</summary>
    private int SumRows(int r, out long stride)
    {
        stride = r + 1 < _rows.Count ? _rows[r + 1].Offset(_views.Output) - _rows[r].Offset(_views.Output) : 1;
        int rows = 1;
        while (rows < _schedule.Repeat && r + rows < _rows.Count
            && _rows[r + rows].Offset(_views.Output) == _rows[r].Offset(_views.Output) + (rows * stride)
            && (stride == 1 || _views.Output.LaneStride == 1))
        {
            rows++;
        }

        return rows;
    }

    private Address OutputAt(int r, int n) => _views.Output.At() + _rows[r].Offset(_views.Output) + (n * _views.Output.VectorStride);

    /// <summary>Lanes of the vector that is stored for vector n, and for the next one where the two are folded.</summary>
    private int StoredLanes(int n) => LanesOf(n) + (_schedule.Folds && n + 1 < _shape.Vectors ? LanesOf(n + 1) : 0);

    private int LanesOf(int n) => n == _shape.Vectors - 1 ? _shape.LastLanes : _schedule.Columns;

    /// <summary>All rows of the tile; the schedule's first row loop runs fastest.</summary>
    private List<Row> RowsOf(IReadOnlyList<int> blocks)
    {
        List<Row> rows = [new Row([])];
        for (int level = blocks.Count - 1; level >= 0; level--)
        {
            LoopDim loop = _schedule.Rows[level].Loop;
            rows = [.. rows.SelectMany(row => Enumerable.Range(0, blocks[level]).Select(index => new Row([.. row.Steps, (loop, index)])))];
        }

        return rows;
    }

    private sealed record Row(IReadOnlyList<(LoopDim Loop, int Index)> Steps)
    {
        public long Offset(OperandView view) => Steps.Sum(step => step.Index * view.Stride(step.Loop));
    }
}
