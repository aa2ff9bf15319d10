using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>An elementwise map as a kernel: loops around vectors along one dimension, folded loops inside.</summary>
internal sealed class MapLowering
{
    // Partial sums that hide the latency of an addition.
    private const int MaxSums = 4;

    private readonly Map _map;
    private readonly Expression _value;
    private readonly TargetModel _target;
    private readonly IReadOnlyList<Access> _accesses;
    private readonly string[] _names;
    private readonly IReadOnlyList<LoopDim> _loops;
    private readonly MapWindow? _window;
    private readonly MapLanes _lanes;
    private readonly KernelBuilder _builder = new();
    private readonly Dictionary<float, string> _constants = [];
    private readonly Dictionary<string, string> _indices = [];

    // Values that are the same for all lanes and all that is folded, loaded before those loops.
    private readonly Dictionary<int, string> _loaded = [];

    private MapLowering(Map map, int samples, TargetModel target)
    {
        (_map, _target) = (map, target);
        _value = AtBlock(Expansion.Of(map.Value), samples);
        _accesses = [map.Output, .. _value.Reads()];
        _names = [.. _accesses.Select(a => _builder.Unique(a.Tensor.Name))];
        _loops = LoopsOf(samples);
        _window = map.Output.Tensor.PerSample ? MapWindow.Of(_value, _loops) : null;
        _lanes = MapLanes.Choose([.. _loops.Where(l => !IsCounted(l) && _window?.Loops.Contains(l) != true)], _window, map.Fold, target);
    }

    /// <param name="map">The map.</param>
    /// <param name="samples">The sample block.</param>
    /// <param name="target">The target.</param>
    /// <param name="pool">Receives the kernels.</param>
    /// <param name="summary">What it computes, where the reader is not told best by its expression.</param>
    /// <returns>The calls of the map's kernels: several where its range is cut at a bound.</returns>
    public static IEnumerable<Call> Lower(Map map, int samples, TargetModel target, KernelPool pool, string? summary = null)
    {
        foreach (Map part in BoundsSplit.Apply(map))
        {
            var lowering = new MapLowering(part, samples, target);
            lowering.Emit();
            Kernel kernel = lowering._builder.Build(map.Name, summary ?? lowering.Summary(), lowering._names);
            yield return new Call(pool.Add(kernel, samples), lowering._accesses.Select(a => Places.Of(a.Tensor, samples) + a.Origin).ToEquatableArray());
        }
    }

    private string Summary()
    {
        string fold = _map.Fold switch { Fold.Add => "the sum of ", Fold.Max => "the maximum of ", Fold.Min => "the minimum of ", _ => "" };
        string sources = string.Join(", ", _names.Skip(1));
        string value = _map.Value is Read ? sources : _accesses.Count == 1 ? "a constant" : "an elementwise function of " + sources;
        return $"{_names[0]} {(_map.Accumulate ? "+=" : "=")} {fold}{value}.";
    }

    /// <summary>The number of samples is known, and dimensions of one element have no index.</summary>
    private Expression AtBlock(Expression value, int samples)
    {
        HashSet<string> singles = [.. _map.Dims.Where(d => d.Extent == 1).Select(d => d.Name)];
        return value.Nodes().Any(node => Known(node) is not null) ? ConstantFolding.Apply(value.Replace(Known)) : value;

        Literal? Known(Expression leaf) => leaf switch
        {
            SampleCount => new Literal(samples),
            IndexOf at when singles.Contains(at.Dim) => new Literal(0),
            _ => null,
        };
    }

    private List<LoopDim> LoopsOf(int samples)
    {
        bool sampled = _accesses.Any(a => a.Tensor.PerSample);
        HashSet<string> indexed = [.. _value.Nodes().OfType<IndexOf>().Select(i => i.Dim)];
        var loops = new List<LoopDim>();
        var counted = new List<LoopDim>();
        foreach (Dim dim in sampled ? [new Dim(Dim.Sample, samples), .. _map.Dims] : _map.Dims.AsEnumerable())
        {
            EquatableArray<long> strides = _accesses.Select(a => a.Stride(dim.Name)).ToEquatableArray();
            if (indexed.Contains(dim.Name))
            {
                counted.Add(new LoopDim(dim.Name, dim.Extent, strides, []));
            }
            else if (dim.Extent > 1)
            {
                loops.Add(new LoopDim(dim.Name, dim.Extent, strides, []));
            }
        }

        return [.. Coalescing.Apply(loops, rearranged: -1), .. counted];
    }

    private bool IsCounted(LoopDim loop) => _value.Nodes().OfType<IndexOf>().Any(i => i.Dim == loop.Name);

    private bool IsWrittenOut(LoopDim loop) => _window?.Loops.Contains(loop) == true;

