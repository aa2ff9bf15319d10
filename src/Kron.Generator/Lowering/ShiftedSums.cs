using System;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Lowering;

/// <summary>Window sums along the lanes of one row: vectors of the row, each an element further, added up.</summary>
internal sealed class ShiftedSums(SlidingWindow window, TargetModel target, bool accumulate, KernelBuilder builder)
{
    /// <param name="y">The first output.</param>
    /// <param name="x">The first input.</param>
    public void Emit(Address y, Address x)
    {
        int inside = Math.Min(window.End, Math.Max(window.First, 0));
        Beginning(y, x, inside);

        // Vectors that stay inside are alike; beyond the row's end there are zeros.
        int start = inside;
        int alike = Math.Max(0, Math.Min(window.End - start, window.Inputs + 1 - window.Length - start)) / target.Lanes;
        if (alike > 0)
        {
            builder.Loop(
                alike,
                [(y.Pointer + "V", Output(y, start), target.Lanes), (x.Pointer + "V", x + start, target.Lanes)],
                at => Vector(at[0], at[1], start, target.Lanes));
        }

        for (start += alike * target.Lanes; start < Math.Min(window.End, window.Inputs); start += target.Lanes)
        {
            Vector(Output(y, start), x + start, start, Math.Min(target.Lanes, window.End - start));
        }

        Zeros(y, start, window.End);
    }

    /// <summary>Windows that begin in front of the row, one by one: each holds what the one before it does, and more.</summary>
    private void Beginning(Address y, Address x, int end)
    {
        int start = Math.Min(end, Math.Max(window.First, 1 - window.Length));
        Zeros(y, window.First, start);
        string? sum = null;
        int added = 0;
        for (; start < end; start++)
        {
            for (; added < Math.Min(window.Inputs, start + window.Length); added++)
            {
                string value = builder.Let("x", new Load(x + added, 1));
                sum = sum is null ? value : builder.Let("sum", new Binary(BinaryKind.Add, sum, value));
            }

            Store(Output(y, start), sum!, 1);
        }
    }

    private void Vector(Address y, Address x, int start, int lanes)
    {
        string[] terms = [.. Enumerable.Range(0, Math.Min(window.Length, window.Inputs - start))
            .Select(tap => builder.Let("x", new Load(x + tap, Math.Min(lanes, window.Inputs - start - tap))))];
        Store(y, terms.Aggregate((a, b) => builder.Let("sum", new Binary(BinaryKind.Add, a, b))), lanes);
    }

    private void Zeros(Address y, int from, int to)
    {
        if (from >= to || accumulate)
        {
            return;
        }

        string zero = builder.Let("zero", new Constant(0));
        int whole = (to - from) / target.Lanes, tail = (to - from) % target.Lanes;
        if (whole > 0)
        {
            builder.Loop(whole, [(y.Pointer + "Z", Output(y, from), target.Lanes)], at => builder.Add(new Store(at[0], zero, target.Lanes)));
        }

        if (tail > 0)
        {
            builder.Add(new Store(Output(y, from + (whole * target.Lanes)), zero, tail));
        }
    }

    private void Store(Address to, string value, int lanes)
    {
        string result = accumulate ? builder.Let("t", new Binary(BinaryKind.Add, builder.Let("held", new Load(to, lanes)), value)) : value;
        builder.Add(new Store(to, result, lanes));
    }

    private Address Output(Address y, int start) => y + (start - window.First);
}
