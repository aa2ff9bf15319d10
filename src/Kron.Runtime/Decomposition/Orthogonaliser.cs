using System;

namespace Kron.Decomposition;

/// <summary>Makes vectors orthonormal to a basis and among themselves; vectors are rows.</summary>
internal sealed unsafe class Orthogonaliser(Random random)
{
    // One sweep may leave a vector that cancelled almost wholly; the second makes it orthogonal to rounding (Kahan and Parlett: twice is enough).
    private const int Sweeps = 2;

    // What is left of a vector below this part of itself is rounding, not a direction.
    private const double Collapse = 1e-12;

    private const int MaxReplacements = 8;

    // Rows that are made orthogonal to all before them by matrix products, and among themselves one by one.
    private const int Group = 12;

    /// <summary>Fills rows with independent standard normal entries.</summary>
    public void FillRandom(DenseMatrix matrix, int first, int count)
    {
        for (int c = first; c < first + count; c++)
        {
            FillRandom(matrix.Row(c), matrix.Columns);
        }
    }

    /// <summary>
    /// Replaces rows of a matrix by orthonormal ones, orthogonal to all rows before them too, that span the same directions.
    /// A direction that lies in the span already is replaced by a random one.
    /// </summary>
    /// <param name="basis">The matrix; its rows before <paramref name="first"/> are orthonormal.</param>
    /// <param name="first">The first row to replace.</param>
    /// <param name="count">How many; up to these the matrix must have fewer rows than columns.</param>
    /// <param name="coefficients">
    /// Receives C, count × at least first + count, with former rows = C·(rows up to the last replaced); entries beyond the diagonal are zero.
    /// </param>
    public void Orthonormalise(DenseMatrix basis, int first, int count, DenseMatrix coefficients)
    {
        coefficients.Clear();
        using var products = new DenseMatrix(Group, first + count);
        using var within = new DenseMatrix(Group, Group);
        for (int start = 0; start < count; start += Group)
        {
            int rows = Math.Min(Group, count - start), earlier = first + start;
            using var transformation = new DenseMatrix(Group, Group);
            for (int i = 0; i < rows; i++)
            {
                transformation.Row(i)[i] = 1;
            }

            // rows = T·(what is left); each sweep takes C·basis off and leaves L·(orthonormal rows).
            for (int sweep = 0; sweep < Sweeps; sweep++)
            {
                Subtract(basis, earlier, rows, products);
                for (int i = 0; i < rows; i++)
                {
                    for (int t = 0; t <= i; t++)
                    {
                        MatrixKernels.Axpy(transformation.Row(i)[t], products.Row(t), coefficients.Row(start + i), earlier);
                    }
                }

                within.Clear();
                for (int c = 0; c < rows; c++)
                {
                    Normalise(basis, earlier, c, within.Row(c));
                }

                MultiplyTriangles(transformation, within, rows);
            }

            for (int i = 0; i < rows; i++)
            {
                new ReadOnlySpan<double>(transformation.Row(i), rows).CopyTo(new Span<double>(coefficients.Row(start + i) + earlier, rows));
            }
        }
    }

    /// <summary>Rows −= C·basis with C = rows·basisᵀ.</summary>
    private static void Subtract(DenseMatrix basis, int earlier, int rows, DenseMatrix products)
    {
        if (earlier == 0)
        {
            return;
        }

        long size = basis.Columns, stride = basis.Stride, work = (long)earlier * rows * size;
        products.Clear();
        using var parts = new DenseMatrix((long)MatrixKernels.SliceCount(work) * rows, earlier);
        MatrixKernels.ForEachSlice(size, work, (slice, from, length) =>
            MatrixKernels.MultiplyRowsAdd(
                rows, earlier, length, basis.Row(earlier) + from, stride, basis.Pointer + from, stride, parts.Row((long)slice * rows), parts.Stride));
        for (int r = 0; r < parts.Rows; r++)
        {
            MatrixKernels.Axpy(-1, parts.Row(r), products.Row(r % rows), earlier);
        }

        MatrixKernels.ForEachSlice(size, work, (_, from, length) =>
            MatrixKernels.MultiplyAdd(
                rows, length, earlier, products.Pointer, products.Stride, 1, basis.Pointer + from, stride, basis.Row(earlier) + from, stride));
        for (int i = 0; i < rows; i++)
        {
            double* row = products.Row(i);
            for (int j = 0; j < earlier; j++)
            {
                row[j] = -row[j];
            }
        }
    }

    /// <summary>Makes row earlier + c orthogonal to the c rows before it and of unit length; L's row receives the coefficients.</summary>
    private void Normalise(DenseMatrix basis, int earlier, int c, double* lower)
    {
        double* row = basis.Row(earlier + c);
        long size = basis.Columns;
        double before = Norm(row, size);
        for (int e = 0; e < c; e++)
        {
            lower[e] = MatrixKernels.Dot(basis.Row(earlier + e), row, size);
            MatrixKernels.Axpy(-lower[e], basis.Row(earlier + e), row, size);
        }

        double norm = Norm(row, size);
        lower[c] = norm;
        double scale = before;
        for (int attempt = 0; !(norm > Collapse * scale); attempt++)
        {
            if (attempt == MaxReplacements)
            {
                throw new ArithmeticException("No further direction is left for the Krylov basis.");
            }

            lower[c] = 0;
            FillRandom(row, size);
            scale = Math.Sqrt(size);
            for (int sweep = 0; sweep < Sweeps; sweep++)
            {
                for (int e = 0; e < earlier + c; e++)
                {
                    MatrixKernels.Axpy(-MatrixKernels.Dot(basis.Row(e), row, size), basis.Row(e), row, size);
                }
            }

            norm = Norm(row, size);
        }

        for (long i = 0; i < size; i++)
        {
            row[i] /= norm;
        }
    }

    /// <summary>T ← T·L, both lower triangles.</summary>
    private static void MultiplyTriangles(DenseMatrix t, DenseMatrix l, int size)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int p = j; p <= i; p++)
                {
                    sum += t.Row(i)[p] * l.Row(p)[j];
                }

                // Entries left of the column are not read again.
                t.Row(i)[j] = sum;
            }
        }
    }

    private void FillRandom(double* row, long length)
    {
        for (long i = 0; i < length; i++)
        {
            row[i] = NormalRandom.Next(random);
        }
    }

    private static double Norm(double* row, long length) => Math.Sqrt(MatrixKernels.Dot(row, row, length));
}
