using System;
using System.Numerics;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>The symmetric operator RᵀR on the shorter side of a rearranged weight, applied in one pass over the weight.</summary>
/// <typeparam name="T">The precision of the products: float moves half as much and multiplies twice as many, double is what R is known to.</typeparam>
internal sealed unsafe class GramOperator<T>(RearrangedMatrix matrix, CancellationToken cancellation) : ISymmetricOperator, IDisposable
    where T : unmanaged, INumberBase<T>
{
    // One accumulator for each part, kept from pass to pass.
    private readonly DenseMatrix<T>?[] _sums = new DenseMatrix<T>[matrix.Parts];
    private DenseMatrix<T>? _vectors;
    private DenseMatrix<T>? _products;

    /// <inheritdoc/>
    public int Size => matrix.Short;

    /// <summary>The rows X of the last product, count × Size.</summary>
    public DenseMatrix<T> Vectors => _vectors!;

    /// <summary>R·Xᵀ of the last product, Long × count.</summary>
    public DenseMatrix<T> Products => _products!;

    /// <inheritdoc/>
    public void Apply(double* x, long ldx, double* y, long ldy, int count)
    {
        Prepare(ref _vectors, count, Size);
        for (int i = 0; i < count; i++)
        {
            Convert(new ReadOnlySpan<double>(x + (i * ldx), Size), new Span<T>(_vectors!.Row(i), Size));
        }

        if (matrix.IsSingle || typeof(T) == typeof(float))
        {
            Accumulate<float>(count);
        }
        else
        {
            Accumulate<double>(count);
        }

        MatrixKernels.ForEachSlice(Size, (long)count * Size * _sums.Length, (_, first, length) =>
        {
            for (int i = 0; i < count; i++)
            {
                AddUp(i, first, new Span<double>(y + (i * ldy) + first, (int)length));
            }
        });
    }

    /// <summary>Frees the accumulators.</summary>
    public void Dispose()
    {
        _vectors?.Dispose();
        _products?.Dispose();
        for (int part = 0; part < _sums.Length; part++)
        {
            _sums[part]?.Dispose();
        }
    }

    private void Accumulate<TPanel>(int count)
        where TPanel : unmanaged
    {
        RearrangedMatrix view = matrix;
        DenseMatrix<T> vectors = _vectors!;
        int size = Size, padded = DenseMatrix.Padded(size);
        for (int part = 0; part < matrix.Parts; part++)
        {
            Prepare(ref _sums[part], count, size);
        }

        Prepare(ref _products, matrix.Long, count);
        DenseMatrix<T> products = _products!;

        matrix.ForEachPanel<TPanel>(
            (part, first, rows, panel) =>
            {
                DenseMatrix<T> sum = _sums[part]!;
                T* product = products.Row(first);
                view.Read(first, rows, panel);
                MatrixKernels.MultiplyRowsAdd(rows, count, padded, panel.Pointer, panel.Stride, vectors.Pointer, vectors.Stride, product, products.Stride);
                MatrixKernels.MultiplyAdd(count, padded, rows, product, 1, products.Stride, panel.Pointer, panel.Stride, sum.Pointer, sum.Stride);
            },
            cancellation);
    }

    private void AddUp(int row, long first, Span<double> total)
    {
        total.Clear();
        foreach (DenseMatrix<T>? sum in _sums)
        {
            T* values = sum!.Row(row) + first;
            for (int j = 0; j < total.Length; j++)
            {
                total[j] += double.CreateTruncating(values[j]);
            }
        }
    }

    private static void Convert(ReadOnlySpan<double> source, Span<T> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = T.CreateTruncating(source[i]);
        }
    }

    private static void Prepare(ref DenseMatrix<T>? matrix, long rows, long columns)
    {
        if (matrix is not null && matrix.Rows == rows && matrix.Columns == columns)
        {
            matrix.Clear();
            return;
        }

        matrix?.Dispose();
        matrix = new DenseMatrix<T>(rows, columns);
    }
}