    private void Emit()
    {
        // Literals are named once, before the loops.
        IEnumerable<Expression> values = _window?.Elements.SelectMany(e => e.Points).Select(p => p.Value) ?? [_value];
        foreach (Literal literal in values.SelectMany(v => v.Nodes()).OfType<Literal>())
        {
            ExpressionLowering.Constant(literal.Value, _builder, _constants);
        }

        if (_loops.Any(l => IsCounted(l) && !IsWrittenOut(l)))
        {
            ExpressionLowering.Constant(1, _builder, _constants);
        }

        Parallel([.. _loops.Where(l => l != _lanes.Loop && l.Uses(0) && !IsWrittenOut(l))], 0, [.. _names.Select(n => new Address(n, 0))]);
    }

    private void Parallel(List<LoopDim> loops, int level, IReadOnlyList<Address> at)
    {
        if (level < loops.Count)
        {
            Loop(loops[level], at, inner => Parallel(loops, level + 1, inner));
            return;
        }

        if (_lanes.Loop is not { } lanes)
        {
            Element(at, 1);
            return;
        }

        int width = _target.Lanes;
        int whole = lanes.Extent / width, tail = lanes.Extent % width;
        if (whole > 1 || _lanes.IsSum)
        {
            LoadCommon(at);
        }

        if (_lanes.IsSum)
        {
            Sum(lanes, at);
        }
        else
        {
            if (whole > 0)
            {
                _builder.Loop(whole, Moved(at, "V", lanes, width), inner => Element(inner, width));
            }

            if (tail > 0)
            {
                Element(Shifted(at, lanes, width * whole), tail);
            }
        }

        _loaded.Clear();
    }

    /// <summary>Loads what no lane and nothing that is folded moves.</summary>
    private void LoadCommon(IReadOnlyList<Address> at)
    {
        LoopDim[] inner = [.. _loops.Where(l => l == _lanes.Loop || !l.Uses(0) || IsWrittenOut(l))];
        for (int operand = 1; operand < at.Count; operand++)
        {
            if (inner.All(l => !l.Uses(operand)))
            {
                _loaded[operand] = _builder.Let("x", new Broadcast(at[operand]));
            }
        }
    }

    private void Element(IReadOnlyList<Address> at, int lanes)
    {
        if (_window is not null)
        {
            Window(_window, at, lanes);
            return;
        }

        List<LoopDim> folded = [.. _loops.Where(l => !l.Uses(0))];
        string result;
        if (_map.Fold == Fold.Store)
        {
            result = Value(_value, at, lanes);
        }
        else
        {
            float start = _map.Fold switch { Fold.Max => float.NegativeInfinity, Fold.Min => float.PositiveInfinity, _ => 0 };
            result = _builder.Let("fold", new Constant(start));
            Folded(folded, 0, at, inner => _builder.Add(new Set(result, new Binary(FoldKind, result, Value(_value, inner, lanes)))));
        }

        Store(result, at[0], lanes);
    }

    private BinaryKind FoldKind => _map.Fold switch { Fold.Max => BinaryKind.Max, Fold.Min => BinaryKind.Min, _ => BinaryKind.Add };

    private void Store(string result, Address to, int lanes)
    {
        long stride = _lanes.Loop is { } loop && !_lanes.IsSum ? loop.Strides[0] : 1;
        if (_map.Accumulate)
        {
            result = _builder.Let("t", new Binary(BinaryKind.Add, _builder.Let("held", Load(to, stride, lanes)), result));
        }

        _builder.Add(stride == 1 ? new Store(to, result, lanes) : new StoreStrided(to, result, stride, lanes));
    }

    private void Folded(List<LoopDim> loops, int level, IReadOnlyList<Address> at, Action<IReadOnlyList<Address>> body)
    {
        if (level < loops.Count)
        {
            Loop(loops[level], at, inner => Folded(loops, level + 1, inner, body));
            return;
        }

        body(at);
    }

    /// <summary>A window's elements, what they read loaded once; neighbours between the lanes are stored together.</summary>
    private void Window(MapWindow window, IReadOnlyList<Address> at, int lanes)
    {
        var loads = new Dictionary<(int, Address), string>();
        string[] results = [.. window.Elements.Select(element => element.Points.Aggregate(
            (string?)null,
            (fold, point) => Add(fold, point))!)];

        long stride = _lanes.Loop?.Strides[0] ?? 1;
        for (int i = 0; i < results.Length;)
        {
            int rows = 1;
            while (i + rows < results.Length && rows < Math.Min(StoreTransposed.MaxRows, stride) && window.Elements[i + rows].Offset == window.Elements[i].Offset + rows)
            {
                rows++;
            }

            Address to = at[0] + window.Elements[i].Offset;
            if (rows > 1)
            {
                _builder.Add(new StoreTransposed(to, results.Skip(i).Take(rows).ToEquatableArray(), stride, lanes, _map.Accumulate));
            }
            else
            {
                Store(results[i], to, lanes);
            }

            i += rows;
        }

        string Add(string? fold, MapWindow.Point point)
        {
            Address[] here = [.. at.Select((a, operand) => a + point.Offsets[operand])];
            return fold is null ? Value(point.Value, here, lanes, loads)
                : _map.Fold == Fold.Add ? Value(Sum(point.Value), here, lanes, loads, fold)
                : _builder.Let("fold", new Binary(FoldKind, fold, Value(point.Value, here, lanes, loads)));
        }
    }

