using Kron.Decomposition;

namespace Kron.Runtime.Tests.Decomposition;

/// <summary>A diagonal matrix as an operator: its eigenvalues are known.</summary>
internal sealed unsafe class DiagonalOperator(double[] diagonal) : ISymmetricOperator
{
    public int Size => diagonal.Length;

    public void Apply(double* x, long ldx, double* y, long ldy, int count)
    {
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < Size; j++)
            {
                y[(i * ldy) + j] = diagonal[j] * x[(i * ldx) + j];
            }
        }
    }
}
