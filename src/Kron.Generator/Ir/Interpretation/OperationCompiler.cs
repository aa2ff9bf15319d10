using System;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Ir.Interpretation;

/// <summary>Turns operations into closures that write a vector of the frame.</summary>
/// <param name="target">Gives the lanes and whether a multiply-add is fused.</param>
/// <param name="value">First float of a named value in the frame.</param>
/// <param name="locate">The checked place of so many lanes at a stride.</param>
/// <param name="fault">What to throw when a statement asks for what a target cannot do.</param>
internal sealed class OperationCompiler(
    TargetModel target,
    Func<string, Statement, int> value,
    Func<Address, Statement, int, int, long, Func<Frame, Pointer>> locate,
    Func<Statement, string, InterpreterException> fault)
{
    private readonly int _lanes = target.Lanes;

    private readonly Func<float, float, float, float> _multiplyAdd =
        target.FusedMultiplyAdd ? FloatArithmetic.FusedMultiplyAdd : FloatArithmetic.MultiplyThenAdd;

    public Action<Frame> Compile(Operation operation, int to, Statement statement) => operation switch
    {
        Load load => Gather(locate(load.From, statement, 1, load.Lanes, 1), to, load.Lanes, 1),
        LoadStrided load => Gather(locate(load.From, statement, 1, load.Lanes, load.Stride), to, load.Lanes, load.Stride),
        Broadcast { Width: 1 } broadcast => Fill(locate(broadcast.From, statement, 1, 1, 1), to),
        Broadcast broadcast => Repeat(locate(broadcast.From, statement, 1, broadcast.Lanes, 1), to, broadcast.Width, broadcast.Lanes),
        Constant constant => Fill(_ => new Pointer([constant.Value], 0), to),
        Copy copy => Lanewise(to, value(copy.Value, statement), a => a),
        MultiplyAdd m => MultiplyAdd(to, value(m.A, statement), value(m.B, statement), lane: null, value(m.C, statement)),
        MultiplyAddLane m => MultiplyAdd(to, value(m.A, statement), value(m.B, statement), m.Lane, value(m.C, statement)),
        Unary { Kind: UnaryKind.ReduceAdd } unary => ReduceAdd(to, value(unary.A, statement)),
        Unary unary => Lanewise(to, value(unary.A, statement), Function(unary.Kind)),
        Binary { Kind: BinaryKind.Scale } binary => Scale(binary, to, statement),
        Binary { Kind: BinaryKind.AddPairs } binary => AddPairs(to, value(binary.A, statement), value(binary.B, statement)),
        Binary binary => Lanewise(to, value(binary.A, statement), value(binary.B, statement), Function(binary.Kind)),
        Select select => Choose(to, value(select.Mask, statement), value(select.A, statement), value(select.B, statement)),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Unknown operation."),
    };

    private static Func<float, float> Function(UnaryKind kind) => kind switch
    {
        UnaryKind.Negate => a => -a,
        UnaryKind.Absolute => Math.Abs,
        UnaryKind.Round => FloatArithmetic.Round,
        UnaryKind.SquareRoot => FloatArithmetic.SquareRoot,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No lanewise operation."),
    };

    private static Func<float, float, float> Function(BinaryKind kind) => kind switch
    {
        BinaryKind.Add => (a, b) => a + b,
        BinaryKind.Subtract => (a, b) => a - b,
        BinaryKind.Multiply => (a, b) => a * b,
        BinaryKind.Divide => (a, b) => a / b,
        BinaryKind.Min => FloatArithmetic.Min,
        BinaryKind.Max => FloatArithmetic.Max,
        BinaryKind.Greater => (a, b) => a > b ? 1f : 0f,
        BinaryKind.GreaterOrEqual => (a, b) => a >= b ? 1f : 0f,
        BinaryKind.Equal => (a, b) => a == b ? 1f : 0f,
        BinaryKind.And => (a, b) => a * b,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No lanewise operation."),
    };

    private Action<Frame> Gather(Func<Frame, Pointer> from, int to, int lanes, long stride) => frame =>
    {
        Pointer pointer = from(frame);
        for (int l = 0; l < _lanes; l++)
        {
            frame.Values[to + l] = l < lanes ? pointer.Buffer[pointer.Offset + (l * stride)] : 0f;
        }
    };

    private Action<Frame> Repeat(Func<Frame, Pointer> from, int to, int width, int lanes) => frame =>
    {
        Pointer pointer = from(frame);
        for (int l = 0; l < _lanes; l++)
        {
            frame.Values[to + l] = l % width < lanes ? pointer.Buffer[pointer.Offset + (l % width)] : 0f;
        }
    };

    private Action<Frame> Fill(Func<Frame, Pointer> from, int to) => frame =>
    {
        Pointer pointer = from(frame);
        float filling = pointer.Buffer[pointer.Offset];
        for (int l = 0; l < _lanes; l++)
        {
            frame.Values[to + l] = filling;
        }
    };

    private Action<Frame> MultiplyAdd(int to, int a, int b, int? lane, int c) => frame =>
    {
        float[] v = frame.Values;
        float selected = v[b + (lane ?? 0)];
        for (int l = 0; l < _lanes; l++)
        {
            v[to + l] = _multiplyAdd(v[a + l], lane is null ? v[b + l] : selected, v[c + l]);
        }
    };

    private Action<Frame> Lanewise(int to, int a, Func<float, float> function) => frame =>
    {
        float[] v = frame.Values;
        for (int l = 0; l < _lanes; l++)
        {
            v[to + l] = function(v[a + l]);
        }
    };

    private Action<Frame> Lanewise(int to, int a, int b, Func<float, float, float> function) => frame =>
    {
        float[] v = frame.Values;
        for (int l = 0; l < _lanes; l++)
        {
            v[to + l] = function(v[a + l], v[b + l]);
        }
    };

    private Action<Frame> Scale(Binary binary, int to, Statement statement)
    {
        (int a, int b) = (value(binary.A, statement), value(binary.B, statement));
        return Lanewise(to, a, b, (x, n) =>
        {
            try
            {
                return FloatArithmetic.Scale(x, n);
            }
            catch (ArgumentOutOfRangeException e)
            {
                throw fault(statement, e.Message);
            }
        });
    }

    private Action<Frame> AddPairs(int to, int a, int b) => frame =>
    {
        var sums = new float[_lanes];
        for (int l = 0; l < _lanes; l++)
        {
            int pair = (2 * l) + (2 * l < _lanes ? a : b - _lanes);
            sums[l] = frame.Values[pair] + frame.Values[pair + 1];
        }

        sums.CopyTo(frame.Values, to);
    };

    private Action<Frame> Choose(int to, int mask, int a, int b) => frame =>
    {
        float[] v = frame.Values;
        for (int l = 0; l < _lanes; l++)
        {
            v[to + l] = v[mask + l] != 0f ? v[a + l] : v[b + l];
        }
    };

    /// <summary>Neighbours first, then neighbouring sums, as the targets reduce.</summary>
    private Action<Frame> ReduceAdd(int to, int a) => frame =>
    {
        float[] v = frame.Values;
        float[] sums = new float[_lanes];
        Array.Copy(v, a, sums, 0, _lanes);
        for (int half = _lanes / 2; half > 0; half /= 2)
        {
            for (int l = 0; l < half; l++)
            {
                sums[l] = sums[2 * l] + sums[(2 * l) + 1];
            }
        }

        for (int l = 0; l < _lanes; l++)
        {
            v[to + l] = sums[0];
        }
    };
}
