namespace Kron.Generator.Planning.Activations;

/// <summary>f(x) = x / (1 + e^−x).</summary>
internal static class Silu
{
    /// <summary>With e = e^−|x|: x / (1 + e) for x ≥ 0, x·e / (1 + e) for x &lt; 0.</summary>
    public static Expression Value(float slope, Expression x)
    {
        Expression y = Expression.Max(Exponential.Underflow, -Expression.Abs(x));
        Expression raised = Exponential.Raised(y);
        Expression negative = Exponential.Lower(raised * y);
        return Expression.Select(Expression.GreaterOrEqual(x, 0f), x, negative) / (1f + Exponential.Lower(raised));
    }

    /// <summary>(1 + e + x·e) / (1 + e)² for x ≥ 0, e·(1 + x + e) / (1 + e)² for x &lt; 0.</summary>
    /// <remarks>1 + x is exact around the zero at −1.278, so the error there is only that of e.</remarks>
    public static Expression Derivative(float slope, Expression x)
    {
        Expression magnitude = Expression.Min(-Exponential.Underflow, Expression.Abs(x));
        Expression raised = Exponential.Raised(-magnitude);
        Expression e = Exponential.Lower(raised);
        Expression t = 1f + e;
        Expression positive = Expression.MultiplyAdd(magnitude, e, t);
        Expression negative = Exponential.Lower(raised * ((1f - magnitude) + e));
        return Expression.Select(Expression.GreaterOrEqual(x, 0f), positive, negative) / (t * t);
    }
}
