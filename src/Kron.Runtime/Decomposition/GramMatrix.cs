using System.Threading;

namespace Kron.Decomposition;

/// <summary>The Gram matrix RᵀR on the shorter side of a rearranged weight.</summary>
internal static unsafe class GramMatrix
{
    /// <summary>Both triangles of RᵀR.</summary>
    /// <param name="matrix">R.</param>
    /// <param name="cancellation">Ends the computation with an <see cref="System.OperationCanceledException"/>.</param>
    public static DenseMatrix Of(RearrangedMatrix matrix, CancellationToken cancellation)
    {
        int size = matrix.Short, parts = matrix.Parts;
        var sums = new DenseMatrix[parts];
        for (int part = 0; part < parts; part++)
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
