using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Emit;

/// <summary>Plain floats: one lane; a mask is a bool.</summary>
internal sealed class ScalarPrinter : TargetPrinter
{
    public override TargetModel Target => Targets.Scalar;

    public override string IsSupported => "";

    public override string Value => "float";

    public override string Zero => "0f";

    public override string Constant(float value) => CSharpText.Literal(value);

    public override string Repeat(Address from, int width, int lanes) => throw new NotSupportedException("A single lane repeats nothing.");

    public override string StoreSums(StoreSums store, Address to, IReadOnlyList<string> rows) => throw new NotSupportedException("A single lane has no sums.");

    public override string Broadcast(Address from) => CSharpText.Element(from);

    public override string MultiplyAdd(string a, string b, string c) => $"({a} * {b}) + {c}";

    public override string Accumulate(string a, string b, string sum) => $"{sum} += {a} * {b}";

    public override string MultiplyAddLane(string a, string b, int lane, string c) => lane == 0
        ? MultiplyAdd(a, b, c)
        : throw new ArgumentOutOfRangeException(nameof(lane), lane, "A scalar has one lane.");

    public override string Unary(UnaryKind kind, string a) => kind switch
    {
        UnaryKind.Negate => $"-{a}",
        UnaryKind.Absolute => $"global::System.MathF.Abs({a})",
        UnaryKind.Round => $"global::System.MathF.Round({a})",
        UnaryKind.SquareRoot => $"global::System.MathF.Sqrt({a})",
        UnaryKind.ReduceAdd => a,
        _ => throw Unknown(kind),
    };

    public override string Binary(BinaryKind kind, string a, string b) => kind switch
    {
        BinaryKind.Add => $"{a} + {b}",
        BinaryKind.Subtract => $"{a} - {b}",
        BinaryKind.Multiply => $"{a} * {b}",
        BinaryKind.Divide => $"{a} / {b}",
        BinaryKind.Min => $"{a} < {b} ? {a} : {b}",
        BinaryKind.Max => $"{a} > {b} ? {a} : {b}",
        BinaryKind.Scale => $"SimdScalar.Scale({a}, {b})",
        BinaryKind.Greater => $"{a} > {b}",
        BinaryKind.GreaterOrEqual => $"{a} >= {b}",
        BinaryKind.Equal => $"{a} == {b}",
        BinaryKind.And => $"{a} & {b}",
        _ => throw Unknown(kind),
    };

    public override string Select(string mask, string a, string b) => $"{mask} ? {a} : {b}";

    public override string Load(Address from, int lanes) => lanes == 0 ? "0f" : CSharpText.Element(from);

    public override string LoadStrided(Address from, long stride, int lanes) => Load(from, lanes);

    public override string Store(Address to, string value, int lanes) => $"{CSharpText.Element(to)} = {value}";

    public override string StoreStrided(Address to, string value, long stride, int lanes) => Store(to, value, lanes);

    public override IEnumerable<string> StoreTransposed(Address to, IReadOnlyList<string> rows, long laneStride, int lanes, bool add) =>
        rows.Select((row, index) => $"{CSharpText.Element(to + index)} {(add ? "+=" : "=")} {row}");

    public override string? Prefetch(Address at) => null;
}
