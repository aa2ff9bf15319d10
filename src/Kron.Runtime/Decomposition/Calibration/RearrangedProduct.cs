using System;

namespace Kron.Decomposition;

/// <summary>Products of a rearranged weight R with a thin matrix that is made and used row by row.</summary>
internal static unsafe class RearrangedProduct
{
    /// <summary>Makes or takes a row of a thin matrix.</summary>
    /// <param name="index">The row.</param>
    /// <param name="row">Its values.</param>
    internal delegate void RowAction(long index, double* row);

    /// <summary>Computes R·M, or Rᵀ·M, in one pass over R.</summary>
    /// <param name="matrix">R.</param>
    /// <param name="contractsRight">Whether M's rows are the columns of R, so that the product is R·M.</param>
    /// <param name="columns">Columns of M.</param>
    /// <param name="gather">Writes a row of M; called from several threads.</param>
    /// <param name="scatter">Reads a row of the product, each once; called from several threads.</param>
    public static void Run(RearrangedMatrix matrix, bool contractsRight, int columns, RowAction gather, RowAction scatter)
    {
        if (contractsRight == matrix.RightIsShort)
        {
            ContractShort(matrix, columns, gather, scatter);
        }
        else
        {
            ContractLong(matrix, columns, gather, scatter);
        }
    }

    private static void ContractShort(RearrangedMatrix matrix, int columns, RowAction gather, RowAction scatter)
    {
        using var thin = new DenseMatrix(matrix.Short, columns);
        for (int i = 0; i < matrix.Short; i++)
        {
            gather(i, thin.Row(i));
        }

        var products = new DenseMatrix[matrix.Parts];
        try
        {
            Allocate(products, matrix.PanelRows<double>(), columns);
            DenseMatrix factor = thin;
            matrix.ForEachPanel<double>((part, first, count, panel) =>
            {
                DenseMatrix product = products[part];
                product.Clear();
                matrix.Read(first, count, panel);
                MatrixKernels.MultiplyAdd(
                    count, DenseMatrix.Padded(columns), matrix.Short, panel.Pointer, panel.Stride, 1, factor.Pointer, factor.Stride, product.Pointer, product.Stride);
                for (int k = 0; k < count; k++)
                {
                    scatter(first + k, product.Row(k));
                }
            });
        }
        finally
        {
            Free(products);
        }
    }

    private static void ContractLong(RearrangedMatrix matrix, int columns, RowAction gather, RowAction scatter)
    {
        var sums = new DenseMatrix[matrix.Parts];
        var factors = new DenseMatrix[matrix.Parts];
        try
        {
            Allocate(sums, matrix.Short, columns);
            Allocate(factors, matrix.PanelRows<double>(), columns);
            matrix.ForEachPanel<double>((part, first, count, panel) =>
            {
                DenseMatrix factor = factors[part], sum = sums[part];
                for (int k = 0; k < count; k++)
                {
                    gather(first + k, factor.Row(k));
                }

                matrix.Read(first, count, panel);
                MatrixKernels.MultiplyAdd(
                    matrix.Short, DenseMatrix.Padded(columns), count, panel.Pointer, 1, panel.Stride, factor.Pointer, factor.Stride, sum.Pointer, sum.Stride);
            });

            for (int i = 0; i < matrix.Short; i++)
            {
                for (int part = 1; part < sums.Length; part++)
                {
                    MatrixKernels.Axpy(1, sums[part].Row(i), sums[0].Row(i), columns);
                }

                scatter(i, sums[0].Row(i));
            }
        }
        finally
        {
            Free(sums);
            Free(factors);
        }
    }

    private static void Allocate(DenseMatrix[] matrices, long rows, long columns)
    {
        for (int part = 0; part < matrices.Length; part++)
        {
            matrices[part] = new DenseMatrix(rows, columns);
        }
    }

    private static void Free(DenseMatrix[] matrices)
    {
        foreach (DenseMatrix matrix in matrices)
        {
            matrix?.Dispose();
        }
    }
}
