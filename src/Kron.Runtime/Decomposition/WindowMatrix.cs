using System;

namespace Kron.Decomposition;

/// <summary>
/// The matrix T ∈ {0, 1}^{size × reduced} of one axis of a structured weight: T[i, j] = 1 where 0 ≤ i − j ≤ size − reduced, so that
/// column j marks the window that sum-pooling adds up at position j.
/// </summary>
/// <remarks>
/// Least squares in closed form, O(size) for a line and with no factorisation. A vector r is orthogonal to all columns if the sum over each
/// window of w = size − reduced + 1 neighbours is zero: if r has period w and a period sums to zero. So the distance of b from the range of T
/// is r_i = p_{i mod w} with p_k = mean_k(b) − λ/n_k, where n_k entries fall into residue class k and λ makes Σ p_k = 0. What remains, v = b − r,
/// lies in the range, and T·α = v is solved by v_i − v_{i−1} = α_i − α_{i−w}: only additions, whose errors add up and are not amplified.
/// </remarks>
internal readonly unsafe struct WindowMatrix(int size, int reduced)
{
    private int Window => size - reduced + 1;

    /// <summary>Whether windows hold one entry each, so that T is the identity.</summary>
    public bool IsIdentity => Window == 1;

    /// <summary>Doubles of memory that <see cref="Project"/> needs.</summary>
    public int Scratch => Window;

    /// <summary>Replaces b by the nearest vector in the range of T.</summary>
    /// <param name="line">b.</param>
    /// <param name="stride">Distance of its entries.</param>
    /// <param name="scratch">Memory for <see cref="Scratch"/> doubles.</param>
    public void Project(double* line, long stride, Span<double> scratch)
    {
        int window = Window;
        double excess = 0, weights = 0;
        for (int k = 0; k < window; k++)
        {
            double sum = 0;
            for (int i = k; i < size; i += window)
            {
                sum += line[i * stride];
            }

            int count = ((size - 1 - k) / window) + 1;
            scratch[k] = sum / count;
            excess += scratch[k];
            weights += 1.0 / count;
        }

        for (int k = 0; k < window; k++)
        {
            int count = ((size - 1 - k) / window) + 1;
            double rest = scratch[k] - (excess / weights / count);
            for (int i = k; i < size; i += window)
            {
                line[i * stride] -= rest;
            }
        }
    }

    /// <summary>Replaces the first entries of a vector in the range of T by the α with T·α = v.</summary>
    public void Solve(double* line, long stride)
    {
        int window = Window;
        for (int i = reduced - 1; i > 0; i--)
        {
            line[i * stride] -= line[(i - 1) * stride];
        }

        for (int i = window; i < reduced; i++)
        {
            line[i * stride] += line[(i - window) * stride];
        }
    }

    /// <summary>Replaces α, the first entries of a line, by T·α: a running sum, from the last entry down.</summary>
    public void Expand(double* line, long stride)
    {
        int window = Window;
        double sum = 0;
        for (int i = size - 1; i >= 0; i--)
        {
            if (i >= window - 1)
            {
                sum += line[(i - window + 1) * stride];
            }

            double own = i < reduced ? line[i * stride] : 0;
            line[i * stride] = sum;
            sum -= own;
        }
    }
}
