using System;
using System.Globalization;
using Kron.Generator.Support;
using Kron.Generator.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Parsing;

/// <summary>No culture of the build machine may show in the code or in the messages.</summary>
public class InvariantTests
{
    private static readonly CultureInfo Hostile = CreateHostile();

    [Fact]
    public void A_negative_slope_is_the_same_in_every_culture()
    {
        const string Source = "using Kron; [KroneckerLayer(8, 4, 6, 2, 1, Activation = Activation.LeakyRelu, Slope = -1.5e-7f)] public partial class C;";
        string expected = GeneratorHarness.Run(Source, HarnessOptions.ScalarOnly).GeneratedText;

        In(Hostile, () =>
        {
            (-1.5).ToString(CultureInfo.CurrentCulture).ShouldBe("\u22121,5");
            Specs.Parse(Source).Attributes.ShouldBe("[KroneckerLayer(8, 4, 6, 2, 1, Activation = Activation.LeakyRelu, Slope = -1.5E-07f)]");
            GeneratorRun run = GeneratorHarness.Run(Source, HarnessOptions.ScalarOnly);
            run.GeneratedText.ShouldBe(expected);
            run.CompilerDiagnostics.ShouldBeEmpty();
        });
    }

    [Fact]
    public void Numbers_in_messages_are_the_same_in_every_culture() => In(Hostile, () =>
    {
        DiagnosticAssert.Single("[KroneckerLayer(4, 2, 3, [|-2|], 1)] partial class C;", "KRON017", "n2 is -2, but must be at least 1");
        DiagnosticAssert.Single(
            "[DenseLayer(4, 2, Activation = Activation.LeakyRelu, [|Slope = float.NegativeInfinity|])] partial class C;",
            "KRON030",
            "Slope is -Infinity, but must be a finite number");
    });

    [Theory]
    [InlineData(0.01f, "0.01f")]
    [InlineData(0.1f, "0.1f")]
    [InlineData(1f, "1f")]
    [InlineData(-0.2f, "-0.2f")]
    [InlineData(1f / 3, "0.33333334f")]
    [InlineData(16777216f, "16777216f")]
    [InlineData(float.MaxValue, "3.4028235E+38f")]
    [InlineData(float.Epsilon, "1E-45f")]
    [InlineData(-0f, "-0f")]
    public void A_literal_is_the_shortest_that_reads_back(float value, string literal)
    {
        In(Hostile, () => Invariant.Literal(value).ShouldBe(literal));
        BitConverter.SingleToInt32Bits(float.Parse(literal[..^1], CultureInfo.InvariantCulture)).ShouldBe(BitConverter.SingleToInt32Bits(value));
    }

    [Fact]
    public void Every_literal_reads_back_to_the_bit()
    {
        var random = new Random(20260);
        for (int i = 0; i < 20_000; i++)
        {
            float value = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            if (float.IsFinite(value))
            {
                float read = float.Parse(Invariant.Literal(value)[..^1], CultureInfo.InvariantCulture);
                BitConverter.SingleToInt32Bits(read).ShouldBe(BitConverter.SingleToInt32Bits(value));
            }
        }
    }

    private static CultureInfo CreateHostile()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = "\u00a0";
        culture.NumberFormat.NegativeInfinitySymbol = "\u2212\u221e";
        return culture;
    }

    private static void In(CultureInfo culture, Action action)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            action();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
