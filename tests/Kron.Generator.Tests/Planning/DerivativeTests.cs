using System;
using Kron.Generator.Ir;
using Kron.Generator.Planning;
using Kron.Generator.Spec;
using Shouldly;
using Xunit;
using static Kron.Generator.Tests.Planning.PlanningSpecs;

namespace Kron.Generator.Tests.Planning;

public class DerivativeTests
{
    private static readonly Access X = At(PerSample("x", Region.Input, 4), "j");
    private static readonly Access Z = At(PerSample("z", Region.Input, 4), "j");
    private static readonly Expression ReadX = new Read(X);
    private static readonly Expression ReadZ = new Read(Z);

    [Fact]
    public void LeavesAreOneOrZero()
    {
        Derivative.Of(ReadX, X).ShouldBe(new Literal(1));
        Derivative.Of(ReadZ, X).ShouldBe(new Literal(0));
        Derivative.Of(3f, X).ShouldBe(new Literal(0));
        Derivative.Of(new IndexOf("j"), X).ShouldBe(new Literal(0));

        // Another element of the same tensor is another variable.
        Derivative.Of(new Read(X with { Axes = [Axis(1, ("j", 1))] }), X).ShouldBe(new Literal(0));
    }

    [Fact]
    public void SumsDifferencesAndProducts()
    {
        Derivative.Of(ReadX + ReadZ, X).ShouldBe(new Literal(1));
        Derivative.Of(ReadZ - ReadX, X).ShouldBe(new Literal(-1));
        Derivative.Of(-ReadX, X).ShouldBe(new Literal(-1));
        Derivative.Of(ReadX * ReadZ, X).ShouldBe(ReadZ);
        Derivative.Of(ReadX * 3f, X).ShouldBe(new Literal(3));
        Derivative.Of(ReadX * ReadX, X).ShouldBe(ReadX + ReadX);
        Derivative.Of(ReadX + ReadX, X).ShouldBe(new BinaryExpression(BinaryKind.Add, new Literal(1), new Literal(1)));
    }

    [Fact]
    public void ASquareRoot()
    {
        Expression root = Expression.SquareRoot(ReadX);
        Derivative.Of(root, X).ShouldBe(0.5f / root);
        root = Expression.SquareRoot((ReadX * 3f) + ReadZ);
        Derivative.Of(root, X).ShouldBe(3f * (0.5f / root));
        Derivative.Of(Expression.SquareRoot(ReadZ), X).ShouldBe(new Literal(0));
    }

    [Fact]
    public void AnActivationFollowsTheChainRule()
    {
        Expression inner = ReadX + ReadZ;
        Expression activation = new ActivationExpression(ActivationKind.Tanh, 0, inner);
        Derivative.Of(activation, X).ShouldBe(new ActivationDerivative(ActivationKind.Tanh, 0, inner));
        Derivative.Of(new ActivationExpression(ActivationKind.LeakyRelu, 0.3f, ReadX * 2f), X)
            .ShouldBe(2f * (Expression)new ActivationDerivative(ActivationKind.LeakyRelu, 0.3f, ReadX * 2f));
        Derivative.Of(new ActivationExpression(ActivationKind.Tanh, 0, ReadZ), X).ShouldBe(new Literal(0));
    }

    [Fact]
    public void WhatHasNoRuleIsConstantOrRefused()
    {
        Derivative.Of(Expression.Max(ReadZ, 0f), X).ShouldBe(new Literal(0));
        Should.Throw<NotSupportedException>(() => Derivative.Of(Expression.Max(ReadX, 0f), X)).Message.ShouldContain("BinaryExpression");
    }
}
