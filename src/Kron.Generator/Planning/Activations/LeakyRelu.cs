namespace Kron.Generator.Planning.Activations;

/// <summary>f(x) = x for x ≥ 0, else slope · x; f′(0) = slope.</summary>
internal static class LeakyRelu
{
    /// <remarks>Slope 0 is apart because 0 · −∞ is not a number.</remarks>
    public static Expression Value(float slope, Expression x) => slope == 0f
        ? Relu.Value(slope, x)
        : Expression.Select(Expression.GreaterOrEqual(x, 0f), x, slope * x);

    public static Expression Derivative(float slope, Expression x) => Expression.Select(Expression.Greater(x, 0f), 1f, slope);
}
