using System;
using Kron.Generator.Planning;
using Kron.Generator.Planning.Activations;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;

namespace Kron.Generator.Tests.Activations;

public class ActivationSpecialValueTests
{
    private const float Infinity = float.PositiveInfinity;

    [Theory]
    [InlineData(nameof(ActivationKind.None), float.NegativeInfinity, 0f, Infinity)]
    [InlineData(nameof(ActivationKind.Relu), 0f, 0f, Infinity)]
    [InlineData(nameof(ActivationKind.LeakyRelu), float.NegativeInfinity, 0f, Infinity)]
    [InlineData(nameof(ActivationKind.Sigmoid), 0f, 0.5f, 1f)]
    [InlineData(nameof(ActivationKind.Tanh), -1f, 0f, 1f)]
    [InlineData(nameof(ActivationKind.Gelu), 0f, 0f, Infinity)]
    [InlineData(nameof(ActivationKind.Silu), 0f, 0f, Infinity)]
    public void ValueAtMinusInfinityZeroInfinityAndNaN(string activation, float atMinusInfinity, float atZero, float atInfinity)
    {
        Expression value = ActivationTable.Value(Enum.Parse<ActivationKind>(activation), 0.01f, ExpressionEvaluator.Input);
        foreach (bool fused in (bool[])[true, false])
        {
            ExpressionEvaluator f = new(value, fused);
            f.Evaluate(-Infinity).ShouldBe(atMinusInfinity);
            f.Evaluate(-float.MaxValue).ShouldBe(float.IsFinite(atMinusInfinity) ? atMinusInfinity : f.Evaluate(-float.MaxValue));
            f.Evaluate(0f).ShouldBe(atZero);
            f.Evaluate(-0f).ShouldBe(atZero);
            f.Evaluate(Infinity).ShouldBe(atInfinity);
            f.Evaluate(float.NaN).ShouldBe(float.NaN);
        }
    }

    [Theory]
    [InlineData(nameof(ActivationKind.None), 1f, 1f, 1f, 1f)]
    [InlineData(nameof(ActivationKind.Relu), 0f, 0f, 1f, 0f)]
    [InlineData(nameof(ActivationKind.LeakyRelu), 0.01f, 0.01f, 1f, 0.01f)]
    [InlineData(nameof(ActivationKind.Sigmoid), 0f, 0.25f, 0f, float.NaN)]
    [InlineData(nameof(ActivationKind.Tanh), 0f, 1f, 0f, float.NaN)]
    [InlineData(nameof(ActivationKind.Gelu), 0f, 0.5f, 1f, float.NaN)]
    [InlineData(nameof(ActivationKind.Silu), 0f, 0.5f, 1f, float.NaN)]
    public void DerivativeAtMinusInfinityZeroInfinityAndNaN(string activation, float atMinusInfinity, float atZero, float atInfinity, float atNaN)
    {
        Expression derivative = ActivationTable.Derivative(Enum.Parse<ActivationKind>(activation), 0.01f, ExpressionEvaluator.Input);
        foreach (bool fused in (bool[])[true, false])
        {
            ExpressionEvaluator f = new(derivative, fused);
            foreach (float large in (float[])[Infinity, float.MaxValue, 1e4f])
            {
                f.Evaluate(-large).ShouldBe(atMinusInfinity);
                f.Evaluate(large).ShouldBe(atInfinity);
            }

            f.Evaluate(0f).ShouldBe(atZero);
            f.Evaluate(-0f).ShouldBe(atZero);
            f.Evaluate(float.NaN).ShouldBe(atNaN);
        }
    }

    [Fact]
    public void LeakyReluOfSlopeZeroIsRelu()
    {
        ExpressionEvaluator f = new(ActivationTable.Value(ActivationKind.LeakyRelu, 0f, ExpressionEvaluator.Input), fused: false);
        f.Evaluate(-Infinity).ShouldBe(0f);
        f.Evaluate(3f).ShouldBe(3f);
    }

    [Fact]
    public void MaxoutIsNoElementwiseActivation() =>
        Should.Throw<ArgumentOutOfRangeException>(() => ActivationTable.Value(ActivationKind.Maxout, 0f, ExpressionEvaluator.Input));
}
