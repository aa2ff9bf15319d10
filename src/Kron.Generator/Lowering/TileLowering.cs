using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Ir.Passes;
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
        schedule = schedule.For(shape.Blocks.Aggregate(1, (rows, block) => rows * block), shape.Vectors, target);
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
        Kernel kernel = tile._builder.Build(name, summary, views.All.Select(v => v.Name));
        return NearCursors.Run(LoadPairs.Run(UnsharedLoads.Run(JoinedLoads.Run(kernel, target), target), target), target);
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

    /// <summary>The reduced loops from <paramref name="level"/> inwards; the innermost one is unrolled, and the one around it where nothing is left of that.</summary>
    private void Reduce(int level, Address vector, Address broadcast)
    {
        if (level == _schedule.Inner.Length)
        {
            Step(vector, broadcast, chain: 0, WholeStep);
            return;
        }

        LoopDim loop = _schedule.Inner[level];
        if (level == _schedule.Inner.Length - 2 && Math.Min(_schedule.Around, loop.Extent) is var around and > 1)
        {
            LoopDim innermost = _schedule.Inner[level + 1];
            Unrolled(loop, around, [.. Enumerable.Range(0, innermost.Extent).Select(u => Offset(innermost, u))], vector, broadcast);
            return;
        }

        if (level < _schedule.Inner.Length - 1)
        {
            Loop(loop, loop.Extent, 1, vector, broadcast, (v, b) => Reduce(level + 1, v, b));
            return;
        }

        Unrolled(loop, Math.Min(_schedule.Unroll, loop.Extent), [(0, 0)], vector, broadcast);
        if (_schedule.Remainder > 0)
        {
            (long v, long b) = Offset(loop, loop.Extent);
            Step(vector + v, broadcast + b, loop.Extent % _schedule.Chains, _schedule.Remainder);
        }
    }

    /// <summary>A loop, so many times in one body, each time the steps that lie so far from its pointers.</summary>
    private void Unrolled(LoopDim loop, int unroll, (long Vector, long Broadcast)[] steps, Address vector, Address broadcast)
    {
        int main = loop.Extent / unroll;
        Loop(loop, main, unroll, vector, broadcast, (v, b) => Body(v, b, 0, unroll));
        Body(vector, broadcast, main * unroll, loop.Extent);

        void Body(Address v, Address b, int from, int to) =>
            Steps([.. Enumerable.Range(from, to - from).Select(u => Offset(loop, u)).SelectMany(at => steps.Select(step => (v + at.Vector + step.Vector, b + at.Broadcast + step.Broadcast)))]);
    }

    private void Loop(LoopDim loop, long count, int steps, Address vector, Address broadcast, Action<Address, Address> body)
    {
        (long v, long b) = Offset(loop, steps);
        _builder.Loop(count, [(_views.Vector.Name + "K", vector, v), (_views.Broadcast.Name + "K", broadcast, b)], at => body(at[0], at[1]));
    }

    private (long Vector, long Broadcast) Offset(LoopDim loop, int steps) => (steps * _views.Vector.Stride(loop), steps * _views.Broadcast.Stride(loop));

    private void Steps((Address Vector, Address Broadcast)[] steps)
    {
        int lanes = _target.Lanes;
        for (int u = 0; u < steps.Length;)
        {
            if (_schedule.Scalars == ScalarKind.StepVectors && u + lanes <= steps.Length && Enumerable.Range(1, lanes - 1).All(k => steps[u + k].Broadcast == steps[u].Broadcast + k))
            {
                StepsByLane([.. steps.Skip(u).Take(lanes).Select(step => step.Vector)], steps[u].Broadcast);
                u += lanes;
            }
            else if (_schedule.Scalars == ScalarKind.RowVectors && u + 1 < steps.Length && LoadsInPairs(steps[u].Vector, steps[u + 1].Vector))
            {
                TwoSteps(steps[u], steps[u + 1], u % _schedule.Chains, (u + 1) % _schedule.Chains);
                u += 2;
            }
            else
            {
                Step(steps[u].Vector, steps[u].Broadcast, u % _schedule.Chains, WholeStep);
                u++;
            }
        }
    }

    /// <summary>Whether the vectors of two steps lie beside each other and registers do for both and for two steps' scalars.</summary>
    private bool LoadsInPairs(Address first, Address second) =>
        _target.PairReach > 0 && _schedule.Repeat == 1 && second == first + _target.Lanes
        && (_rows.Count * _shape.Vectors * _schedule.Chains) + (2 * RowGroups().Count()) + 2 <= _target.Registers;

    /// <summary>The rows whose scalars are loaded at once: as many as there are lanes, two or one.</summary>
    private IEnumerable<(int First, int Count)> RowGroups()
    {
        for (int r = 0; r < _rows.Count;)
        {
            // Three are no single load.
            int count = RowsTogether(r, _views.Broadcast, _target.Lanes) is var together && together == _target.Lanes ? together : Math.Min(together, 2);
            yield return (r, count);
            r += count;
        }
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

        if (_target.MultiplyAddByLane && _schedule.Repeat == 1 && !_schedule.IsDot)
        {
            foreach ((int first, int count) in RowGroups())
            {
                string rows = Scalars(broadcast, first, count);
                for (int r = first; r < first + count; r++)
                {
                    for (int n = 0; n < vectors.Length; n++)
                    {
                        Add(r, n, chain, sum => new MultiplyAddLane(vectors[n], rows, r - first, sum));
                    }
                }
            }

            return;
        }

        for (int r = 0; r < _rows.Count; r++)
        {
            // With a single lane the two are the same, and only a load is recognised as what was stored.
            Address at = broadcast + _rows[r].Offset(_views.Broadcast);
            string scalar = _builder.Let("s" + Invariant.Text(r), _target.Lanes == 1 || _schedule.IsDot ? new Load(at, repeated) : new Broadcast(at, _schedule.Repeat, repeated));
            for (int n = 0; n < vectors.Length; n++)
            {
                Add(r, n, chain, sum => new MultiplyAdd(vectors[n], scalar, sum));
            }
        }
    }

    private void Add(int r, int n, int chain, Func<string, Operation> product) => _builder.Add(new Set(_sums[r, n, chain], product(_sums[r, n, chain])));

    private string Scalars(Address broadcast, int row, int lanes) =>
        _builder.Let("s" + Invariant.Text(row), new Load(broadcast + _rows[row].Offset(_views.Broadcast), lanes));

    /// <summary>Two steps with vectors of rows: both vectors of a column are loaded at once, one column after the other.</summary>
    private void TwoSteps((Address Vector, Address Broadcast) first, (Address Vector, Address Broadcast) second, int firstChain, int secondChain)
    {
        (int First, int Count)[] groups = [.. RowGroups()];
        string[][] scalars = [.. new[] { first, second }.Select(step => groups.Select(group => Scalars(step.Broadcast, group.First, group.Count)).ToArray())];
        for (int n = 0; n < _shape.Vectors; n++)
        {
            string[] columns = [Vector(first.Vector, n, 1), Vector(second.Vector, n, 1)];
            for (int step = 0; step < 2; step++)
            {
                for (int g = 0; g < groups.Length; g++)
                {
                    for (int lane = 0; lane < groups[g].Count; lane++)
                    {
                        Add(groups[g].First + lane, n, step == 0 ? firstChain : secondChain, sum => new MultiplyAddLane(columns[step], scalars[step][g], lane, sum));
                    }
                }
            }
        }
    }

    /// <summary>As many steps as there are lanes: a vector of them for each row, and few column vectors live at a time.</summary>
    private void StepsByLane(Address[] vectors, Address broadcast)
    {
        string[] scalars = [.. Enumerable.Range(0, _rows.Count).Select(r => Scalars(broadcast, r, _target.Lanes))];

        // Where registers are few, vectors of two steps that lie beside each other are loaded at once, one column after the other.
        int held = (_rows.Count * _shape.Vectors * _schedule.Chains) + _rows.Count;
        int together = _target.PairReach > 0 && held + 2 <= _target.Registers && held + _shape.Vectors + 1 > _target.Registers
            && Enumerable.Range(0, vectors.Length / 2).All(pair => vectors[(2 * pair) + 1] == vectors[2 * pair] + _target.Lanes) ? 2 : 1;
        for (int first = 0; first < _target.Lanes; first += together)
        {
            for (int n = 0; n < _shape.Vectors; n++)
            {
                string[] columns = [.. Enumerable.Range(first, together).Select(lane => Vector(vectors[lane], n, 1))];
                for (int lane = first; lane < first + together; lane++)
                {
                    for (int r = 0; r < _rows.Count; r++)
                    {
                        Add(r, n, lane % _schedule.Chains, sum => new MultiplyAddLane(columns[lane - first], scalars[r], lane, sum));
                    }
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
                int group = RowsTogether(r, _views.Output, StoreTransposed.MaxRows);
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
