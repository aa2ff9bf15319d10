using System;

namespace Kron.Decomposition;

/// <summary>The two thin convolutions whose composition is nearest to a square one.</summary>
/// <remarks>
/// C. Tai, T. Xiao, Y. Zhang, X. Wang and W. E, "Convolutional neural networks with low-rank regularization", arXiv 1511.06067, theorem 1:
/// W[n, c, y, x] ≈ Σ_k H[n, k, x]·V[k, c, y] is the truncated singular value decomposition of the matrix with rows (c, y) and columns (x, n),
/// so ‖W − Ŵ‖²_F = Σ_{k &gt; K} σ_k². That matrix is its own rearrangement for factors of shape (C·d, 1, 1, d·N), and <see cref="KroneckerFit"/> fits it.
/// </remarks>
public static class LowRankConvolution
{
    /// <summary>Fits the kernels of a convolution.</summary>
    /// <param name="weight">W [N, C, d, d], row-major.</param>
    /// <param name="outputs">N.</param>
    /// <param name="channels">C.</param>
    /// <param name="kernel">d.</param>
    /// <param name="rank">K, the channels between the two convolutions.</param>
    /// <param name="vertical">Receives V [K, C, d, 1], the kernels of the first.</param>
    /// <param name="horizontal">Receives H [N, K, 1, d], the kernels of the second.</param>
    /// <param name="options">Options of the iterative solver; null for the defaults.</param>
    /// <returns>What was reached; multiply-adds are per output position with stride 1.</returns>
    /// <exception cref="ArgumentException">A size is not positive, a length does not fit or an entry is not finite; nothing is written.</exception>
    public static FitReport Fit(
        ReadOnlySpan<float> weight, int outputs, int channels, int kernel, int rank, Span<float> vertical, Span<float> horizontal, FitOptions? options = null)
    {
        if (outputs < 1 || channels < 1 || kernel < 1 || rank < 1)
        {
            throw new ArgumentException($"Every size must be at least 1, but they are {outputs} outputs, {channels} channels, kernel {kernel} and rank {rank}.", nameof(rank));
        }

        long rows = (long)channels * kernel, columns = (long)kernel * outputs;
        WeightChecks.Length(weight.Length, checked(rows * columns), $"{outputs} × {channels} × {kernel} × {kernel}", nameof(weight));
        WeightChecks.Length(vertical.Length, checked(rank * rows), $"{rank} × {channels} × {kernel} × 1", nameof(vertical));
        WeightChecks.Length(horizontal.Length, checked(rank * columns), $"{outputs} × {rank} × 1 × {kernel}", nameof(horizontal));
        WeightChecks.Energy(weight, kernel, (options ?? FitOptions.Default).WeightName);

        var matrix = new float[weight.Length];
        for (int n = 0; n < outputs; n++)
        {
            for (int row = 0; row < rows; row++)
            {
                for (int x = 0; x < kernel; x++)
                {
                    matrix[(row * columns) + ((long)x * outputs) + n] = weight[(int)((((n * rows) + row) * kernel) + x)];
                }
            }
        }

        var shape = new ShapeGroup((int)rows, 1, 1, (int)columns, rank);
        KroneckerWeight fitted = KroneckerWeight.Fit(matrix, (int)rows, (int)columns, [shape], options, out FitReport report);
        Span<float> factors = fitted.Factors;
        factors[..vertical.Length].CopyTo(vertical);
        ReadOnlySpan<float> right = factors[vertical.Length..];
        for (int n = 0; n < outputs; n++)
        {
            for (int k = 0; k < rank; k++)
            {
                for (int x = 0; x < kernel; x++)
                {
                    horizontal[(((n * rank) + k) * kernel) + x] = right[(((k * kernel) + x) * outputs) + n];
                }
            }
        }

        return report with { MultiplyAdds = (long)rank * kernel * (channels + outputs), DenseMultiplyAdds = weight.Length };
    }
}
