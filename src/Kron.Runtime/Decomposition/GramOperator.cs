using System;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>The symmetric operator RᵀR on the shorter side of a rearranged weight, applied in one pass over the weight.</summary>
internal sealed unsafe class GramOperator(RearrangedMatrix matrix, CancellationToken cancellation) : ISymmetricOperator, IDisposable
{
    // One accumulator and one product for each part, kept from pass to pass.
    private readonly DenseMatrix?[] _sums = new DenseMatrix[matrix.Parts];
    private readonly DenseMatrix?[] _products = new DenseMatrix[matrix.Parts];

    /// <inheritdoc/>
    public int Size => matrix.Short;

    /// <inheritdoc/>
    public void Apply(double* x, long ldx, double* y, long ldy, int count)
    {
        if (matrix.IsSingle)
        {
            Apply<float>(x, ldx, y, ldy, count);
        }
        else
        {
            Apply<double>(x, ldx, y, ldy, count);
        }
    }

    /// <summary>RᵀR itself, both triangles.</summary>
    public DenseMatrix ToMatrix()
    {
        int size = Size, parts = matrix.Parts;
        var sums = new DenseMatrix[parts];
        for (int part = 0; part < parts; part++)
        {
            sums[part] = new DenseMatrix(size, size);
        }

        RearrangedMatrix view = matrix;
        matrix.ForEachPanel<double>(
            (part, first, count, panel) =>
            {
                view.Read(first, count, panel);
                MatrixKernels.AddGram(size, count, panel.Pointer, panel.Stride, sums[part].Pointer, sums[part].Stride);
            },
            cancellation);

        DenseMatrix gram = sums[0];
        for (int i = 0; i < size; i++)
        {
            for (int part = 1; part < parts; part++)
            {
                MatrixKernels.Axpy(1, sums[part].Row(i) + i, gram.Row(i) + i, size - i);
            }
        }

        for (int part = 1; part < parts; part++)
        {
            sums[part].Dispose();
        }

        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
            {
                gram.Row(i)[j] = gram.Row(j)[i];
            }
        }

        return gram;
    }

    /// <summary>Frees the accumulators.</summary>
    public void Dispose()
    {
        for (int part = 0; part < _sums.Length; part++)
        {
            _sums[part]?.Dispose();
            _products[part]?.Dispose();
        }
    }

    private void Apply<T>(double* x, long ldx, double* y, long ldy, int count)
        where T : unmanaged
    {
        RearrangedMatrix view = matrix;
        int size = Size, padded = DenseMatrix.Padded(size);
        for (int part = 0; part < matrix.Parts; part++)
        {
            Prepare(ref _sums[part], count, size);
            Prepare(ref _products[part], matrix.PanelRows<T>(), count);
        }

        matrix.ForEachPanel<T>(
            (part, first, rows, panel) =>
            {
                DenseMatrix product = _products[part]!, sum = _sums[part]!;
                view.Read(first, rows, panel);
                product.Clear();
                MatrixKernels.MultiplyRowsAdd(rows, count, padded, panel.Pointer, panel.Stride, x, ldx, product.Pointer, product.Stride);
                MatrixKernels.MultiplyAdd(count, padded, rows, product.Pointer, 1, product.Stride, panel.Pointer, panel.Stride, sum.Pointer, sum.Stride);
            },
            cancellation);
        MatrixKernels.ForEachSlice(size, (long)count * size * _sums.Length, (_, first, length) =>
        {
            for (int i = 0; i < count; i++)
            {
                new Span<double>(y + (i * ldy) + first, (int)length).Clear();
                foreach (DenseMatrix? sum in _sums)
                {
                    MatrixKernels.Axpy(1, sum!.Row(i) + first, y + (i * ldy) + first, length);
                }
            }
        });
    }

    private static void Prepare(ref DenseMatrix? matrix, long rows, long columns)
    {
        if (matrix is not null && matrix.Rows == rows && matrix.Columns == columns)
        {
            matrix.Clear();
            return;
        }

        matrix?.Dispose();
        matrix = new DenseMatrix(rows, columns);
    }
}
