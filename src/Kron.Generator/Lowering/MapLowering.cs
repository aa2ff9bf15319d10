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
    private readonly Map _map;
    private readonly Expression _value;
    private readonly TargetModel _target;
    private readonly IReadOnlyList<Access> _accesses;
    private readonly string[] _names;
    private readonly IReadOnlyList<LoopDim> _loops;
    private readonly LoopDim? _lanes;
    private readonly KernelBuilder _builder = new();
    private readonly Dictionary<float, string> _constants = [];
    private readonly Dictionary<string, string> _indices = [];

    private MapLowering(Map map, int samples, TargetModel target)
    {
        (_map, _target) = (map, target);
        _value = Expansion.Of(map.Value);
        _accesses = [map.Output, .. _value.Reads()];
        _names = [.. _accesses.Select(a => _builder.Unique(a.Tensor.Name))];
        _loops = LoopsOf(samples);
        _lanes = ChooseLanes();
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
        string value = _map.Value switch { Read => sources, Literal => "a constant", _ => "an elementwise function of " + sources };
        return $"{_names[0]} {(_map.Accumulate ? "+=" : "=")} {fold}{value}.";
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

    /// <summary>The parallel loop with the fewest vector operations: long, and contiguous in most operands.</summary>
    private LoopDim? ChooseLanes() => _loops
        .Where(l => l.Uses(0) && !IsCounted(l))
        .OrderBy(l =>
        {
            double vectors = (l.Extent + _target.Lanes - 1) / _target.Lanes;
            double perVector = l.Strides.Sum(stride => stride is 0 or 1 ? 1 : 1.0 + _target.Lanes);
            return vectors * perVector / l.Extent;
        })
        .FirstOrDefault();

    private bool IsCounted(LoopDim loop) => _value.Nodes().OfType<IndexOf>().Any(i => i.Dim == loop.Name);

    private void Emit()
    {
        // Literals are named once, before the loops.
        foreach (Literal literal in _value.Nodes().OfType<Literal>())
        {
            ExpressionLowering.Constant(literal.Value, _builder, _constants);
        }

        if (_loops.Any(IsCounted))
        {
            ExpressionLowering.Constant(1, _builder, _constants);
        }

        Parallel([.. _loops.Where(l => l != _lanes && l.Uses(0))], 0, [.. _names.Select(n => new Address(n, 0))]);
    }

    private void Parallel(List<LoopDim> loops, int level, IReadOnlyList<Address> at)
    {
        if (level < loops.Count)
        {
            Loop(loops[level], at, inner => Parallel(loops, level + 1, inner));
            return;
        }

        if (_lanes is null)
        {
            Element(at, 1);
            return;
        }

        int width = _target.Lanes;
        int whole = _lanes.Extent / width, tail = _lanes.Extent % width;
        if (whole > 0)
        {
            _builder.Loop(whole, [.. at.Select((a, k) => (_names[k] + "V", a, _lanes.Strides[k] * width))], inner => Element(inner, width));
        }

        if (tail > 0)
        {
            Element([.. at.Select((a, k) => a + (_lanes.Strides[k] * width * whole))], tail);
        }
    }

    private void Element(IReadOnlyList<Address> at, int lanes)
    {
        List<LoopDim> folded = [.. _loops.Where(l => !l.Uses(0))];
        string result;
        if (_map.Fold == Fold.Store)
        {
            result = Value(at, lanes);
        }
        else
        {
            float start = _map.Fold switch { Fold.Max => float.NegativeInfinity, Fold.Min => float.PositiveInfinity, _ => 0 };
            result = _builder.Let("fold", new Constant(start));
            Folded(folded, 0, at, lanes, result);
        }

        if (_map.Accumulate)
        {
            result = _builder.Let("t", new Binary(BinaryKind.Add, _builder.Let("held", Load(0, at[0], lanes)), result));
        }

        long stride = _lanes?.Strides[0] ?? 1;
        _builder.Add(stride == 1 ? new Store(at[0], result, lanes) : new StoreStrided(at[0], result, stride, lanes));
    }

    private void Folded(List<LoopDim> loops, int level, IReadOnlyList<Address> at, int lanes, string fold)
    {
        if (level < loops.Count)
        {
            Loop(loops[level], at, inner => Folded(loops, level + 1, inner, lanes, fold));
            return;
        }

        BinaryKind kind = _map.Fold switch { Fold.Max => BinaryKind.Max, Fold.Min => BinaryKind.Min, _ => BinaryKind.Add };
        _builder.Add(new Set(fold, new Binary(kind, fold, Value(at, lanes))));
    }

    private string Value(IReadOnlyList<Address> at, int lanes)
    {
        return ExpressionLowering.Emit(_value, _builder, Leaf, _constants);

        string Leaf(Expression leaf)
        {
            if (leaf is IndexOf index)
            {
                return _indices[index.Dim];
            }

            int operand = 1 + _accesses.Skip(1).Select((a, k) => (a, k)).First(p => p.a.Equals(((Read)leaf).Access)).k;
            return _builder.Let("x", Load(operand, at[operand], lanes));
        }
    }

    private Operation Load(int operand, Address at, int lanes) => (_lanes?.Strides[operand] ?? 1) switch
    {
        0 => new Broadcast(at),
        1 => new Load(at, lanes),
        long stride => new LoadStrided(at, stride, lanes),
    };

    private void Loop(LoopDim loop, IReadOnlyList<Address> at, Action<IReadOnlyList<Address>> body)
    {
        // A counted loop carries the value of its index.
        string? index = null;
        if (IsCounted(loop))
        {
            index = _builder.Let(loop.Name, new Constant(0));
            _indices[loop.Name] = index;
        }

        _builder.Loop(loop.Extent, [.. at.Select((a, k) => (_names[k] + "_" + loop.Name, a, loop.Strides[k]))], inner =>
        {
            body(inner);
            if (index is not null && loop.Extent > 1)
            {
                _builder.Add(new Set(index, new Binary(BinaryKind.Add, index, ExpressionLowering.Constant(1, _builder, _constants))));
            }
        });
    }
}
