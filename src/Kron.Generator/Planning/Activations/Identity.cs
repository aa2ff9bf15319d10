namespace Kron.Generator.Planning.Activations;

/// <summary>f(x) = x.</summary>
internal static class Identity
{
    public static Expression Value(float slope, Expression x) => x;

    public static Expression Derivative(float slope, Expression x) => 1f;
}
