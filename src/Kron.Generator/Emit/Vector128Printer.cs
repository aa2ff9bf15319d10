using Kron.Generator.Ir;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Emit;

/// <summary>Portable 128-bit vectors: SSE under the default ahead-of-time settings, WebAssembly, and anything else.</summary>
/// <remarks>A multiply-add is two instructions: without the hardware a fused one is a library call per lane.</remarks>
internal sealed class Vector128Printer() : VectorPrinter("Vector128", "Simd128")
{
    public override TargetModel Target => Targets.Vector128;

    public override string IsSupported => "";

    public override string MultiplyAdd(string a, string b, string c) => $"({a} * {b}) + {c}";

    public override string Accumulate(string a, string b, string sum) => $"{sum} += {a} * {b}";

    public override string MultiplyAddLane(string a, string b, int lane, string c) =>
        MultiplyAdd(a, $"Vector128.Create({b}.GetElement({CSharpText.Literal(lane)}))", c);

    public override string Unary(UnaryKind kind, string a) => kind switch
    {
        UnaryKind.Negate => $"{a} ^ Vector128.Create(-0f)",
        UnaryKind.Absolute => $"Vector128.Abs({a})",
        UnaryKind.Round => $"Simd128.Round({a})",
        UnaryKind.SquareRoot => $"Vector128.Sqrt({a})",
        UnaryKind.ReduceAdd => $"Simd128.SumOfLanes({a})",
        _ => throw Unknown(kind),
    };

    public override string Binary(BinaryKind kind, string a, string b) => kind switch
    {
        BinaryKind.Add => $"{a} + {b}",
        BinaryKind.Subtract => $"{a} - {b}",
        BinaryKind.Multiply => $"{a} * {b}",
        BinaryKind.Divide => $"{a} / {b}",
        BinaryKind.Min => $"Simd128.Min({a}, {b})",
        BinaryKind.Max => $"Simd128.Max({a}, {b})",
        BinaryKind.Scale => $"Simd128.Scale({a}, {b})",
        BinaryKind.Greater => $"Vector128.GreaterThan({a}, {b})",
        BinaryKind.GreaterOrEqual => $"Vector128.GreaterThanOrEqual({a}, {b})",
        BinaryKind.Equal => $"Vector128.Equals({a}, {b})",
        BinaryKind.And => $"{a} & {b}",
        BinaryKind.AddPairs => $"Simd128.AddPairs({a}, {b})",
        _ => throw Unknown(kind),
    };

    public override string Select(string mask, string a, string b) => $"Vector128.ConditionalSelect({mask}, {a}, {b})";

    public override string? Prefetch(Address at) => $"Simd128.Prefetch({CSharpText.Pointer(at)})";

    protected override string LoadFull(string pointer) => $"*(Vector128<float>*)({pointer})";

    protected override string StoreFull(string pointer, string value) => $"*(Vector128<float>*)({pointer}) = {value}";
}
