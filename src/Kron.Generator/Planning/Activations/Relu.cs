namespace Kron.Generator.Planning.Activations;

/// <summary>f(x) = max(0, x); f′(0) = 0.</summary>
internal static class Relu
{
    /// <remarks>The maximum yields its second operand when either is NaN, so x comes second.</remarks>
    public static Expression Value(float slope, Expression x) => Expression.Max(0f, x);

    public static Expression Derivative(float slope, Expression x) => Expression.Select(Expression.Greater(x, 0f), 1f, 0f);
}
