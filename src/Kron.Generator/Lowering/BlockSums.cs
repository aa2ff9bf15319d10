using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>
/// Window sums of several vectors beside each other, in additions whose number does not depend on the window. The input is cut into blocks
/// of a window's length, so that each window is the end of one block and the beginning of the next: a running sum backwards through the
/// first and one forwards through the second. Nothing is subtracted, so nothing cancels.
/// </summary>
internal sealed class BlockSums
{
    /// <summary>Running sums that fit in the registers of every target, and 512 bytes at a time with the longest vectors.</summary>
    public const int MaxVectors = 8;

    private readonly SlidingWindow _window;
    private readonly IReadOnlyList<long> _steps;
    private readonly IReadOnlyList<long> _vectorSteps;
    private readonly int[] _lanes;
    private readonly bool _accumulate;
    private readonly KernelBuilder _builder = new();

    private BlockSums(SlidingWindow window, IReadOnlyList<long> steps, IReadOnlyList<long> vectorSteps, int[] lanes, bool accumulate) =>
        (_window, _steps, _vectorSteps, _lanes, _accumulate) = (window, steps, vectorSteps, lanes, accumulate);

    /// <param name="name">The node's name.</param>
    /// <param name="window">The windows.</param>
    /// <param name="names">The pointers: to the first output and to the first input.</param>
    /// <param name="steps">Floats from one output to the next and from one input to the next.</param>
    /// <param name="vectorSteps">Floats from one vector to the next, likewise.</param>
    /// <param name="lanes">Lanes of each vector; at most <see cref="MaxVectors"/>.</param>
    /// <param name="accumulate">Whether the sums are added to the output.</param>
    public static Kernel Build(string name, SlidingWindow window, IReadOnlyList<string> names, IReadOnlyList<long> steps, IReadOnlyList<long> vectorSteps, int[] lanes, bool accumulate)
    {
        var sums = new BlockSums(window, steps, vectorSteps, lanes, accumulate);
        Address y = new(sums._builder.Unique(names[0]), 0), x = new(sums._builder.Unique(names[1]), 0);
        sums.Emit(y, x);
        return sums._builder.Build(
            $"{name}_{Invariant.Text(lanes.Length)}",
            $"{Invariant.Count(window.Outputs, "sum")} of {Invariant.Count(window.Length, "neighbour")}, {Invariant.Count(lanes.Sum(), "float")} wide.",
            names);
    }

    private void Emit(Address y, Address x)
    {
        int length = _window.Length, inputs = _window.Inputs, end = _window.End;
        int start = _window.First;

        // Windows in front of the input, then those that begin in front of it: sums of its beginning alone.
        int inside = Math.Min(end, Math.Max(start, 0));
        int reaching = Math.Min(inside, Math.Max(start, 1 - length));
        Zeros(y, start, reaching);
        if (reaching < inside)
        {
            Forwards(y, x, reaching, inside, block: 0, add: _accumulate);
        }

        // Whole blocks that a whole block follows are all alike.
        int first = inside;
        int behind = Math.Max(first, Math.Min(end, inputs));
        int alike = Math.Max(0, Math.Min((behind - first) / length, (inputs - first + 1 - length) / length));
        if (alike > 0)
        {
            _builder.Loop(
                alike,
                [(y.Pointer + "B", y, length * _steps[0]), (x.Pointer + "B", x, length * _steps[1])],
                at => Block(at[0], at[1], first, first + length));
            first += alike * length;
        }

        for (; first < behind; first += length)
        {
            Block(y, x, first, Math.Min(behind, first + length));
        }

        Zeros(y, behind, end);
    }

    /// <summary>Windows that begin from <paramref name="from"/> to <paramref name="to"/> in the block that begins there.</summary>
    private void Block(Address y, Address x, int from, int to)
    {
        int next = Math.Min(_window.Inputs, from + _window.Length);
        Backwards(y, x, from, to, next);
        if (next < _window.Inputs && to - from > 1)
        {
            Forwards(y, x, from + 1, to, next, add: true);
        }
    }

    /// <summary>Sums from where each window begins up to the next block, the last window first.</summary>
    private void Backwards(Address y, Address x, int from, int to, int next)
    {
        string[] sums = Begin();
        Run(next - to, null, (x, next - 1), -1, sums, add: false);
        Run(to - from, (y, to - 1), (x, to - 1), -1, sums, add: _accumulate);
    }

    /// <summary>Sums from the beginning of a block up to where each window ends, the first window first.</summary>
    private void Forwards(Address y, Address x, int from, int to, int block, bool add)
    {
        string[] sums = Begin();
        int last = from + _window.Length - 1, before = Math.Min(_window.Inputs, last) - block, growing = Math.Max(0, Math.Min(to - from, _window.Inputs - last));
        Run(before, null, (x, block), 1, sums, add: false);
        Run(growing, (y, from), (x, last), 1, sums, add);
        Run(to - from - growing, (y, from + growing), null, 1, sums, add);
    }

    private string[] Begin() => [.. _lanes.Select(_ => _builder.Let("sum", new Constant(0)))];

    /// <summary>Steps along the axis. Each adds an input to the running sums, if there is one, and stores or adds them to an output, if there is one.</summary>
    private void Run(int count, (Address Base, int Start)? output, (Address Base, int Index)? input, int direction, string[] sums, bool add)
    {
        if (count <= 0)
        {
            return;
        }

        var pointers = new List<(string Hint, Address Start, long Stride)>();
        if (output is { } y)
        {
            pointers.Add((y.Base.Pointer + "J", y.Base + ((y.Start - _window.First) * _steps[0]), direction * _steps[0]));
        }

        if (input is { } x)
        {
            pointers.Add((x.Base.Pointer + "J", x.Base + (x.Index * _steps[1]), direction * _steps[1]));
        }

        _builder.Loop(count, pointers, at =>
        {
            for (int v = 0; v < _lanes.Length; v++)
            {
                if (input is not null)
                {
                    string value = _builder.Let("x", new Load(at[at.Count - 1] + (v * _vectorSteps[1]), _lanes[v]));
                    _builder.Add(new Set(sums[v], new Binary(BinaryKind.Add, sums[v], value)));
                }

                if (output is not null)
                {
                    Address to = at[0] + (v * _vectorSteps[0]);
                    string result = add ? _builder.Let("t", new Binary(BinaryKind.Add, _builder.Let("held", new Load(to, _lanes[v])), sums[v])) : sums[v];
                    _builder.Add(new Store(to, result, _lanes[v]));
                }
            }
        });
    }

    private void Zeros(Address y, int from, int to)
    {
        if (from < to && !_accumulate)
        {
            Run(to - from, (y, from), null, 1, Begin(), add: false);
        }
    }
}
