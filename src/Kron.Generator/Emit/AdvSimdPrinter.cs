using System.Collections.Generic;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Emit;

/// <summary>ARM64 NEON: 4 lanes and a multiply-add by element.</summary>
/// <remarks>Min and Max yield NaN when either operand is NaN, and order −0 below +0: NEON's own rule.</remarks>
internal sealed class AdvSimdPrinter() : VectorPrinter("Vector128", "Simd128")
{
    public override TargetModel Target => Targets.AdvSimd;

    public override string IsSupported => "global::System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported";

    public override IEnumerable<string> Namespaces => ["System.Runtime.Intrinsics.Arm"];

    public override IEnumerable<string> Classes => ["System.Runtime.Intrinsics.Arm.AdvSimd", "System.Runtime.Intrinsics.Arm.AdvSimd.Arm64"];

    // Vector128.Create(p[i]) would load a scalar and spend an arithmetic slot on replicating it.
    public override string Broadcast(Address from) => $"LoadAndReplicateToVector128({CSharpText.Pointer(from)})";

    // Clearing the lanes behind takes two instructions more.
    public override string LoadFirst(Address from, int lanes) => lanes switch
    {
        1 => $"Vector128.CreateScalarUnsafe({CSharpText.Element(from)})",
        2 => $"Vector128.CreateScalarUnsafe(*(double*)({CSharpText.Pointer(from)})).AsSingle()",
        3 => $"LoadAndInsertScalar({LoadFirst(from, 2)}, 2, {CSharpText.Pointer(from + 2)})",
        _ => Load(from, lanes),
    };

    public override string MultiplyAdd(string a, string b, string c) => $"FusedMultiplyAdd({c}, {a}, {b})";

    public override string MultiplyAddLane(string a, string b, int lane, string c) =>
        $"FusedMultiplyAddBySelectedScalar({c}, {a}, {b}, {CSharpText.Literal(lane)})";

    public override string Unary(UnaryKind kind, string a) => kind switch
    {
        UnaryKind.Negate => $"AdvSimd.Negate({a})",
        UnaryKind.Absolute => $"AdvSimd.Abs({a})",
        UnaryKind.Round => $"AdvSimd.RoundToNearest({a})",
        UnaryKind.SquareRoot => $"AdvSimd.Arm64.Sqrt({a})",
        UnaryKind.ReduceAdd => $"Simd128.SumOfLanes({a})",
        _ => throw Unknown(kind),
    };

    public override string Binary(BinaryKind kind, string a, string b) => kind switch
    {
        BinaryKind.Add => $"AdvSimd.Add({a}, {b})",
        BinaryKind.Subtract => $"AdvSimd.Subtract({a}, {b})",
        BinaryKind.Multiply => $"AdvSimd.Multiply({a}, {b})",
        BinaryKind.Divide => $"AdvSimd.Arm64.Divide({a}, {b})",
        BinaryKind.Min => $"AdvSimd.Min({a}, {b})",
        BinaryKind.Max => $"AdvSimd.Max({a}, {b})",
        BinaryKind.Scale => $"Simd128.Scale({a}, {b})",
        BinaryKind.Greater => $"AdvSimd.CompareGreaterThan({a}, {b})",
        BinaryKind.GreaterOrEqual => $"AdvSimd.CompareGreaterThanOrEqual({a}, {b})",
        BinaryKind.Equal => $"AdvSimd.CompareEqual({a}, {b})",
        BinaryKind.And => $"AdvSimd.And({a}, {b})",
        BinaryKind.AddPairs => $"Simd128.AddPairs({a}, {b})",
        _ => throw Unknown(kind),
    };

    public override string Select(string mask, string a, string b) => $"AdvSimd.BitwiseSelect({mask}, {a}, {b})";

    public override string? Prefetch(Address at) => null;

    protected override string LoadFull(string pointer) => $"LoadVector128({pointer})";

    protected override string StoreFull(string pointer, string value) => $"AdvSimd.Store({pointer}, {value})";
}
