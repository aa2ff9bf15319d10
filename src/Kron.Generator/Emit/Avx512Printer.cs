using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Ir;
using Kron.Generator.Scheduling;

namespace Kron.Generator.Emit;

/// <summary>x86-64 with AVX-512: 16 lanes.</summary>
internal sealed class Avx512Printer() : VectorPrinter("Vector512", "Simd512")
{
    public override TargetModel Target => Targets.Avx512;

    public override string IsSupported => "global::System.Runtime.Intrinsics.X86.Avx512F.IsSupported && global::System.Runtime.Intrinsics.X86.Avx512DQ.IsSupported";

    public override IEnumerable<string> Namespaces => ["System.Runtime.Intrinsics.X86"];

    public override IEnumerable<string> Classes => ["System.Runtime.Intrinsics.X86.Avx512F"];

    public override string MultiplyAdd(string a, string b, string c) => $"FusedMultiplyAdd({a}, {b}, {c})";

    public override string MultiplyAddLane(string a, string b, int lane, string c) =>
        MultiplyAdd(a, $"Vector512.Create({b}.GetElement({CSharpText.Literal(lane)}))", c);

    public override string Unary(UnaryKind kind, string a) => kind switch
    {
        UnaryKind.Negate => $"Avx512DQ.Xor({a}, Vector512.Create(-0f))",
        UnaryKind.Absolute => $"Vector512.Abs({a})",
        UnaryKind.Round => $"Avx512F.RoundScale({a}, 0)",
        UnaryKind.SquareRoot => $"Avx512F.Sqrt({a})",
        UnaryKind.ReduceAdd => $"Simd512.SumOfLanes({a})",
        _ => throw Unknown(kind),
    };

    public override string Binary(BinaryKind kind, string a, string b) => kind switch
    {
        BinaryKind.Add => $"Avx512F.Add({a}, {b})",
        BinaryKind.Subtract => $"Avx512F.Subtract({a}, {b})",
        BinaryKind.Multiply => $"Avx512F.Multiply({a}, {b})",
        BinaryKind.Divide => $"Avx512F.Divide({a}, {b})",
        BinaryKind.Min => $"Avx512F.Min({a}, {b})",
        BinaryKind.Max => $"Avx512F.Max({a}, {b})",
        BinaryKind.Scale => $"Avx512F.Scale({a}, {b})",
        BinaryKind.Greater => $"Vector512.GreaterThan({a}, {b})",
        BinaryKind.GreaterOrEqual => $"Vector512.GreaterThanOrEqual({a}, {b})",
        BinaryKind.Equal => $"Vector512.Equals({a}, {b})",
        BinaryKind.And => $"{a} & {b}",
        BinaryKind.AddPairs => $"Simd512.AddPairs({a}, {b})",
        _ => throw Unknown(kind),
    };

    public override string Select(string mask, string a, string b) => $"Vector512.ConditionalSelect({mask}, {a}, {b})";

    /// <summary>Lanes a few floats apart come from whole vectors, the last of which ends with the last lane: each permutation takes in the lanes of one more.</summary>
    public override string LoadStrided(Address from, long stride, int lanes)
    {
        int width = Target.Lanes;
        long span = ((lanes - 1) * stride) + 1, vectors = (span + width - 1) / width;
        if (stride < 2 || stride > Target.MaxLaneStride || span <= width)
        {
            return base.LoadStrided(from, stride, lanes);
        }

        string result = LoadFull(CSharpText.Pointer(from));
        for (int next = 1; next < vectors; next++)
        {
            long first = next < vectors - 1 ? next * width : span - width;
            IEnumerable<string> order = Enumerable.Range(0, width).Select(lane => CSharpText.Literal(Source(lane, next, first)));
            result = $"PermuteVar16x32x2({result}, Vector512.Create({string.Join(", ", order)}), {LoadFull(CSharpText.Pointer(from + first))})";
        }

        return lanes == width ? result : $"Simd512.First({result}, {CSharpText.Literal(lanes)})";

        // The first of the two vectors is what was taken in so far, or the very first whole vector.
        long Source(int lane, int next, long first) =>
            lane >= lanes ? lane
            : lane * stride < next * width ? (next == 1 ? lane * stride : lane)
            : lane * stride < (next + 1) * width || next == vectors - 1 ? width + (lane * stride) - first
            : lane;
    }

    public override string? Prefetch(Address at) => $"Sse.Prefetch0({CSharpText.Pointer(at)})";

    protected override string RepeatFull(string pointer, int width) => width == 4
        ? $"BroadcastVector128ToVector512({pointer})"
        : $"Avx512DQ.BroadcastVector256ToVector512({pointer})";

    protected override string LoadFull(string pointer) => $"LoadVector512({pointer})";

    protected override string StoreFull(string pointer, string value) => $"Avx512F.Store({pointer}, {value})";
}
