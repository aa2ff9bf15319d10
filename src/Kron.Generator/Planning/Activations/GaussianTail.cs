namespace Kron.Generator.Planning.Activations;

/// <summary>
/// The upper tail Q(a) = erfc(a/√2)/2 of the Gaussian distribution at a = |x|, as e^(−a²/2)·G(a) with
/// G(a) = erfcx(a/√2)/2, which is smooth and falls only like 1/a: relative accuracy holds until Q itself vanishes.
/// </summary>
internal sealed class GaussianTail
{
    // Beyond this 15·Q(a) and a·φ(a) round to zero.
    private const float Vanishes = 15f;

    // G(a) = P(a)/Q(a) on [0, 15], relative error 1.2e-8: minimax by Lawson's iteration in 50 digits, P(0) and Q(0)
    // exact, the coefficients rounded to floats one after the other and the remaining ones fitted again.
    private const float P0 = 0.5f;
    private const float P1 = 0.43858081f;
    private const float P2 = 0.18342067f;
    private const float P3 = 0.0406880601f;
    private const float P4 = 0.00412209425f;
    private const float Q1 = 1.67504644f;
    private const float Q2 = 1.20333099f;
    private const float Q3 = 0.469953299f;
    private const float Q4 = 0.101996087f;
    private const float Q5 = 0.0103324438f;

    public GaussianTail(Expression x)
    {
        // The minimum yields its second operand when that is NaN.
        Magnitude = Expression.Min(Vanishes, Expression.Abs(x));
        Scaled = Ratio(Magnitude);
        RaisedPower = Power(Magnitude);
    }

    /// <summary>a = |x|, but at most 15.</summary>
    public Expression Magnitude { get; }

    /// <summary>G(a).</summary>
    public Expression Scaled { get; }

    /// <summary>2^64·e^(−a²/2).</summary>
    public Expression RaisedPower { get; }

    private static Expression Ratio(Expression a)
    {
        Expression p = Expression.MultiplyAdd(P4, a, P3);
        p = Expression.MultiplyAdd(p, a, P2);
        p = Expression.MultiplyAdd(p, a, P1);
        p = Expression.MultiplyAdd(p, a, P0);
        Expression q = Expression.MultiplyAdd(Q5, a, Q4);
        q = Expression.MultiplyAdd(q, a, Q3);
        q = Expression.MultiplyAdd(q, a, Q2);
        q = Expression.MultiplyAdd(q, a, Q1);
        q = Expression.MultiplyAdd(q, a, 1f);
        return p / q;
    }

    /// <remarks>
    /// a² in one float would put an error of 100 units in the last place into the tail. The leading 12 bits c of a have
    /// an exact square; the rest, (a − c)·(a + c)/2 ≤ 0.03, is taken away after the reduction. No fused operation is needed.
    /// </remarks>
    private static Expression Power(Expression a)
    {
        Expression c = Expression.Round(a * 256f) * (1f / 256f);
        Expression rest = (a - c) * (a + c);
        (Expression n, Expression r) = Exponential.Reduce(c * c * -0.5f);
        return Exponential.Raised(n, Expression.MultiplyAdd(rest, -0.5f, r));
    }
}
