using System;

namespace Kron.Decomposition;

/// <summary>How much the sum of the leading eigenvalues may exceed the sum of the leading Ritz values.</summary>
/// <remarks>
/// In a basis of the wanted Ritz vectors and their complement, G = [Θ, Eᵀ; E, H] with ‖E e_i‖ = ρ_i, the residuals. For any
/// x &gt; 0, G ⪯ diag(Θ + EᵀE/x, H + x·I), and where H has no eigenvalue above μ the r largest of the right-hand side sum to at most
/// ΣΘ_i + Σ ρ_i²/x + Σ max(0, μ + x − θ_i). The least over x is of second order in the residuals where a gap separates the wanted
/// eigenvalues, and 2·√r·‖ρ‖ where none does. Of μ all that is known is the largest Ritz value not wanted and its own residual: the
/// bound is one over the directions that have been found.
/// </remarks>
internal static class GainBound
{
    /// <summary>The bound.</summary>
    /// <param name="values">Descending Ritz values, at least the wanted ones; the one behind them, if there, is the largest not wanted.</param>
    /// <param name="residuals">Their residuals.</param>
    /// <param name="wanted">How many are wanted.</param>
    public static double Of(ReadOnlySpan<double> values, ReadOnlySpan<double> residuals, int wanted)
    {
        double squares = 0;
        for (int i = 0; i < wanted; i++)
        {
            squares += residuals[i] * residuals[i];
        }

        if (squares == 0)
        {
            return 0;
        }

        double above = values.Length > wanted ? values[wanted] + residuals[wanted] : values[wanted - 1];

        // Convex in x: the least is at a kink, μ + x = θ_i, or where the slope vanishes between two.
        double least = double.PositiveInfinity;
        for (int i = 1; i <= wanted; i++)
        {
            least = Math.Min(least, At(values[wanted - i] - above, values[..wanted], above, squares));
            least = Math.Min(least, At(Math.Sqrt(squares / i), values[..wanted], above, squares));
        }

        return least;
    }

    private static double At(double x, ReadOnlySpan<double> values, double above, double squares)
    {
        if (!(x > 0))
        {
            return double.PositiveInfinity;
        }

        double bound = squares / x;
        foreach (double value in values)
        {
            bound += Math.Max(0, above + x - value);
        }

        return bound;
    }
}
