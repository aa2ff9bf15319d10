using System;

namespace Kron.Kernels.Tests.Support;

/// <summary>The value among a layer's results that is farthest from what it should be, in multiples of what is allowed.</summary>
/// <param name="What">The results' name.</param>
/// <param name="Index">Index of the value.</param>
/// <param name="Length">How many values there are.</param>
/// <param name="Actual">The value.</param>
/// <param name="Expected">What it should be.</param>
/// <param name="Bound">How far it may be from that.</param>
/// <param name="Bits">A hash of all the values' bits: two computations of the same roundings have the same.</param>
internal readonly record struct Deviation(string What, int Index, int Length, float Actual, double Expected, double Bound, ulong Bits)
{
    public double Error => Math.Abs(Actual - Expected);

    public bool IsAllowed => Error <= Bound;

    /// <summary>The worst of some results, the first where several are.</summary>
    public static Deviation Of(string what, ReadOnlySpan<float> actual, Func<int, (double Value, double Bound)> expected)
    {
        (int worst, double most) = (0, -1);
        ulong bits = 14695981039346656037;
        for (int i = 0; i < actual.Length; i++)
        {
            bits = (bits ^ BitConverter.SingleToUInt32Bits(actual[i])) * 1099511628211;
            (double value, double bound) = expected(i);
            double error = Math.Abs(actual[i] - value);

            // Nothing compares with what is no number.
            double share = double.IsNaN(error) ? double.PositiveInfinity : error == 0 ? 0 : error / bound;
            if (share > most)
            {
                (worst, most) = (i, share);
            }
        }

        return actual.Length == 0
            ? new Deviation(what, 0, 0, 0, 0, 0, bits)
            : new Deviation(what, worst, actual.Length, actual[worst], expected(worst).Value, expected(worst).Bound, bits);
    }

    public override string ToString() => $"{What}[{Index}] of {Length} is {Actual:R}, expected {Expected:R} ± {Bound:R}";
}
