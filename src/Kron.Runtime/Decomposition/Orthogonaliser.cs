using System;

namespace Kron.Decomposition;

/// <summary>Makes blocks of vectors orthonormal to a basis and among themselves.</summary>
internal sealed unsafe class Orthogonaliser(Random random)
{
    // One sweep may leave a vector that cancelled almost wholly; the second makes it orthogonal to rounding (Kahan and Parlett: twice is enough).
    private const int Sweeps = 2;

    // What is left of a vector below this part of itself is rounding, not a direction.
    private const double Collapse = 1e-12;

    private const int MaxReplacements = 8;

    /// <summary>Fills a block with independent standard normal entries.</summary>
    public void FillRandom(DenseMatrix block)
    {
        for (long i = 0; i < block.Rows; i++)
        {
            for (long j = 0; j < block.Columns; j++)
            {
                block.Row(i)[j] = NormalRandom.Next(random);
            }
        }
    }

    /// <summary>
    /// Replaces a block by an orthonormal one, orthogonal to the basis too, that spans the same directions. A direction
    /// that lies in the basis already is replaced by a random one.
    /// </summary>
    /// <param name="basis">Orthonormal columns.</param>
    /// <param name="dimension">How many of them.</param>
    /// <param name="block">The block; basis and block together must have fewer columns than rows.</param>
    public void Orthonormalise(DenseMatrix basis, int dimension, DenseMatrix block)
    {
        int columns = (int)block.Columns;
        long size = block.Rows;
        using var rows = new DenseMatrix(columns, size);
        using var coefficients = new DenseMatrix(Math.Max(1, dimension), columns);
        var norms = new double[columns];
        Transpose(block, rows);
        for (int c = 0; c < columns; c++)
        {
            norms[c] = Math.Sqrt(MatrixKernels.Dot(rows.Row(c), rows.Row(c), size));
        }

        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            Subtract(basis, dimension, block, coefficients);
            Transpose(block, rows);
            for (int c = 0; c < columns; c++)
            {
                Normalise(basis, dimension, rows, c, sweep == 0 ? norms[c] : 1);
            }

            for (long i = 0; i < size; i++)
            {
                for (int c = 0; c < columns; c++)
                {
                    block.Row(i)[c] = rows.Row(c)[i];
                }
            }
        }
    }

    /// <summary>Block −= Q·(Qᵀ·block).</summary>
    private static void Subtract(DenseMatrix basis, int dimension, DenseMatrix block, DenseMatrix coefficients)
    {
        if (dimension == 0)
        {
            return;
        }

        int columns = (int)block.Columns;
        coefficients.Clear();
        MatrixKernels.MultiplyAdd(
            dimension, columns, block.Rows, basis.Pointer, 1, basis.Stride, block.Pointer, block.Stride, coefficients.Pointer, coefficients.Stride);
        for (int i = 0; i < dimension; i++)
        {
            double* row = coefficients.Row(i);
            for (int c = 0; c < columns; c++)
            {
                row[c] = -row[c];
            }
        }

        MatrixKernels.MultiplyAdd(
            block.Rows, columns, dimension, basis.Pointer, basis.Stride, 1, coefficients.Pointer, coefficients.Stride, block.Pointer, block.Stride);
    }

    /// <summary>Makes row c orthogonal to the rows before it and of unit length.</summary>
    private void Normalise(DenseMatrix basis, int dimension, DenseMatrix rows, int c, double scale)
    {
        double* row = rows.Row(c);
        long size = rows.Columns;
        double norm = SubtractEarlier(rows, c);
        for (int attempt = 0; !(norm > Collapse * scale); attempt++)
        {
            if (attempt == MaxReplacements)
            {
                throw new ArithmeticException("No further direction is left for the Krylov basis.");
            }

            for (long i = 0; i < size; i++)
            {
                row[i] = NormalRandom.Next(random);
            }

            scale = Math.Sqrt(size);
            for (int sweep = 0; sweep < Sweeps; sweep++)
            {
                SubtractBasis(basis, dimension, row);
                norm = SubtractEarlier(rows, c);
            }
        }

        for (long i = 0; i < size; i++)
        {
            row[i] /= norm;
        }
    }

    private static double SubtractEarlier(DenseMatrix rows, int c)
    {
        double* row = rows.Row(c);
        for (int earlier = 0; earlier < c; earlier++)
        {
            double* other = rows.Row(earlier);
            MatrixKernels.Axpy(-MatrixKernels.Dot(other, row, rows.Columns), other, row, rows.Columns);
        }

        return Math.Sqrt(MatrixKernels.Dot(row, row, rows.Columns));
    }

    private static void SubtractBasis(DenseMatrix basis, int dimension, double* row)
    {
        for (int j = 0; j < dimension; j++)
        {
            double product = 0;
            for (long i = 0; i < basis.Rows; i++)
            {
                product += basis.Row(i)[j] * row[i];
            }

            for (long i = 0; i < basis.Rows; i++)
            {
                row[i] -= product * basis.Row(i)[j];
            }
        }
    }

    private static void Transpose(DenseMatrix block, DenseMatrix rows)
    {
        for (long i = 0; i < block.Rows; i++)
        {
            for (long c = 0; c < block.Columns; c++)
            {
                rows.Row(c)[i] = block.Row(i)[c];
            }
        }
    }
}
