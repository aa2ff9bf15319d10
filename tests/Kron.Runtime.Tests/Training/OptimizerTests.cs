using System;
using System.Linq;
using Kron.Runtime.Tests.Decomposition;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Training;

public class OptimizerTests
{
    [Fact]
    public void Sgd_by_hand()
    {
        TanhLayer layer = OneWeight(1);
        var sgd = new Sgd(layer) { Momentum = 0.5, WeightDecay = 0.1 };

        layer.Gradients[0] = 2;
        sgd.Step(0.1);
        // d = 2 + 0.1·1 = 2.1; v = 2.1; p = 1 − 0.21.
        layer.Parameters[0].ShouldBe(0.79f, 1e-6f);
        layer.Gradients[0].ShouldBe(0);
        layer.Commits.ShouldBe(1);

        layer.Gradients[0] = -1;
        sgd.Step(0.1);
        // d = −1 + 0.079 = −0.921; v = 1.05 − 0.921 = 0.129; p = 0.79 − 0.0129.
        layer.Parameters[0].ShouldBe(0.7771f, 1e-6f);
        sgd.Steps.ShouldBe(2);
    }

    [Fact]
    public void Nesterov_by_hand()
    {
        TanhLayer layer = OneWeight(1);
        var sgd = new Sgd(layer) { Momentum = 0.5, Nesterov = true };

        layer.Gradients[0] = 2;
        sgd.Step(0.1);
        // v = 2; p = 1 − 0.1·(2 + 0.5·2).
        layer.Parameters[0].ShouldBe(0.7f, 1e-6f);

        layer.Gradients[0] = 1;
        sgd.Step(0.1);
        // v = 2; p = 0.7 − 0.1·(1 + 0.5·2).
        layer.Parameters[0].ShouldBe(0.5f, 1e-6f);
    }

