namespace Kron.Generator.Planning.Activations;

/// <summary>f(x) = x·Φ(x) with the Gaussian distribution function Φ.</summary>
internal static class Gelu
{
    public static Expression Value(float slope, Expression x)
    {
        GaussianTail tail = new(x);

        // x·Φ(x) = max(0, x) − |x|·Q(|x|). The maximum yields its second operand when that is NaN.
        return Expression.Max(0f, x) - Exponential.Lower(tail.Magnitude * (tail.Scaled * tail.RaisedPower));
    }

    /// <summary>Φ(x) + x·φ(x).</summary>
    public static Expression Derivative(float slope, Expression x)
    {
        const float InverseRootTwoPi = 0.398942280f;
        GaussianTail tail = new(x);

        // At −|x|: Q(|x|) − |x|·φ(x). At |x| it is one minus that.
        Expression difference = Expression.MultiplyAdd(tail.Magnitude, -InverseRootTwoPi, tail.Scaled);
        Expression atNegative = Exponential.Lower(difference * tail.RaisedPower);
        return Expression.Select(Expression.GreaterOrEqual(x, 0f), 1f - atNegative, atNegative);
    }
}
