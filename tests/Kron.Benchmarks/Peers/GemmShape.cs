namespace Kron.Benchmarks.Peers;

/// <summary>
/// A batch of products C [m × n] = A [m × k] · B [k × n], all row-major, one of the operands constant.
/// </summary>
/// <param name="Count">Products.</param>
/// <param name="M">Rows of C.</param>
/// <param name="N">Columns of C.</param>
/// <param name="K">The reduced dimension.</param>
/// <param name="A">How the left operand lies.</param>
/// <param name="B">How the right operand lies.</param>
/// <param name="LeadingC">Floats from row to row of C.</param>
/// <param name="StrideC">Floats from one C to the next.</param>
internal readonly record struct GemmShape(int Count, int M, int N, int K, Operand A, Operand B, int LeadingC, int StrideC)
{
    public long MultiplyAdds => (long)Count * M * N * K;
}

/// <summary>How an operand of a product lies.</summary>
/// <param name="Leading">Floats from row to row.</param>
/// <param name="Stride">Floats from one matrix to the next; 0 when all products share one.</param>
/// <param name="IsWeight">Whether it is constant, so that a library may rearrange it beforehand.</param>
/// <param name="IsTransposed">Whether its transpose is what lies in memory.</param>
internal readonly record struct Operand(int Leading, int Stride, bool IsWeight = false, bool IsTransposed = false);
