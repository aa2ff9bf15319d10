using System;

namespace Kron.Decomposition;

/// <summary>A symmetric matrix as an operator.</summary>
internal sealed unsafe class DenseOperator(DenseMatrix matrix) : ISymmetricOperator
{
    /// <inheritdoc/>
    public int Size => (int)matrix.Rows;

    /// <inheritdoc/>
    public void Apply(double* x, long ldx, double* y, long ldy, int count) =>
        MatrixKernels.ForEachSlice(Size, (long)count * Size * Size, (_, first, length) =>
        {
            for (int i = 0; i < count; i++)
            {
                new Span<double>(y + (i * ldy) + first, (int)length).Clear();
            }

            MatrixKernels.MultiplyAdd(count, length, Size, x, ldx, 1, matrix.Pointer + first, matrix.Stride, y + first, ldy);
        });
}