    [Fact]
    public void AdamW_by_hand()
    {
        TanhLayer layer = OneWeight(2);
        var adam = new AdamW(layer) { WeightDecay = 0.5 };

        layer.Gradients[0] = -3;
        adam.Step(0.1);
        // The first corrected step has length η whatever the gradient: p = 2·(1 − 0.1·0.5) + 0.1.
        layer.Parameters[0].ShouldBe(2f, 1e-6f);

        layer.Gradients[0] = 1;
        adam.Step(0.1);
        // m = −0.27 + 0.1, m̂ = m / 0.19; v = 0.008991 + 0.001, v̂ = v / 0.001999.
        double expected = (2 * 0.95) - (0.1 * (-0.17 / 0.19) / (Math.Sqrt(0.009991 / 0.001999) + 1e-8));
        ((double)layer.Parameters[0]).ShouldBe(expected, 1e-6);
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 0.01, false)]
    [InlineData(0.9, 0, false)]
    [InlineData(0.9, 0.01, false)]
    [InlineData(0.9, 0.01, true)]
    public void Sgd_follows_the_rule_in_double(double momentum, double decay, bool nesterov)
    {
        // Lengths with and without a vector tail.
        TanhLayer[] layers = [new(6, 7, 1), new(1, 1, 2), new(15, 16, 3)];
        var sgd = new Sgd(layers) { Momentum = momentum, WeightDecay = decay, Nesterov = nesterov };
        double[][] expected = Copy(layers), velocity = layers.Select(l => new double[l.Parameters.Length]).ToArray();
        for (int step = 0; step < 40; step++)
        {
            double rate = 0.05 / (1 + step);
            for (int l = 0; l < layers.Length; l++)
            {
                float[] gradients = Reference.Gaussian(layers[l].Parameters.Length, (100 * step) + l);
                gradients.CopyTo(layers[l].Gradients);
                for (int i = 0; i < gradients.Length; i++)
                {
                    double d = gradients[i] + (decay * expected[l][i]);
                    velocity[l][i] = (momentum * velocity[l][i]) + d;
                    expected[l][i] -= rate * (nesterov ? d + (momentum * velocity[l][i]) : velocity[l][i]);
                }
            }

            sgd.Step(rate);
        }

        Check(layers, expected);
    }

    [Theory]
    [InlineData(0.9, 0.999, 0.01)]
    [InlineData(0, 0.9, 0)]
    [InlineData(0.5, 0, 0.1)]
    public void AdamW_follows_the_rule_in_double(double beta1, double beta2, double decay)
    {
        TanhLayer[] layers = [new(6, 7, 1), new(1, 1, 2), new(15, 16, 3)];
        var adam = new AdamW(layers) { Beta1 = beta1, Beta2 = beta2, WeightDecay = decay, Epsilon = 1e-6 };
        double[][] expected = Copy(layers);
        double[][] mean = layers.Select(l => new double[l.Parameters.Length]).ToArray();
        double[][] square = layers.Select(l => new double[l.Parameters.Length]).ToArray();
        for (int step = 1; step <= 40; step++)
        {
            for (int l = 0; l < layers.Length; l++)
            {
                float[] gradients = Reference.Gaussian(layers[l].Parameters.Length, (100 * step) + l);
                gradients.CopyTo(layers[l].Gradients);
                for (int i = 0; i < gradients.Length; i++)
                {
                    double g = gradients[i];
                    mean[l][i] = (beta1 * mean[l][i]) + ((1 - beta1) * g);
                    square[l][i] = (beta2 * square[l][i]) + ((1 - beta2) * g * g);
                    expected[l][i] -= 0.01 * decay * expected[l][i];
                    expected[l][i] -= 0.01 * (mean[l][i] / (1 - Math.Pow(beta1, step)))
                        / (Math.Sqrt(square[l][i] / (1 - Math.Pow(beta2, step))) + 1e-6);
                }
            }

            adam.Step(0.01);
        }

        Check(layers, expected);
    }

    [Fact]
    public void Zero_gradients_clears_and_changes_nothing_else()
    {
        var layer = new TanhLayer(3, 3, 1);
        float[] before = layer.Parameters.ToArray();
        layer.Gradients.Fill(1);

        new Sgd(layer).ZeroGradients();

        layer.Gradients.ToArray().ShouldAllBe(g => g == 0);
        layer.Parameters.ToArray().ShouldBe(before);
        layer.Commits.ShouldBe(0);
    }

    [Fact]
    public void Arguments_out_of_range_are_refused_and_change_nothing()
    {
        var layer = new TanhLayer(3, 3, 1);
        layer.Gradients.Fill(1);
        float[] before = layer.Parameters.ToArray();
        foreach (double rate in new[] { -1, double.NaN, double.PositiveInfinity })
        {
            Should.Throw<ArgumentOutOfRangeException>(() => new AdamW(layer).Step(rate)).ParamName.ShouldBe("learningRate");
        }

        layer.Parameters.ToArray().ShouldBe(before);
        layer.Gradients.ToArray().ShouldAllBe(g => g == 1);
        Should.Throw<ArgumentOutOfRangeException>(() => new Sgd(layer) { Momentum = 1 });
        Should.Throw<ArgumentOutOfRangeException>(() => new Sgd(layer) { WeightDecay = -1 });
        Should.Throw<ArgumentOutOfRangeException>(() => new AdamW(layer) { Beta1 = double.NaN });
        Should.Throw<ArgumentOutOfRangeException>(() => new AdamW(layer) { Beta2 = 1.5 });
        Should.Throw<ArgumentOutOfRangeException>(() => new AdamW(layer) { Epsilon = 0 });
        Should.Throw<ArgumentOutOfRangeException>(() => new AdamW(layer) { WeightDecay = double.PositiveInfinity });
        Should.Throw<ArgumentException>(() => new Sgd(Array.Empty<ILayer>()));
        Should.Throw<ArgumentException>(() => new Sgd([layer, null!]));
    }

    private static TanhLayer OneWeight(float value)
    {
        var layer = new TanhLayer(1, 1, 1);
        layer.Parameters[0] = value;
        return layer;
    }

    private static double[][] Copy(TanhLayer[] layers) =>
        layers.Select(l => l.Parameters.ToArray().Select(p => (double)p).ToArray()).ToArray();

    private static void Check(TanhLayer[] layers, double[][] expected)
    {
        for (int l = 0; l < layers.Length; l++)
        {
            for (int i = 0; i < expected[l].Length; i++)
            {
                ((double)layers[l].Parameters[i]).ShouldBe(expected[l][i], 2e-6 * Math.Max(1, Math.Abs(expected[l][i])), $"layer {l}, parameter {i}");
            }

            layers[l].Gradients.ToArray().ShouldAllBe(g => g == 0);
            layers[l].Commits.ShouldBe(40);
        }
    }
}
