using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Planning;
using Kron.Generator.Planning.Activations;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Kron.Generator.Tests.Activations;

/// <summary>Maximal errors over dense samples of all floats. The bounds are those of docs/activations.md.</summary>
public class ActivationAccuracyTests(ITestOutputHelper output)
{
    private const float Slope = 0.01f;

    private static readonly float[] Sample = [.. AllMagnitudes(), .. WhereTheyBend()];

    /// <summary>Kind, derivative, and the bound on the error in ulp with and without fused multiply-add.</summary>
    public static TheoryData<string, bool, double, double> Bounds => new()
    {
        { nameof(ActivationKind.None), false, 0, 0 },
        { nameof(ActivationKind.None), true, 0, 0 },
        { nameof(ActivationKind.Relu), false, 0, 0 },
        { nameof(ActivationKind.Relu), true, 0, 0 },
        { nameof(ActivationKind.LeakyRelu), false, 0.5, 0.5 },
        { nameof(ActivationKind.LeakyRelu), true, 0, 0 },
        { nameof(ActivationKind.Sigmoid), false, 2.5, 2.5 },
        { nameof(ActivationKind.Sigmoid), true, 4, 4 },
        { nameof(ActivationKind.Tanh), false, 2.7, 2.7 },
        { nameof(ActivationKind.Tanh), true, 4, 4 },
        { nameof(ActivationKind.Gelu), false, 6, 6.5 },
        { nameof(ActivationKind.Gelu), true, 7, 10 },
        { nameof(ActivationKind.Silu), false, 3, 3 },
        { nameof(ActivationKind.Silu), true, 5, 5 },
    };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void ErrorStaysWithinItsBound(string activation, bool derivative, double fusedBound, double unfusedBound)
    {
        ActivationKind kind = Enum.Parse<ActivationKind>(activation);
        Expression expression = derivative
            ? ActivationTable.Derivative(kind, Slope, ExpressionEvaluator.Input)
            : ActivationTable.Value(kind, Slope, ExpressionEvaluator.Input);
        double[] exact = new double[Sample.Length];
        for (int i = 0; i < exact.Length; i++)
        {
            exact[i] = derivative ? ActivationReference.Derivative(kind, Slope, Sample[i]) : ActivationReference.Value(kind, Slope, Sample[i]);
        }

        float[] actual = new float[Sample.Length];
        foreach (bool fused in (bool[])[true, false])
        {
            ExpressionEvaluator evaluator = new(expression, fused);
            evaluator.Evaluate(Sample, actual);
            (double worst, float at) = (0, 0);
            for (int i = 0; i < actual.Length; i++)
            {
                double error = Math.Abs(actual[i] - exact[i]) / UnitInTheLastPlace(Magnitude(kind, derivative, exact[i], Sample[i]));
                if (!(error <= worst))
                {
                    (worst, at) = (error, Sample[i]);
                }
            }

            output.WriteLine($"{kind}{(derivative ? "′" : "")} {(fused ? "fused" : "unfused")}: {worst:F2} ulp at {at:R}, {evaluator.Operations} operations");
            worst.ShouldBeLessThanOrEqualTo(fused ? fusedBound : unfusedBound, $"at {at:R}");
        }
    }

    /// <summary>
    /// The magnitude whose ulp the error is measured in: the result's own, but 1/16 at least between −2 and 0, where the
    /// derivatives of gelu and silu cross zero.
    /// </summary>
    private static double Magnitude(ActivationKind kind, bool derivative, double exact, float x) =>
        derivative && kind is (ActivationKind.Gelu or ActivationKind.Silu) && x is > -2f and < 0f ? Math.Max(Math.Abs(exact), 1.0 / 16) : Math.Abs(exact);

    private static double UnitInTheLastPlace(double value)
    {
        int exponent = Math.Max(-126, value == 0 ? -126 : Math.ILogB(value));
        return Math.ScaleB(1, exponent - 23);
    }

    /// <summary>Every 3001st float: all signs, exponents and the subnormals.</summary>
    private static IEnumerable<float> AllMagnitudes()
    {
        for (long bits = 0; bits < 0x7F800000; bits += 3001)
        {
            float x = BitConverter.Int32BitsToSingle((int)bits);
            yield return x;
            yield return -x;
        }
    }

    private static IEnumerable<float> WhereTheyBend() =>
        Enumerable.Range(-600_000, 1_200_001).Select(i => i * 1.00001e-4f * (i % 3 == 0 ? 2 : 0.25f));
}
