namespace Kron.Decomposition;

/// <summary>The symmetric operator RᵀR on the shorter side of a rearranged weight, applied in one pass over the weight.</summary>
internal sealed unsafe class GramOperator(RearrangedMatrix matrix) : ISymmetricOperator
{
    /// <inheritdoc/>
    public int Size => matrix.Short;

    /// <inheritdoc/>
    public void Apply(double* x, long ldx, double* y, long ldy, int columns)
    {
        int parts = matrix.Parts;
        var sums = new DenseMatrix[parts];
        var products = new DenseMatrix[parts];
        try
        {
            for (int part = 0; part < parts; part++)
            {
                sums[part] = new DenseMatrix(Size, columns);
                products[part] = new DenseMatrix(matrix.PanelRows, columns);
            }

            RearrangedMatrix view = matrix;
            int size = Size;
            matrix.ForEachPanel((part, first, count, panel) =>
            {
                DenseMatrix product = products[part], sum = sums[part];
                view.Read(first, count, panel);
                product.Clear();
                MatrixKernels.MultiplyAdd(count, columns, size, panel.Pointer, panel.Stride, 1, x, ldx, product.Pointer, product.Stride);
                MatrixKernels.MultiplyAdd(size, columns, count, panel.Pointer, 1, panel.Stride, product.Pointer, product.Stride, sum.Pointer, sum.Stride);
            });

            for (int i = 0; i < Size; i++)
            {
                double* row = y + (i * ldy);
                new System.Span<double>(row, columns).Clear();
                for (int part = 0; part < parts; part++)
                {
                    MatrixKernels.Axpy(1, sums[part].Row(i), row, columns);
                }
            }
        }
        finally
        {
            for (int part = 0; part < parts; part++)
            {
                sums[part]?.Dispose();
                products[part]?.Dispose();
            }
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
        matrix.ForEachPanel((part, first, count, panel) =>
        {
            view.Read(first, count, panel);
            MatrixKernels.AddGram(size, count, panel.Pointer, panel.Stride, sums[part].Pointer, sums[part].Stride);
        });

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
}
