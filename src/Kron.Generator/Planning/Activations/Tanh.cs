namespace Kron.Generator.Planning.Activations;

/// <summary>f(x) = tanh x.</summary>
internal static class Tanh
{
    // tanh 10 rounds to 1.
    private const float Saturation = 20f;

    /// <summary>With m = e^2x − 1: m / (m + 2).</summary>
    /// <remarks>m is assembled as 2^n·(e^r − 1) + (2^n − 1), so that it keeps its relative accuracy near zero.</remarks>
    public static Expression Value(float slope, Expression x)
    {
        Expression y = Expression.Min(Saturation, Expression.Max(-Saturation, x + x));
        (Expression n, Expression r) = Exponential.Reduce(y);
        Expression scale = Expression.Scale(1f, n);
        Expression m = Expression.MultiplyAdd(Exponential.MinusOne(r), scale, scale - 1f);
        return m / (m + 2f);
    }

    /// <summary>With e = e^−2|x|: e / ((1 + e) / 2)².</summary>
    public static Expression Derivative(float slope, Expression x)
    {
        Expression y = Expression.Max(Exponential.Underflow, Expression.Abs(x) * -2f);
        Expression e = Exponential.Lower(Exponential.Raised(y));
        Expression t = Expression.MultiplyAdd(e, 0.5f, 0.5f);
        return e / (t * t);
    }
}
