using System;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Training;

public class LearningRateTests
{
    [Fact]
    public void Constant()
    {
        LearningRate.Constant(0.3).At(0).ShouldBe(0.3);
        LearningRate.Constant(0.3).At(1_000_000_000_000).ShouldBe(0.3);
    }

    [Fact]
    public void Step()
    {
        LearningRate schedule = LearningRate.Step(0.8, 10, 0.5);
        schedule.At(0).ShouldBe(0.8);
        schedule.At(9).ShouldBe(0.8);
        schedule.At(10).ShouldBe(0.4, 1e-15);
        schedule.At(39).ShouldBe(0.1, 1e-15);
    }

    [Fact]
    public void Cosine()
    {
        LearningRate schedule = LearningRate.Cosine(1, 100, 0.2);
        schedule.At(0).ShouldBe(1);
        schedule.At(50).ShouldBe(0.6, 1e-12);
        schedule.At(25).ShouldBe(0.2 + (0.8 * (1 + Math.Sqrt(0.5)) / 2), 1e-12);
        schedule.At(100).ShouldBe(0.2);
        schedule.At(1000).ShouldBe(0.2);
        LearningRate.Cosine(1, 100).At(100).ShouldBe(0);
    }

    [Fact]
    public void Warm_up_rises_linearly_and_does_not_shift_what_follows()
    {
        LearningRate inner = LearningRate.Cosine(1, 100), schedule = inner.WithWarmUp(4);
        schedule.At(0).ShouldBe(0.25, 1e-15);
        schedule.At(1).ShouldBe(0.5 * inner.At(1), 1e-15);
        schedule.At(3).ShouldBe(inner.At(3));
        schedule.At(60).ShouldBe(inner.At(60));
        schedule.At(100).ShouldBe(0);
        inner.WithWarmUp(0).ShouldBeSameAs(inner);
        LearningRate.Step(1, 2, 0.5).WithWarmUp(2).WithWarmUp(4).At(0).ShouldBe(0.125);
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => LearningRate.Constant(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => LearningRate.Constant(double.NaN));
        Should.Throw<ArgumentOutOfRangeException>(() => LearningRate.Step(1, 0, 0.5));
        Should.Throw<ArgumentOutOfRangeException>(() => LearningRate.Step(1, 1, double.PositiveInfinity));
        Should.Throw<ArgumentOutOfRangeException>(() => LearningRate.Cosine(1, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => LearningRate.Cosine(1, 1, -1));
        Should.Throw<ArgumentOutOfRangeException>(() => LearningRate.Constant(1).WithWarmUp(-1));
        Should.Throw<ArgumentOutOfRangeException>(() => LearningRate.Constant(1).At(-1));
    }
}
