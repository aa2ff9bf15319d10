using System.Threading;

namespace Kron.Decomposition;

/// <summary>The Gram matrix RᵀR on the shorter side of a rearranged weight.</summary>
internal static unsafe class GramMatrix
{
    // Up to this side an accumulator for each part is nothing beside the weight, and panels are read on all cores.
    private const int SmallSide = 256;

    /// <summary>Bytes that a computation takes, the result included.</summary>
    public static long Bytes(long size) => sizeof(double) * size * size * (size <= SmallSide ? RearrangedMatrix.MaxParts : 1);

    /// <summary>Computes both triangles of RᵀR.</summary>
    /// <param name="matrix">R.</param>
    /// <param name="gram">Receives the result; zero before.</param>
    /// <param name="cancellation">Ends the computation with an <see cref="System.OperationCanceledException"/>.</param>
    public static void Compute(RearrangedMatrix matrix, DenseMatrix gram, CancellationToken cancellation)
    {
        if (matrix.Short <= SmallSide)
        {
            AddParts(matrix, gram, cancellation);
        }
        else
        {
            AddPanels(matrix, gram, cancellation);
        }

        SymmetricProducts.Mirror(gram);
    }

    private static void AddParts(RearrangedMatrix matrix, DenseMatrix gram, CancellationToken cancellation)
    {
        int size = matrix.Short;
        var sums = new DenseMatrix[matrix.Parts];
        sums[0] = gram;
        for (int part = 1; part < sums.Length; part++)
        {
            sums[part] = new DenseMatrix(size, size);
        }

        try
        {
            matrix.ForEachPanel<double>(
                (part, first, count, panel) =>
                {
                    matrix.Read(first, count, panel);
                    MatrixKernels.AddGram(size, count, panel.Pointer, panel.Stride, sums[part].Pointer, sums[part].Stride);
                },
                cancellation);
            for (int part = 1; part < sums.Length; part++)
            {
                DenseMatrices.Axpy(1, sums[part], gram);
            }
        }
        finally
        {
            for (int part = 1; part < sums.Length; part++)
            {
                sums[part].Dispose();
            }
        }
    }

    private static void AddPanels(RearrangedMatrix matrix, DenseMatrix gram, CancellationToken cancellation)
    {
        int rows = matrix.PanelRows<double>();
        using var panel = new DenseMatrix(rows, matrix.Short);
        for (long first = 0; first < matrix.Long; first += rows)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = (int)long.Min(rows, matrix.Long - first);
            matrix.Read(first, count, panel);
            SymmetricProducts.AddGram(count, panel.Pointer, panel.Stride, panel.Pointer, panel.Stride, gram, 0);
        }
    }
}
