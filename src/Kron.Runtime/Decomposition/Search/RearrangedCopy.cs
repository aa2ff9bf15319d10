using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kron.Decomposition;

/// <summary>
/// A rearranged weight written out in single precision, vectors of its shorter side in rows, and its Gram matrix as an
/// operator. Many narrow products read it often enough to pay for the copy. It uses the calling thread alone.
/// </summary>
internal sealed unsafe class RearrangedCopy : ISymmetricOperator, IDisposable
{
    private readonly int _panelRows;
    private readonly long _rows;
    private float* _values;

    public RearrangedCopy(RearrangedMatrix matrix)
    {
        Size = matrix.Short;
        _rows = matrix.Long;
        _panelRows = matrix.PanelRows;
        _values = (float*)NativeMemory.Alloc(checked((nuint)(_rows * Size)), sizeof(float));
        using var panel = new DenseMatrix(_panelRows, Size);
        for (long first = 0; first < _rows; first += _panelRows)
        {
            int count = (int)long.Min(_panelRows, _rows - first);
            matrix.Read(first, count, panel);
            for (int k = 0; k < count; k++)
            {
                double* row = panel.Row(k);
                float* target = _values + ((first + k) * Size);
                for (int j = 0; j < Size; j++)
                {
                    target[j] = (float)row[j];
                }
            }
        }
    }

    /// <inheritdoc/>
    public int Size { get; }

    /// <inheritdoc/>
    public void Apply(double* x, long ldx, double* y, long ldy, int columns)
    {
        for (int i = 0; i < Size; i++)
        {
            new Span<double>(y + (i * ldy), columns).Clear();
        }

        using var panel = new DenseMatrix(_panelRows, Size);
        using var product = new DenseMatrix(_panelRows, columns);
        for (long first = 0; first < _rows; first += _panelRows)
        {
            int count = Read(first, panel);
            product.Clear();
            MatrixKernels.MultiplyAdd(count, columns, Size, panel.Pointer, panel.Stride, 1, x, ldx, product.Pointer, product.Stride);
            MatrixKernels.MultiplyAdd(Size, columns, count, panel.Pointer, 1, panel.Stride, product.Pointer, product.Stride, y, ldy);
        }
    }

    /// <summary>RᵀR itself, both triangles.</summary>
    public DenseMatrix ToGram()
    {
        var gram = new DenseMatrix(Size, Size);
        using var panel = new DenseMatrix(_panelRows, Size);
        for (long first = 0; first < _rows; first += _panelRows)
        {
            MatrixKernels.AddGram(Size, Read(first, panel), panel.Pointer, panel.Stride, gram.Pointer, gram.Stride);
        }

        for (int i = 0; i < Size; i++)
        {
            for (int j = 0; j < i; j++)
            {
                gram.Row(i)[j] = gram.Row(j)[i];
            }
        }

        return gram;
    }

    /// <summary>Frees the copy.</summary>
    public void Dispose()
    {
        NativeMemory.Free(_values);
        _values = null;
    }

    private int Read(long first, DenseMatrix panel)
    {
        int count = (int)long.Min(_panelRows, _rows - first);
        for (int k = 0; k < count; k++)
        {
            Widen(_values + ((first + k) * Size), panel.Row(k), Size);
        }

        return count;
    }

    private static void Widen(float* source, double* destination, int length)
    {
        int lanes = Vector<double>.Count, t = 0;
        for (; t + (2 * lanes) <= length; t += 2 * lanes)
        {
            Vector.Widen(Unsafe.ReadUnaligned<Vector<float>>(source + t), out Vector<double> low, out Vector<double> high);
            Unsafe.WriteUnaligned(destination + t, low);
            Unsafe.WriteUnaligned(destination + t + lanes, high);
        }

        for (; t < length; t++)
        {
            destination[t] = source[t];
        }
    }
}
