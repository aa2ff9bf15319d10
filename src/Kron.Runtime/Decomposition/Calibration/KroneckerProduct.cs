using System;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>
/// Products (Σ A_t ⊗ B_t)·C in two stages, one kind of factor after the other, at n·(m2·r + m·r/n2) multiplications for each input
/// of C with B first, where the product of a dense weight takes n·m.
/// </summary>
internal static unsafe class KroneckerProduct
{
    // Columns of C at a time: whole register tiles at every vector width.
    private const int Panel = 96;

    /// <summary>Writes columns of one row of C.</summary>
    /// <param name="input">The row.</param>
    /// <param name="column">The first column.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="target">Where to.</param>
    internal delegate void RowReader(int input, int column, int columns, double* target);

    /// <summary>Whether two stages take less than a dense product, and if so which factors come last.</summary>
    public static bool IsShorter(ShapeGroup shape, out bool leftLast)
    {
        double outputs = (double)shape.M1 * shape.M2;
        double rightFirst = shape.R * (shape.M2 + (outputs / shape.N2)), leftFirst = shape.R * (shape.M1 + (outputs / shape.N1));
        leftLast = rightFirst <= leftFirst;
        return Math.Min(rightFirst, leftFirst) < outputs;
    }

    /// <summary>Product ← (Σ A_t ⊗ B_t)·C; outputs beyond the product's rows are dropped.</summary>
    /// <param name="side">The factors that come last are those it solves for.</param>
    /// <param name="last">These.</param>
    /// <param name="first">The others.</param>
    /// <param name="read">Reads C.</param>
    /// <param name="product">Receives the product.</param>
    /// <param name="cancellation">Ends it between panels.</param>
    public static void Run(FactorSide side, TermFactors last, TermFactors first, RowReader read, DenseMatrix product, CancellationToken cancellation)
    {
        int terms = last.Terms, solved = side.Solved, other = side.Fixed;

        // As many rows of the first factors at a time as leave the intermediate no larger than a panel of C.
        int slab = Math.Clamp(solved * other / (terms * solved), 1, first.Rows);
        using DenseMatrix inner = Inner(first, slab), outer = Outer(last);
        DenseMatrix a = inner, b = outer;
        PartRunner.Run((side.Inputs + Panel - 1) / Panel, part =>
        {
            cancellation.ThrowIfCancellationRequested();
            int column = part * Panel, columns = Math.Min(Panel, side.Inputs - column);
            using var values = new DenseMatrix((long)solved * other, Panel);
            for (int s = 0; s < solved; s++)
            {
                for (int f = 0; f < other; f++)
                {
                    int stored = side.Stored(s, f);
                    if (stored >= 0)
                    {
                        read(stored, column, columns, values.Row(((long)s * other) + f));
                    }
                }
            }

            // [(s, t) × (i, column)], contiguous.
            using var products = new DenseMatrix(1, (long)solved * terms * slab * Panel);
            using var sums = new DenseMatrix(last.Rows, (long)slab * Panel);
            for (int start = 0; start < first.Rows; start += slab)
            {
                int rows = Math.Min(slab, first.Rows - start), width = rows * Panel;
                products.Clear();
                sums.Clear();
                for (int s = 0; s < solved; s++)
                {
                    MatrixKernels.MultiplyAdd(
                        (long)terms * rows, Panel, other, a.Row((long)start * terms), a.Stride, 1,
                        values.Row((long)s * other), values.Stride, products.Pointer + ((long)s * terms * width), Panel);
                }

                MatrixKernels.MultiplyAdd(
                    last.Rows, width, (long)solved * terms, b.Pointer, b.Stride, 1, products.Pointer, width, sums.Pointer, sums.Stride);
                for (int o = 0; o < last.Rows; o++)
                {
                    for (int i = 0; i < rows; i++)
                    {
                        long row = side.SolvesLeft ? ((long)o * first.Rows) + start + i : ((start + i) * (long)last.Rows) + o;
                        if (row < product.Rows)
                        {
                            new ReadOnlySpan<double>(sums.Row(o) + ((long)i * Panel), columns).CopyTo(new Span<double>(product.Row(row) + column, columns));
                        }
                    }
                }
            }
        }, cancellation);
    }

    /// <summary>[slab, (t, i) × f].</summary>
    private static DenseMatrix Inner(TermFactors factors, int slab)
    {
        var result = new DenseMatrix((long)factors.Terms * factors.Rows, factors.Columns);
        for (int start = 0; start < factors.Rows; start += slab)
        {
            int rows = Math.Min(slab, factors.Rows - start);
            for (int t = 0; t < factors.Terms; t++)
            {
                for (int f = 0; f < factors.Columns; f++)
                {
                    double* column = factors.Values.Row(((long)t * factors.Columns) + f) + start;
                    for (int i = 0; i < rows; i++)
                    {
                        result.Row(((long)start * factors.Terms) + ((long)t * rows) + i)[f] = column[i];
                    }
                }
            }
        }

        return result;
    }

    /// <summary>[o × (s, t)].</summary>
    private static DenseMatrix Outer(TermFactors factors)
    {
        var result = new DenseMatrix(factors.Rows, (long)factors.Columns * factors.Terms);
        for (int t = 0; t < factors.Terms; t++)
        {
            for (int s = 0; s < factors.Columns; s++)
            {
                double* column = factors.Values.Row(((long)t * factors.Columns) + s);
                for (int o = 0; o < factors.Rows; o++)
                {
                    result.Row(o)[((long)s * factors.Terms) + t] = column[o];
                }
            }
        }

        return result;
    }
}
