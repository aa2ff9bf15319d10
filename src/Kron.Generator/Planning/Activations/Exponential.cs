namespace Kron.Generator.Planning.Activations;

/// <summary>
/// e^x for the activations: x = n·ln 2 + r (Cody and Waite), then e^r by a polynomial and 2^n by the exponent.
/// </summary>
/// <remarks>
/// The activations need e^x for x ≤ 0 down to where it vanishes, and 2^n alone ends at n = −126. So the power is
/// computed times 2^64, and <see cref="Lower"/> takes the factor away where it belongs: after the products that still
/// lift a result out of the subnormal range.
/// </remarks>
internal static class Exponential
{
    /// <summary>Below this e^x, and 110·e^x too, rounds to zero.</summary>
    public const float Underflow = -110f;

    private const int Raise = 64;
    private const float LogBase2OfE = 1.44269504f;

    // ln 2 in two parts. The first has 10 bits, so that n times it is exact with and without fused multiply-add.
    private const float Ln2Leading = 0.693359375f;
    private const float Ln2Trailing = -2.12194440e-4f;

    // (e^r − 1 − r) / r² on |r| ≤ 0.376: minimax for the relative error of e^r − 1 (2.3e-8), by Lawson's iteration
    // in 50 digits, the coefficients rounded to floats one after the other and the remaining ones fitted again.
    // The interval is ln(2)/2 and 0.029 more, the correction that a Gaussian exponent adds after the reduction.
    private const float C2 = 0.5f;
    private const float C3 = 0.16666497f;
    private const float C4 = 0.04166632f;
    private const float C5 = 0.008372318f;
    private const float C6 = 0.00139483f;

    /// <summary>n and r with x = n·ln 2 + r and |r| ≤ ln(2)/2, for |x| ≤ 120.</summary>
    public static (Expression N, Expression R) Reduce(Expression x)
    {
        Expression n = Expression.Round(x * LogBase2OfE);
        Expression r = Expression.MultiplyAdd(n, -Ln2Leading, x);
        return (n, Expression.MultiplyAdd(n, -Ln2Trailing, r));
    }

    /// <summary>e^r − 1 for |r| ≤ 0.376, to one unit in the last place near zero too.</summary>
    public static Expression MinusOne(Expression r)
    {
        Expression c = Expression.MultiplyAdd(C6, r, C5);
        c = Expression.MultiplyAdd(c, r, C4);
        c = Expression.MultiplyAdd(c, r, C3);
        c = Expression.MultiplyAdd(c, r, C2);
        return Expression.MultiplyAdd(c, r * r, r);
    }

    /// <summary>2^64·e^x for −120 ≤ x ≤ 0.</summary>
    public static Expression Raised(Expression x)
    {
        (Expression n, Expression r) = Reduce(x);
        return Raised(n, r);
    }

    /// <summary>2^64·2^n·e^r.</summary>
    public static Expression Raised(Expression n, Expression r) => Expression.Scale(1f + MinusOne(r), n + Raise);

    /// <summary>Takes the factor 2^64 away.</summary>
    public static Expression Lower(Expression raised) => raised * 5.42101086e-20f;
}
