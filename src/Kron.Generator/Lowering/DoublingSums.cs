using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;
using Kron.Generator.Support;

namespace Kron.Generator.Lowering;

/// <summary>
/// Window sums along the lanes of one row, for long windows. Sums of 1, 2, 4, … neighbours are made one from the other, vector by vector, and a
/// window is put together from those that its length has as binary digits.
/// </summary>
/// <remarks>
/// A window as long as the row or longer holds the row's beginning, all of it or its end: windows of the row's length do, and stand for it.
/// </remarks>
internal sealed class DoublingSums
{
    private readonly SlidingWindow _window;
    private readonly TargetModel _target;
    private readonly bool _accumulate;
    private readonly KernelBuilder _builder;
    private readonly SlidingWindow _short;
    private readonly bool _isDirect;
    private readonly bool _isInside;
    private readonly int _read;

    public DoublingSums(SlidingWindow window, TargetModel target, bool accumulate, KernelBuilder builder)
    {
        (_window, _target, _accumulate, _builder) = (window, target, accumulate, builder);
        int length = Math.Min(window.Length, window.Inputs);
        Piece[] pieces = [.. Pieces(length)];
        int first = pieces.Min(p => p.Start), end = pieces.Max(p => p.IsOne ? p.Start + 1 : p.Start + p.Count);
        _short = new SlidingWindow(end - first, length, first, window.Inputs);
        _isDirect = pieces.Length == 1 && !pieces[0].IsOne;
        _isInside = first >= 0 && end - 1 + length <= window.Inputs;
        _read = _short.Outputs + length - 1;
    }

    /// <summary>The sums of powers of two, and the windows where these are not the outputs.</summary>
    public long ScratchFloats => Windows + (_isDirect ? 0 : CacheLines.Align(_short.Outputs));

    private long Windows => CacheLines.Align(_read);

    /// <param name="y">The first output.</param>
    /// <param name="x">The first input.</param>
    /// <param name="scratch">As many floats as are needed.</param>
    public void Emit(Address y, Address x, Address scratch)
    {
        Address from = _isInside ? x + _short.First : scratch;
        if (!_isInside)
        {
            Extend(x, scratch);
        }

        Address to = _isDirect ? y : scratch + Windows;
        bool add = _isDirect && _accumulate;
        int done = 0;
        for (int power = 1; done < _short.Length; power *= 2)
        {
            if ((_short.Length & power) != 0)
            {
                Add(_short.Outputs, to, add ? [to, from + done] : [from + done]);
                add = true;
                done += power;
            }

            int left = _short.Length - done;
            if (left == 2 * power)
            {
                // The last sums are needed once.
                Add(_short.Outputs, to, [.. add ? [to] : Array.Empty<Address>(), from + done, from + (done + power)]);
                break;
            }

            if (left > 0)
            {
                Add(_short.Outputs + left - (2 * power), scratch + done, [from + done, from + (done + power)]);
                from = scratch;
            }
        }

        if (!_isDirect)
        {
            Spread(y, to);
        }
    }

    /// <summary>Copies the row with the zeros around it that windows reach.</summary>
    private void Extend(Address x, Address scratch)
    {
        int before = Math.Min(_read, Math.Max(0, -_short.First)), first = Math.Max(0, _short.First);
        int inside = Math.Max(0, Math.Min(_read - before, _window.Inputs - first));
        Fill(before, scratch, null);
        Add(inside, scratch + before, [x + first]);
        Fill(_read - before - inside, scratch + (before + inside), null);
    }

    private void Spread(Address y, Address windows)
    {
        foreach (Piece piece in Pieces(_short.Length))
        {
            Address from = windows + (piece.Start - _short.First), to = y + piece.Output;
            if (!piece.IsOne)
            {
                Add(piece.Count, to, _accumulate ? [to, from] : [from]);
            }
            else if (_accumulate)
            {
                string all = _builder.Let("all", new Broadcast(from));
                Vectors(piece.Count, [to], (at, lanes) => Store(at[0], _builder.Let("t", new Binary(BinaryKind.Add, _builder.Let("held", new Load(at[0], lanes)), all)), lanes));
            }
            else
            {
                Fill(piece.Count, to, from);
            }
        }
    }

    /// <summary>Outputs and the windows of the shorter length that they are.</summary>
    private IEnumerable<Piece> Pieces(int length)
    {
        int cut = _window.Length - length;
        if (cut == 0)
        {
            return [new Piece(0, _window.Outputs, _window.First, IsOne: false)];
        }

        // Windows end inside of the row, hold all of it, or begin inside of it.
        int ending = Math.Min(_window.End, Math.Max(_window.First, 1 - cut)), holding = Math.Min(_window.End, Math.Max(ending, 0));
        return new[]
        {
            new Piece(0, ending - _window.First, _window.First + cut, IsOne: false),
            new Piece(ending - _window.First, holding - ending, 0, IsOne: true),
            new Piece(holding - _window.First, _window.End - holding, holding, IsOne: false),
        }.Where(p => p.Count > 0);
    }

    /// <summary>Stores the sums of what lies at several places, vector by vector.</summary>
    private void Add(int count, Address to, Address[] from) => Vectors(count, [to, .. from], (at, lanes) =>
    {
        string sum = at.Skip(1).Select(a => _builder.Let("x", new Load(a, lanes))).ToArray().Aggregate((a, b) => _builder.Let("sum", new Binary(BinaryKind.Add, a, b)));
        Store(at[0], sum, lanes);
    });

    /// <summary>Stores one float, or zero, again and again.</summary>
    private void Fill(int count, Address to, Address? from)
    {
        if (count > 0)
        {
            string value = _builder.Let("all", from is { } one ? new Broadcast(one) : new Constant(0));
            Vectors(count, [to], (at, lanes) => Store(at[0], value, lanes));
        }
    }

    private void Store(Address to, string value, int lanes) => _builder.Add(new Store(to, value, lanes));

    private void Vectors(int count, Address[] at, Action<IReadOnlyList<Address>, int> body)
    {
        int width = _target.Lanes, whole = count / width, tail = count % width;
        if (whole > 0)
        {
            _builder.Loop(whole, [.. at.Select(a => (a.Pointer + "V", a, (long)width))], inner => body(inner, width));
        }

        if (tail > 0)
        {
            body([.. at.Select(a => a + (width * whole))], tail);
        }
    }

    /// <summary>Neighbouring outputs, and where the window of the first one begins.</summary>
    /// <param name="Output">The first output.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Start">Where the first window begins.</param>
    /// <param name="IsOne">Whether all have the same window.</param>
    private sealed record Piece(int Output, int Count, int Start, bool IsOne);
}
