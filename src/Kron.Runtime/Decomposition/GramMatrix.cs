using System.Threading;

namespace Kron.Decomposition;

/// <summary>The Gram matrix RᵀR on the shorter side of a rearranged weight.</summary>
internal static unsafe class GramMatrix
{
    // Up to this side an accumulator for each part is nothing beside the weight, and panels are read on all cores.
    private const int SmallSide = 256;

    /// <summary>Bytes that <see cref="Of"/> takes, the result included.</summary>
    public static long Bytes(long size) => sizeof(double) * size * size * (size <= SmallSide ? RearrangedMatrix.MaxParts : 1);

    /// <summary>Both triangles of RᵀR.</summary>
    /// <param name="matrix">R.</param>
    /// <param name="cancellation">Ends the computation with an <see cref="System.OperationCanceledException"/>.</param>
    public static DenseMatrix Of(RearrangedMatrix matrix, CancellationToken cancellation)
    {
        DenseMatrix gram = matrix.Short <= SmallSide ? ByParts(matrix, cancellation) : ByPanels(matrix, cancellation);
        SymmetricProducts.Mirror(gram);
        return gram;
    }

    private static DenseMatrix ByParts(RearrangedMatrix matrix, CancellationToken cancellation)
    {
        int size = matrix.Short;
        var sums = new DenseMatrix[matrix.Parts];
        for (int part = 0; part < sums.Length; part++)
        {
            sums[part] = new DenseMatrix(size, size);
        }

        matrix.ForEachPanel<double>(
            (part, first, count, panel) =>
            {
                matrix.Read(first, count, panel);
                MatrixKernels.AddGram(size, count, panel.Pointer, panel.Stride, sums[part].Pointer, sums[part].Stride);
            },
            cancellation);

        for (int part = 1; part < sums.Length; part++)
        {
            DenseMatrices.Axpy(1, sums[part], sums[0]);
            sums[part].Dispose();
        }

        return sums[0];
    }

    private static DenseMatrix ByPanels(RearrangedMatrix matrix, CancellationToken cancellation)
    {
        int size = matrix.Short, rows = matrix.PanelRows<double>();
        var gram = new DenseMatrix(size, size);
        using var panel = new DenseMatrix(rows, size);
        for (long first = 0; first < matrix.Long; first += rows)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = (int)long.Min(rows, matrix.Long - first);
            matrix.Read(first, count, panel);
            SymmetricProducts.AddGram(count, panel.Pointer, panel.Stride, panel.Pointer, panel.Stride, gram, 0);
        }

        return gram;
    }
}