    /// <summary>A sum along the lanes: a few partial ones in each lane, added up at the end, and that of the elements behind the last whole vector.</summary>
    private void Sum(LoopDim lanes, IReadOnlyList<Address> at)
    {
        int width = _target.Lanes, whole = lanes.Extent / width, tail = lanes.Extent % width, count = Math.Min(MaxSums, whole);
        Expression value = Sum(_value);
        string[] sums = [.. Enumerable.Range(0, count).Select(_ => _builder.Let("sum", new Constant(0)))];
        string? rest = tail > 0 ? _builder.Let("rest", new Constant(0)) : null;
        Folded([.. _loops.Where(l => l != lanes && !l.Uses(0))], 0, at, inner =>
        {
            _builder.Loop(whole / count, Moved(inner, "V", lanes, width * count), vectors =>
            {
                for (int v = 0; v < count; v++)
                {
                    Value(value, Shifted(vectors, lanes, width * v), width, sum: sums[v], into: sums[v]);
                }
            });
            for (int v = whole / count * count; v < whole; v++)
            {
                Value(value, Shifted(inner, lanes, width * v), width, sum: sums[v % count], into: sums[v % count]);
            }

            if (rest is not null)
            {
                _builder.Loop(tail, Moved(Shifted(inner, lanes, width * whole), "T", lanes, 1), one => Value(value, one, 1, sum: rest, into: rest));
            }
        });

        string total = sums.Aggregate((a, b) => _builder.Let("t", new Binary(BinaryKind.Add, a, b)));
        total = _builder.Let("t", new Unary(UnaryKind.ReduceAdd, total));
        Store(rest is null ? total : _builder.Let("t", new Binary(BinaryKind.Add, total, rest)), at[0], 1);
    }

    /// <summary>The expression added to a sum, a product by a multiply-add.</summary>
    private static Expression Sum(Expression value) => value is BinaryExpression { Kind: BinaryKind.Multiply } product
        ? new MultiplyAddExpression(product.A, product.B, new Accumulator())
        : new Accumulator() + value;

    private string Value(Expression value, IReadOnlyList<Address> at, int lanes, Dictionary<(int, Address), string>? loads = null, string? sum = null, string? into = null)
    {
        return ExpressionLowering.Emit(value, _builder, Leaf, _constants, into);

        string Leaf(Expression leaf)
        {
            switch (leaf)
            {
                case IndexOf index:
                    return _indices[index.Dim];
                case Accumulator:
                    return sum!;
            }

            int operand = 1 + _accesses.Skip(1).Select((a, k) => (a, k)).First(p => p.a.Equals(((Read)leaf).Access)).k;
            if (_loaded.TryGetValue(operand, out string? name) || loads?.TryGetValue((operand, at[operand]), out name) == true)
            {
                return name!;
            }

            // A single element of a sum is the same in all lanes.
            long stride = _lanes.IsSum && lanes == 1 ? 0 : _lanes.Loop?.Strides[operand] ?? 1;
            name = _builder.Let("x", Load(at[operand], stride, lanes));
            loads?.Add((operand, at[operand]), name);
            return name;
        }
    }

    private static Operation Load(Address at, long stride, int lanes) => stride switch
    {
        0 => new Broadcast(at),
        1 => new Load(at, lanes),
        _ => new LoadStrided(at, stride, lanes),
    };

    private IReadOnlyList<(string Hint, Address Start, long Stride)> Moved(IReadOnlyList<Address> at, string suffix, LoopDim loop, int step) =>
        [.. at.Select((a, operand) => (_names[operand] + suffix, a, loop.Strides[operand] * step))];

    private static IReadOnlyList<Address> Shifted(IReadOnlyList<Address> at, LoopDim loop, int index) => [.. at.Select((a, operand) => a + (loop.Strides[operand] * index))];

    private void Loop(LoopDim loop, IReadOnlyList<Address> at, Action<IReadOnlyList<Address>> body)
    {
        // A counted loop carries the value of its index.
        string? index = null;
        if (IsCounted(loop))
        {
            index = _builder.Let(loop.Name, new Constant(0));
            _indices[loop.Name] = index;
        }

        _builder.Loop(loop.Extent, Moved(at, "_" + loop.Name, loop, 1), inner =>
        {
            body(inner);
            if (index is not null && loop.Extent > 1)
            {
                _builder.Add(new Set(index, new Binary(BinaryKind.Add, index, ExpressionLowering.Constant(1, _builder, _constants))));
            }
        });
    }

    /// <summary>What the sum holds so far.</summary>
    private sealed record Accumulator : Expression
    {
        public override IReadOnlyList<Expression> Operands => [];

        public override Expression With(IReadOnlyList<Expression> operands) => this;
    }
}
