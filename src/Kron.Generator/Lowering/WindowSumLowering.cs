using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>
/// Running box sums as kernels. Few terms are added up afresh for each sum. Many take a number of additions that does not grow with them:
/// along an axis that is not in the lanes, by sums over blocks; along one that is, by doubling.
/// </summary>
internal sealed class WindowSumLowering
{
    // Sums over blocks load an element three times and store it twice, however long the window is.
    private const int FewRows = 4;

    // Doubling walks the data once for each binary digit of the window.
    private const int FewColumns = 12;

    private readonly WindowSum _sum;
    private readonly TargetModel _target;
    private readonly int _samples;
    private readonly SlidingWindow _window;
    private readonly LoopDim _along;
    private readonly IReadOnlyList<LoopDim> _loops;
    private readonly Address[] _bases;
    private readonly List<string> _names;
    private readonly KernelBuilder _builder = new();

    private WindowSumLowering(WindowSum sum, int samples, TargetModel target)
    {
        (_sum, _samples, _target) = (sum, samples, target);
        AxisIndex axis = Check(sum, out int extent);
        LoopDim[] loops = [.. Loops(sum, samples)];
        _along = loops.Single(l => l.Name == sum.Along);
        _loops = Coalescing.Apply([.. loops.Where(l => l != _along && l.Extent > 1)], rearranged: -1);
        _window = new SlidingWindow(_along.Extent, sum.Window, axis.Offset, extent);
        _names = [_builder.Unique(sum.Output.Tensor.Name), _builder.Unique(sum.Input.Tensor.Name)];
        _bases = [Places.Of(sum.Output.Tensor, samples) + sum.Output.Origin, Places.Of(sum.Input.Tensor, samples) + (sum.Input.Origin - (axis.Offset * _along.Strides[1]))];
    }

    /// <param name="sum">The node.</param>
    /// <param name="samples">The sample block.</param>
    /// <param name="target">The target.</param>
    /// <param name="pool">Receives the kernels.</param>
    /// <param name="scratch">Memory that nothing else uses meanwhile.</param>
    public static LoweredSum Lower(WindowSum sum, int samples, TargetModel target, KernelPool pool, Address scratch)
    {
        var lowering = new WindowSumLowering(sum, samples, target);
        return (IsContiguous(lowering._along) && target.Lanes > 1, sum.Window) switch
        {
            (true, > FewColumns) => lowering.Doubling(pool, scratch),
            (true, _) => lowering.Shifted(pool),
            (false, > FewRows) => lowering.Blocks(pool),
            (false, _) => lowering.Rows(pool),
        };
    }

    /// <summary>The axis of the input that is summed along, and how many elements it has.</summary>
    private static AxisIndex Check(WindowSum sum, out int extent)
    {
        AxisIndex[] axes = [.. sum.Input.Axes.Where(axis => axis.Terms.Any(t => t.Dim == sum.Along))];
        if (axes.Length != 1 || axes[0].Terms.Count != 1 || axes[0].Terms[0].Coefficient != 1)
        {
            throw new NotSupportedException($"{sum.Name} steps along its input other than by ones along one axis of its own.");
        }

        if (!IsInside(sum.Output, null) || !IsInside(sum.Input, axes[0]))
        {
            throw new NotSupportedException($"{sum.Name} leaves a tensor along an axis that it does not sum along.");
        }

        if (sum.Dims.Any(d => !sum.Output.Uses(d.Name)) || (sum.Input.Tensor.PerSample && !sum.Output.Tensor.PerSample))
        {
            throw new NotSupportedException($"{sum.Name} sums over more than its windows.");
        }

        extent = sum.Input.Tensor.Extents[sum.Input.Axes.ToList().IndexOf(axes[0])];
        return axes[0];

        bool IsInside(Access access, AxisIndex? except) => access.Axes.Select((axis, k) => (axis, k)).All(p => p.axis == except || TapSkipping.IsInside(p.axis, access.Tensor.Extents[p.k], sum.Dims));
    }

    private static IEnumerable<LoopDim> Loops(WindowSum sum, int samples)
    {
        IEnumerable<Dim> dims = sum.Output.Tensor.PerSample ? [new Dim(Dim.Sample, samples), .. sum.Dims] : sum.Dims;
        return dims.Select(d => new LoopDim(d.Name, d.Extent, [sum.Output.Stride(d.Name), sum.Input.Stride(d.Name)], []));
    }

    /// <summary>The neighbours in whole rows of vectors: an elementwise map for each class of outputs.</summary>
    private LoweredSum Rows(KernelPool pool)
    {
        var calls = new List<Call>();
        foreach ((int output, int count, int firstTap, int taps) in _window.Classes().Where(c => c.Taps > 0 || !_sum.Accumulate))
        {
            Expression[] reads = [.. Enumerable.Range(firstTap, taps).Select(tap => new Read(Shifted(_sum.Input, output + tap)))];
            var map = new Map(
                _sum.Name,
                _sum.Dims.Select(d => d.Name == _sum.Along ? d with { Extent = count } : d).ToEquatableArray(),
                Shifted(_sum.Output, output),
                Fold.Store,
                reads.Length == 0 ? new Literal(0) : reads.Aggregate((a, b) => a + b),
                _sum.Accumulate);
            calls.AddRange(MapLowering.Lower(map, _samples, _target, pool, Summary(taps)));
        }

        return Lowered(calls, 0, "term by term");

        Access Shifted(Access access, int by) =>
            access.Substitute(new Dictionary<string, AxisIndex> { [_sum.Along] = AxisIndex.Of((_sum.Along, 1)) with { Offset = by } });
    }

