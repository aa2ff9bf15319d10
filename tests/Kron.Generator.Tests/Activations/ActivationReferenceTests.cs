using System;
using System.Numerics;
using Kron.Generator.Planning.Activations;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Activations;

/// <summary>The reference is itself checked: against exact arithmetic, and derivative against value.</summary>
public class ActivationReferenceTests
{
    [Theory]
    [InlineData(-13)]
    [InlineData(-7)]
    [InlineData(-4)]
    [InlineData(-2.5)]
    [InlineData(-2.4999)]
    [InlineData(-1)]
    [InlineData(0.75)]
    [InlineData(2.5)]
    public void NormalDistributionAgreesWithAnExactTaylorSeries(double x)
    {
        // Φ(x) = 1/2 + Σ (−1)^k x^(2k+1) / (k!·2^k·(2k+1)) / √(2π) in fixed-point integers of 600 bits.
        const int Bits = 600;
        BigInteger one = BigInteger.One << Bits;
        BigInteger scaled = new BigInteger(x * 65536) * one / 65536;
        double rounded = (double)new BigInteger(x * 65536) / 65536;
        BigInteger power = scaled;
        BigInteger sum = 0;
        for (int k = 0; k < 1200; k++)
        {
            sum += (k % 2 == 0 ? power : -power) / ((2 * k) + 1);
            power = ((power * scaled >> Bits) * scaled >> Bits) / (2 * (k + 1));
        }

        BigInteger half = one / 2;
        BigInteger value = half + (sum * one / SquareRootOfTwoPi(Bits));
        double expected = (double)(value * BigInteger.Pow(2, 200) / one) * Math.Pow(2, -200);
        ActivationReference.NormalDistribution(rounded).ShouldBe(expected, Math.Abs(expected) * 1e-13);
    }

    [Fact]
    public void DerivativesAgreeWithFiniteDifferences()
    {
        foreach (ActivationKind kind in ActivationTable.Kinds)
        {
            for (double x = -12.03; x < 12; x += 0.0917)
            {
                const double H = 1e-3;
                double F(double at) => ActivationReference.Value(kind, 0.01, at);

                // Five points: error of order H⁴.
                double difference = (F(x - (2 * H)) - (8 * F(x - H)) + (8 * F(x + H)) - F(x + (2 * H))) / (12 * H);
                ActivationReference.Derivative(kind, 0.01, x).ShouldBe(difference, 1e-11 * (1 + Math.Abs(F(x))), $"{kind}′({x})");
            }
        }
    }

    private static BigInteger SquareRootOfTwoPi(int bits)
    {
        // π by Machin's formula, then Newton's square root, in fixed point.
        BigInteger one = BigInteger.One << (bits + 32);
        BigInteger ArcTangentOfInverse(int n)
        {
            BigInteger sum = 0;
            BigInteger term = one / n;
            for (int k = 0; !term.IsZero; k++)
            {
                sum += (k % 2 == 0 ? term : -term) / ((2 * k) + 1);
                term /= n * n;
            }

            return sum;
        }

        BigInteger twoPi = 8 * ((4 * ArcTangentOfInverse(5)) - ArcTangentOfInverse(239));
        BigInteger square = (twoPi >> 32) << bits;
        BigInteger root = BigInteger.One << (bits + 2);
        for (int i = 0; i < 40; i++)
        {
            root = (root + (square / root)) / 2;
        }

        return root;
    }
}
