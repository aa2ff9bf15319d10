using System;
using System.Linq;
using Kron.Runtime.Tests.Layers;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Training;

public sealed class DropoutTests
{
    private static readonly float[] Ones = [.. Enumerable.Repeat(1f, 40_000)];

    [Fact]
    public void Inference_is_the_identity()
    {
        var layer = new Dropout(7, 0.5, seed: 1);
        float[] x = NaiveLayer.Values(21, seed: 2), y = new float[21];
        layer.Forward(x, y);
        y.ShouldBe(x);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Values_are_dropped_at_the_rate_and_the_others_scaled(double rate)
    {
        var layer = new Dropout(100, rate, seed: 3);
        float[] y = Train(layer, Ones);
        float scale = (float)(1 / (1 - rate));
        y.ShouldAllBe(value => value == 0 || value == scale);

        // Five standard deviations of a binomial count.
        double dropped = y.Count(value => value == 0), allowed = 5 * Math.Sqrt(Ones.Length * rate * (1 - rate));
        dropped.ShouldBe(Ones.Length * rate, allowed + 1e-9);
    }

    [Fact]
    public void Neighbours_samples_and_passes_are_independent()
    {
        var layer = new Dropout(64, 0.5, seed: 4);
        float[] first = Train(layer, Ones), second = Train(layer, Ones);
        float[] otherSeed = Train(new Dropout(64, 0.5, seed: 5), Ones);
        Agreement(first, second).ShouldBe(0.5, 0.0125);
        Agreement(first, otherSeed).ShouldBe(0.5, 0.0125);
        foreach (int distance in new[] { 1, 2, 4, 8, 16, 64, 1024, 32768 })
        {
            Agreement(first[distance..], first[..^distance]).ShouldBe(0.5, 2.5 / Math.Sqrt(first.Length - distance), $"{distance} apart");
        }
    }

    [Fact]
    public void Masks_follow_from_the_seed_and_the_passes_before()
    {
        var layer = new Dropout(10, 0.3, seed: 6);
        float[] first = Train(layer, Ones), second = Train(layer, Ones);
        var again = new Dropout(10, 0.3, seed: 6);
        again.Forward(Ones, new float[Ones.Length]);
        Train(again, Ones).ShouldBe(first);
        Train(again, Ones).ShouldBe(second);
    }

    [Fact]
    public void A_mask_does_not_depend_on_the_length_of_vectors()
    {
        // What lies behind the last whole vector of a short pass is in one of a longer pass.
        float[] longest = Train(new Dropout(1, 0.5, seed: 7), Ones[..100]);
        for (int length = 1; length < 70; length++)
        {
            Train(new Dropout(1, 0.5, seed: 7), Ones[..length]).ShouldBe(longest[..length]);
        }
    }

    [Fact]
    public void The_gradient_passes_where_the_value_did()
    {
        var layer = new Dropout(50, 0.4, seed: 8);
        LayerTape first = layer.CreateTape(3), second = layer.CreateTape(2);
        float[] x = NaiveLayer.Values(150, seed: 9), dy = NaiveLayer.Values(150, seed: 10), dx = new float[150];
        float[] y = new float[150], other = new float[100];
        layer.Forward(x, y, first);
        layer.Forward(x.AsSpan(0, 100), other, second);

        layer.Backward(x, dy, dx, first);
        dx.ShouldBe(y.Select((value, i) => value == 0 ? 0 : dy[i] * (float)(1 / 0.6)));
        layer.Backward(x.AsSpan(0, 100), dy.AsSpan(0, 100), dx.AsSpan(0, 100), second);
        dx[..100].ShouldBe(other.Select((value, i) => value == 0 ? 0 : dy[i] * (float)(1 / 0.6)));

        layer.Backward(x, dy, [], first);
    }

    [Fact]
    public void What_is_dropped_is_zero_whatever_it_was()
    {
        float[] mask = Train(new Dropout(100, 0.5, seed: 1), Ones[..100]);
        float[] y = Train(new Dropout(100, 0.5, seed: 1), [.. Enumerable.Repeat(float.PositiveInfinity, 100)]);
        y.ShouldBe(mask.Select(m => m == 0 ? 0 : float.PositiveInfinity));
    }

    [Fact]
    public void It_trains_in_a_chain_and_has_nothing_to_save()
    {
        var model = new Sequential(new TanhLayer(6, 20, seed: 1), new Dropout(20, 0.5, seed: 2), new TanhLayer(20, 3, seed: 3));
        model.ParameterCount.ShouldBe((7 * 20) + (21 * 3));
        float[] x = NaiveLayer.Values(6, seed: 4), y = new float[3], dy = NaiveLayer.Values(3, seed: 5), dx = new float[6];
        SequentialTape tape = model.CreateTape(1);
        model.Forward(x, y, tape);
        model.Backward(x, dy, dx, tape);

        // What was dropped gives no gradient to the weights that it goes into, nor to those that it comes from.
        bool[] dropped = [.. model[2].Gradients[..20].ToArray().Select(g => g == 0)];
        dropped.Count(d => d).ShouldBeInRange(3, 17);
        for (int i = 0; i < 20; i++)
        {
            (model[2].Gradients[20 + i] == 0).ShouldBe(dropped[i]);
            (model[0].Gradients[i * 6] == 0).ShouldBe(dropped[i]);
        }
    }

    [Fact]
    public void A_training_step_allocates_nothing()
    {
        var layer = new Dropout(50, 0.5, seed: 1);
        LayerTape tape = layer.CreateTape(3);
        float[] x = new float[150], y = new float[150], dx = new float[150];
        Allocation.Of(() =>
        {
            layer.Forward(x, y, tape);
            layer.Backward(x, y, dx, tape);
            layer.Forward(x, y);
            layer.Commit();
        }).ShouldBe(0);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void A_rate_outside_its_range_is_refused(double rate) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new Dropout(3, rate, seed: 1)).Message.ShouldContain("from 0 to below 1");

    [Fact]
    public void Wrong_arguments_are_named_and_nothing_is_written()
    {
        var layer = new Dropout(4, 0.5, seed: 1);
        LayerTape tape = layer.CreateTape(2), foreign = new Dropout(4, 0.5, seed: 1).CreateTape(2);
        float[] x = new float[8], y = [9, 9, 9, 9, 9, 9, 9, 9];
        Should.Throw<ArgumentOutOfRangeException>(() => new Dropout(0, 0.5, seed: 1)).ParamName.ShouldBe("size");
        Should.Throw<ArgumentException>(() => layer.Forward(new float[7], y)).Message.ShouldContain("multiple of 4");
        Should.Throw<ArgumentException>(() => layer.Forward(x, y.AsSpan(0, 4), tape)).Message.ShouldContain("expected 8");
        Should.Throw<ArgumentException>(() => layer.Forward(y, y, tape)).Message.ShouldContain("overlaps 'input'");
        Should.Throw<ArgumentException>(() => layer.Forward(new float[12], new float[12], tape)).Message.ShouldContain("at most 2");
        Should.Throw<ArgumentException>(() => layer.Forward(x, y, foreign)).Message.ShouldContain("this Dropout");
        Should.Throw<InvalidOperationException>(() => layer.Backward(x, x, y, tape)).Message.ShouldContain("no recorded pass");
        layer.Forward(x, new float[8], tape);
        Should.Throw<ArgumentException>(() => layer.Backward(x.AsSpan(0, 4), x.AsSpan(0, 4), [], tape)).Message.ShouldContain("expected 2");
        Should.Throw<ArgumentException>(() => layer.Backward(x, new float[8], x, tape)).ParamName.ShouldBe("inputGradient");
        y.ShouldAllBe(value => value == 9);
    }

    private static float[] Train(Dropout layer, float[] x)
    {
        var y = new float[x.Length];
        layer.Forward(x, y, layer.CreateTape(x.Length / layer.InputSize));
        return y;
    }

    private static double Agreement(float[] a, float[] b) => a.Zip(b, (x, y) => x == y ? 1.0 : 0.0).Average();
}
