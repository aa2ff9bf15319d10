using System;

namespace Kron.Cuda;

/// <summary>
/// Count products C = op(A)·op(B) + Beta·C of 32-bit floats on the device, column-major, as cuBLAS takes them; strides are in floats
/// from one product's operand to the next's.
/// </summary>
internal readonly record struct GemmCall(
    string Name,
    bool TransposeA,
    bool TransposeB,
    int M,
    int N,
    int K,
    nint A,
    int Lda,
    long StrideA,
    nint B,
    int Ldb,
    long StrideB,
    nint C,
    int Ldc,
    long StrideC,
    int Count,
    float Beta)
{
    /// <summary>The call in words, for a failure.</summary>
    public string Describe() => FormattableString.Invariant(
        $"It was {Name}: {Count} products {M}×{K} · {K}×{N}, {Operand("A", TransposeA, Lda, StrideA)}, {Operand("B", TransposeB, Ldb, StrideB)}, {Operand("C", false, Ldc, StrideC)}, beta {Beta}.");

    private static string Operand(string name, bool transposed, int leading, long stride) =>
        FormattableString.Invariant($"{name}{(transposed ? "ᵀ" : "")} with leading dimension {leading} and stride {stride}");
}