    private LoweredSum Shifted(KernelPool pool)
    {
        Loop(_loops, 0, At(), at => new ShiftedSums(_window, _target, _sum.Accumulate, _builder).Emit(at[0], at[1]));
        return Lowered([Call(pool, _bases)], 0, "term by term along the lanes");
    }

    private LoweredSum Doubling(KernelPool pool, Address scratch)
    {
        _names.Add(_builder.Unique("powers"));
        var sums = new DoublingSums(_window, _target, _sum.Accumulate, _builder);
        Loop(_loops, 0, At(), at => sums.Emit(at[0], at[1], at[2]));
        return Lowered([Call(pool, [.. _bases, scratch])], sums.ScratchFloats, "by doubling along the lanes");
    }

    /// <summary>The longest loop that is contiguous lies in the lanes; where there is none, several elements of another one run side by side.</summary>
    private LoweredSum Blocks(KernelPool pool)
    {
        LoopDim lanes = _loops.OrderByDescending(IsContiguous).ThenByDescending(l => l.Extent).FirstOrDefault() ?? new LoopDim("", 1, [1, 1], []);
        int width = IsContiguous(lanes) ? _target.Lanes : 1;
        int vectors = (lanes.Extent + width - 1) / width, tail = lanes.Extent - ((vectors - 1) * width);
        Loop([.. _loops.Where(l => l != lanes)], 0, At(), Vectors);
        return Lowered([Call(pool, _bases)], 0, "in blocks");

        void Vectors(IReadOnlyList<Address> at)
        {
            long done = 0;
            IReadOnlyList<(int Size, int Count)> runs = EqualBlocks.Of(vectors, BlockSums.MaxVectors);
            for (int run = 0; run < runs.Count; run++)
            {
                (int size, int count) = runs[run];
                bool last = run == runs.Count - 1 && tail < width;
                Run(size, last ? count - 1 : count, width);
                if (last)
                {
                    Run(size, 1, tail);
                }
            }

            void Run(int size, int count, int lastLanes)
            {
                if (count > 0)
                {
                    int[] blocks = [.. Enumerable.Repeat(width, size - 1), lastLanes];
                    Kernel tile = BlockSums.Build(_sum.Name, _window, _names, _along.Strides, [.. lanes.Strides.Select(s => s * width)], blocks, _sum.Accumulate);
                    string name = pool.Add(tile, _samples);
                    _builder.Loop(
                        count,
                        [.. at.Select((a, k) => (_names[k] + "N", a + (done * lanes.Strides[k]), lanes.Strides[k] * width * size))],
                        inner => _builder.Add(new Call(name, inner.ToEquatableArray())));
                    done += (long)size * count * width;
                }
            }
        }
    }

    private static bool IsContiguous(LoopDim loop) => loop.Strides.All(stride => stride == 1);

    private Address[] At() => [.. _names.Select(n => new Address(n, 0))];

    private Call Call(KernelPool pool, IEnumerable<Address> arguments)
    {
        Kernel kernel = _builder.Build(_sum.Name, Summary(_window.Length), _names);
        return new Call(pool.Add(kernel, _samples), arguments.ToEquatableArray());
    }

    private LoweredSum Lowered(IReadOnlyList<Call> calls, long scratch, string how) =>
        new(calls, scratch, $"{_sum.Name}: sums of {Invariant.Count(_window.Length, "neighbour")} in {_names[1]}, {how}");

    private string Summary(int terms) => $"{_names[0]} {(_sum.Accumulate ? "+=" : "=")} sums of {Invariant.Count(terms, "neighbour")} in {_names[1]}.";

    /// <summary>Further pointers than those of output and input stay where they are.</summary>
    private void Loop(IReadOnlyList<LoopDim> loops, int level, IReadOnlyList<Address> at, Action<IReadOnlyList<Address>> body)
    {
        if (level == loops.Count)
        {
            body(at);
            return;
        }

        LoopDim loop = loops[level];
        _builder.Loop(
            loop.Extent,
            [.. at.Select((a, k) => (_names[k] + "_" + loop.Name, a, k < loop.Strides.Count ? loop.Strides[k] : 0))],
            inner => Loop(loops, level + 1, inner, body));
    }
}

/// <param name="Calls">The calls of the sum's kernels.</param>
/// <param name="ScratchFloats">What they need.</param>
/// <param name="Choice">How they go about it, for the reader.</param>
internal sealed record LoweredSum(IReadOnlyList<Call> Calls, long ScratchFloats, string Choice);
