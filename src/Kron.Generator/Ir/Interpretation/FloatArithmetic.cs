using System;

namespace Kron.Generator.Ir.Interpretation;

/// <summary>Single-precision arithmetic as the targets do it; every result is rounded once.</summary>
internal static class FloatArithmetic
{
    /// <summary>a·b + c rounded once.</summary>
    /// <remarks>
    /// The product is exact in double. The sum is rounded to odd: where it is inexact its last bit is set, so that
    /// rounding it to single afterwards sees on which side of a tie it lies (Boldo and Melquiond).
    /// </remarks>
    public static float FusedMultiplyAdd(float a, float b, float c)
    {
        double product = (double)a * b;
        double sum = product + c;
        double part = sum - product;
        double error = (product - (sum - part)) + (c - part);
        if (error != 0 && !double.IsNaN(error))
        {
            long bits = BitConverter.DoubleToInt64Bits(sum);
            if ((bits & 1) == 0)
            {
                bits += (error > 0) == (sum > 0) ? 1 : -1;
                sum = BitConverter.Int64BitsToDouble(bits);
            }
        }

        return (float)sum;
    }

    /// <summary>a·b rounded, plus c, rounded again.</summary>
    public static float MultiplyThenAdd(float a, float b, float c)
    {
        float product = (float)((double)a * b);
        return (float)((double)product + c);
    }

    /// <summary>a·2^n for integral n in [−126, 127]; not a number where n is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is outside that range or not integral.</exception>
    public static float Scale(float a, float n)
    {
        if (float.IsNaN(n))
        {
            return float.NaN;
        }

        if (!(n >= -126f && n <= 127f) || n != (float)Math.Floor(n))
        {
            throw new ArgumentOutOfRangeException(nameof(n), n, "Expected an integral exponent from -126 to 127.");
        }

        return (float)(a * BitConverter.Int64BitsToDouble(((long)n + 1023) << 52));
    }

    public static float Round(float a) => (float)Math.Round(a, MidpointRounding.ToEven);

    /// <remarks>The root in double has enough bits to be rounded again.</remarks>
    public static float SquareRoot(float a) => (float)Math.Sqrt(a);

    public static float Min(float a, float b) => a < b ? a : b;

    public static float Max(float a, float b) => a > b ? a : b;
}
