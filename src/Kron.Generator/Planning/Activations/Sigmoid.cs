namespace Kron.Generator.Planning.Activations;

/// <summary>f(x) = 1 / (1 + e^−x).</summary>
/// <remarks>Both signs go through e = e^−|x| ≤ 1: nothing overflows, and the tails keep their relative accuracy.</remarks>
internal static class Sigmoid
{
    /// <summary>x ≥ 0: 1 / (1 + e); x &lt; 0: e / (1 + e).</summary>
    public static Expression Value(float slope, Expression x)
    {
        Expression e = Exponential.Lower(Exponential.Raised(NegativeMagnitude(x)));
        return Expression.Select(Expression.GreaterOrEqual(x, 0f), 1f, e) / (1f + e);
    }

    /// <summary>e / (1 + e)².</summary>
    public static Expression Derivative(float slope, Expression x)
    {
        Expression e = Exponential.Lower(Exponential.Raised(NegativeMagnitude(x)));
        Expression t = 1f + e;
        return e / (t * t);
    }

    /// <remarks>The maximum yields its second operand when that is NaN.</remarks>
    private static Expression NegativeMagnitude(Expression x) => Expression.Max(Exponential.Underflow, -Expression.Abs(x));
}
