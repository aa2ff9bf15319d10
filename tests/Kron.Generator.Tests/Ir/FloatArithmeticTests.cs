using System;
using Kron.Generator.Ir.Interpretation;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Ir;

public class FloatArithmeticTests
{
    [Fact]
    public void FusedMultiplyAddIsTheProcessors()
    {
        Random random = new(1);
        for (int i = 0; i < 3_000_000; i++)
        {
            // Arbitrary bits, then operands that meet near each other, where ties and cancellation are frequent.
            float a = Any(random);
            float b = Any(random);
            float c = i % 2 == 0 ? Any(random) : -a * b * (1 + random.Next(-2, 3) * 1e-7f) * MathF.Pow(2, random.Next(-30, 31));
            float expected = MathF.FusedMultiplyAdd(a, b, c);
            float actual = FloatArithmetic.FusedMultiplyAdd(a, b, c);
            if (!expected.Equals(actual))
            {
                actual.ShouldBe(expected, $"{a:R} * {b:R} + {c:R}");
            }
        }
    }

    [Fact]
    public void FusedMultiplyAddRoundsOnceWhereDoubleWouldRoundTwice()
    {
        // The sum is a tie of two floats but for a part far below double precision.
        float c = 1f + MathF.ScaleB(1, -23);
        float half = MathF.ScaleB(1, -24);
        FloatArithmetic.FusedMultiplyAdd(half, 1f - MathF.ScaleB(1, -24), c).ShouldBe(c);
        FloatArithmetic.FusedMultiplyAdd(MathF.ScaleB(1, -60) + half, 1f, 1f).ShouldBe(MathF.FusedMultiplyAdd(MathF.ScaleB(1, -60) + half, 1f, 1f));
        float tiny = MathF.ScaleB(1 + MathF.ScaleB(1, -23), -12);
        FloatArithmetic.FusedMultiplyAdd(tiny, MathF.ScaleB(1 - MathF.ScaleB(1, -23), -12), 1f)
            .ShouldBe(MathF.FusedMultiplyAdd(tiny, MathF.ScaleB(1 - MathF.ScaleB(1, -23), -12), 1f));
    }

    [Fact]
    public void MultiplyThenAddRoundsTwice()
    {
        float a = 1 + MathF.ScaleB(1, -12);
        FloatArithmetic.MultiplyThenAdd(a, a, -1f).ShouldBe(MathF.ScaleB(1, -11));
        FloatArithmetic.FusedMultiplyAdd(a, a, -1f).ShouldBe(MathF.ScaleB(1, -11) + MathF.ScaleB(1, -24));
    }

    [Theory]
    [InlineData(1.5f, 127f)]
    [InlineData(1.5f, -126f)]
    [InlineData(3f, 127f)]
    [InlineData(1e-30f, -126f)]
    [InlineData(float.NaN, 3f)]
    public void ScaleMultipliesByThePower(float a, float n) => FloatArithmetic.Scale(a, n).ShouldBe((float)(a * Math.Pow(2, n)));

    [Theory]
    [InlineData(128f)]
    [InlineData(-127f)]
    [InlineData(0.5f)]
    public void ScaleRefusesOtherExponents(float n) => Should.Throw<ArgumentOutOfRangeException>(() => FloatArithmetic.Scale(1f, n));

    [Fact]
    public void RoundGoesToEvenAndMinMaxYieldTheSecondForNaN()
    {
        FloatArithmetic.Round(2.5f).ShouldBe(2f);
        FloatArithmetic.Round(-3.5f).ShouldBe(-4f);
        FloatArithmetic.Max(float.NaN, 1f).ShouldBe(1f);
        FloatArithmetic.Max(1f, float.NaN).ShouldBe(float.NaN);
        FloatArithmetic.Min(float.NaN, 1f).ShouldBe(1f);
        FloatArithmetic.Min(1f, float.NaN).ShouldBe(float.NaN);
    }

    private static float Any(Random random) => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
}
