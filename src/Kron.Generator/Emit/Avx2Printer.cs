using System.Collections.Generic;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Emit;

/// <summary>x86-64 with AVX2 and FMA: 8 lanes.</summary>
internal sealed class Avx2Printer() : VectorPrinter("Vector256", "Simd256")
{
    public override TargetModel Target => Targets.Avx2;

    public override string IsSupported => "global::System.Runtime.Intrinsics.X86.Avx2.IsSupported && global::System.Runtime.Intrinsics.X86.Fma.IsSupported";

    public override IEnumerable<string> Namespaces => ["System.Runtime.Intrinsics.X86"];

    public override string MultiplyAdd(string a, string b, string c) => $"Fma.MultiplyAdd({a}, {b}, {c})";

    public override string MultiplyAddLane(string a, string b, int lane, string c) =>
        MultiplyAdd(a, $"Vector256.Create({b}.GetElement({CSharpText.Literal(lane)}))", c);

    public override string Unary(UnaryKind kind, string a) => kind switch
    {
        UnaryKind.Negate => $"Avx.Xor({a}, Vector256.Create(-0f))",
        UnaryKind.Absolute => $"Vector256.Abs({a})",
        UnaryKind.Round => $"Avx.RoundToNearestInteger({a})",
        UnaryKind.SquareRoot => $"Avx.Sqrt({a})",
        UnaryKind.ReduceAdd => $"Simd256.SumOfLanes({a})",
        _ => throw Unknown(kind),
    };

    public override string Binary(BinaryKind kind, string a, string b) => kind switch
    {
        BinaryKind.Add => $"Avx.Add({a}, {b})",
        BinaryKind.Subtract => $"Avx.Subtract({a}, {b})",
        BinaryKind.Multiply => $"Avx.Multiply({a}, {b})",
        BinaryKind.Divide => $"Avx.Divide({a}, {b})",
        BinaryKind.Min => $"Avx.Min({a}, {b})",
        BinaryKind.Max => $"Avx.Max({a}, {b})",
        BinaryKind.Scale => $"Simd256.Scale({a}, {b})",
        BinaryKind.Greater => $"Vector256.GreaterThan({a}, {b})",
        BinaryKind.GreaterOrEqual => $"Vector256.GreaterThanOrEqual({a}, {b})",
        BinaryKind.Equal => $"Vector256.Equals({a}, {b})",
        BinaryKind.And => $"{a} & {b}",
        BinaryKind.AddPairs => $"Simd256.AddPairs({a}, {b})",
        _ => throw Unknown(kind),
    };

    public override string Select(string mask, string a, string b) => $"Vector256.ConditionalSelect({mask}, {a}, {b})";

    public override string? Prefetch(Address at) => $"Sse.Prefetch0({CSharpText.Pointer(at)})";

    protected override string RepeatFull(string pointer, int width) => $"Avx.BroadcastVector128ToVector256({pointer})";

    protected override string LoadFull(string pointer) => $"Avx.LoadVector256({pointer})";

    protected override string StoreFull(string pointer, string value) => $"Avx.Store({pointer}, {value})";
}
