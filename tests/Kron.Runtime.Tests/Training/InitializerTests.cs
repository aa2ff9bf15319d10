using System;
using System.Linq;
using Kron.CompilerServices;
using Kron.Decomposition;
using Kron.Runtime.Tests.Decomposition;
using Kron.Training;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Training;

public class InitializerTests
{
    private static readonly ShapeGroup[] Groups = [new(24, 10, 20, 16, 4), new(10, 24, 16, 20, 3)];

    [Fact]
    public void Factors_and_weight_have_the_documented_variance_after_the_sum()
    {
        LayerDefinition layer = Reference.Layer(Groups, activation: Activation.Relu);
        float[] parameters = Initialized(layer, 1);
        double[] factors = Doubles(parameters)[..^240];

        // g² = 2, r = 7, n = 320.
        MeanSquare(factors).ShouldBe(Math.Sqrt(2) / Math.Sqrt(7 * 320), 0.04 * Math.Sqrt(2) / Math.Sqrt(7 * 320));
        factors.Average().ShouldBe(0, 4 * Math.Sqrt(MeanSquare(factors) / factors.Length));
        parameters.TakeLast(240).ShouldAllBe(b => b == 0);

        double mean = Enumerable.Range(0, 8).Average(seed =>
        {
            var weight = new float[240 * 320];
            KroneckerFit.Expand(layer, Initialized(layer, seed), weight);
            return MeanSquare(Doubles(weight));
        });
        mean.ShouldBe(2.0 / 320, 0.03 * 2 / 320);
    }

    [Theory]
    [InlineData(Activation.None, 1)]
    [InlineData(Activation.Relu, 2)]
    [InlineData(Activation.LeakyRelu, 2 / 1.04)]
    public void Every_pre_activation_has_the_documented_variance(Activation activation, double gainSquared)
    {
        LayerDefinition layer = Reference.Layer([new(3, 2, 5, 7, 2)], inputs: 33, activation: activation, slope: 0.2f);
        float[] input = Reference.Gaussian(33, 5);
        var squares = new double[6];
        const int Draws = 8_000;
        var random = new Random(2);
        var parameters = new float[ParameterLayout.Of(layer).Length];
        var weight = new float[6 * 33];
        for (int draw = 0; draw < Draws; draw++)
        {
            Initializer.Initialize(layer, parameters, random);
            KroneckerFit.Expand(layer, parameters, weight);
            for (int i = 0; i < 6; i++)
            {
                double z = 0;
                for (int j = 0; j < 33; j++)
                {
                    z += (double)weight[(i * 33) + j] * input[j];
                }

                squares[i] += z * z / Draws;
            }
        }

        // n is the number of inputs that exist, not the padded one.
        double expected = gainSquared * input.Sum(x => (double)x * x) / 33;
        // Sampling error: some 2%.
        squares.ShouldBe(Enumerable.Repeat(expected, 6), 0.08 * expected);
    }

    [Theory]
    [InlineData(Activation.None, 1)]
    [InlineData(Activation.None, 5)]
    [InlineData(Activation.Relu, 1)]
    [InlineData(Activation.Relu, 2)]
    [InlineData(Activation.Relu, 12)]
    [InlineData(Activation.LeakyRelu, 6)]
    public void The_outputs_mean_square_equals_the_inputs_per_term(Activation activation, int r)
    {
        var shape = new ShapeGroup(6, 6, 24, 24, r);
        LayerDefinition layer = Reference.Layer([shape], nonlinearity: Nonlinearity.PerTerm, activation: activation, slope: 0.3f, bias: BiasMode.PerTerm);
        double sum = 0;
        int count = 0;
        for (int draw = 0; draw < 60; draw++)
        {
            double[] parameters = Doubles(Initialized(layer, draw));
            float[] input = Reference.Gaussian(576, 1000 + draw, 1.7);
            double scale = input.Average(x => (double)x * x);
            var output = new double[36];
            for (int t = 0; t < r; t++)
            {
                double[,] product = Reference.Sum(
                    shape with { R = 1 }, parameters[(t * 144)..((t + 1) * 144)], parameters[((r + t) * 144)..((r + t + 1) * 144)]);
                for (int i = 0; i < 36; i++)
                {
                    double z = Enumerable.Range(0, 576).Sum(j => product[i, j] * input[j]);
                    output[i] += activation == Activation.None || z > 0 ? z : activation == Activation.Relu ? 0 : 0.3 * z;
                }
            }

            sum += output.Sum(y => y * y / scale);
            count += 36;
        }

        // 2160 correlated values: some 5% of sampling error.
        (sum / count).ShouldBe(1, 0.12);
    }

    [Theory]
    [InlineData(Activation.None, 1)]
    [InlineData(Activation.Relu, 1)]
    [InlineData(Activation.LeakyRelu, 1)]
    [InlineData(Activation.Sigmoid, 1)]
    [InlineData(Activation.Tanh, 1)]
    [InlineData(Activation.Gelu, 1)]
    [InlineData(Activation.Silu, 1)]
    [InlineData(Activation.Maxout, 2)]
    [InlineData(Activation.Maxout, 5)]
    public void The_gain_keeps_normal_pre_activations_at_variance_one(Activation activation, int pieces)
    {
        double mean = 0, square = 0;
        const int Samples = 400_000;
        float[] normals = Reference.Gaussian(Samples * pieces, 9);
        for (int i = 0; i < Samples; i++)
        {
            double z = normals.AsSpan(i * pieces, pieces).ToArray().Max();
            double y = activation switch
            {
                Activation.Relu => Math.Max(0, z),
                Activation.LeakyRelu => z > 0 ? z : 0.1 * z,
                Activation.Sigmoid => 1 / (1 + Math.Exp(-z)),
                Activation.Tanh => Math.Tanh(z),
                Activation.Gelu => z * MathNet.Numerics.Distributions.Normal.CDF(0, 1, z),
                Activation.Silu => z / (1 + Math.Exp(-z)),
                _ => z,
            };
            mean += y / Samples;
            square += y * y / Samples;
        }

        double gain = Initializer.Gain(Layer(Nonlinearity.AfterSum));
        (gain * gain * square).ShouldBe(1, 0.01);
        double perTerm = Initializer.Gain(Layer(Nonlinearity.PerTerm));
        (perTerm * perTerm * ((3 * square) + (6 * mean * mean))).ShouldBe(1, 0.01);

        LayerDefinition Layer(Nonlinearity nonlinearity) =>
            Reference.Layer([new(2 * pieces, 1, 2, 2, 3)], nonlinearity: nonlinearity, activation: activation, slope: 0.1f, pieces: pieces);
    }

    [Fact]
    public void Gains_have_their_closed_forms()
    {
        Gain(Activation.None).ShouldBe(1, 1e-9);
        Gain(Activation.Relu).ShouldBe(2, 1e-9);
        Gain(Activation.LeakyRelu).ShouldBe(2 / 1.0001, 1e-8);
        Gain(Activation.Maxout).ShouldBe(1, 1e-9);

        // E z²Φ(z)² = 1/3 + √3/(6π).
        Gain(Activation.Gelu).ShouldBe(1 / ((1.0 / 3) + (Math.Sqrt(3) / (6 * Math.PI))), 1e-9);

        // The others as documented.
        Gain(Activation.Tanh).ShouldBe(2.54, 0.005);
        Gain(Activation.Sigmoid).ShouldBe(3.41, 0.005);
        Gain(Activation.Gelu).ShouldBe(2.35, 0.005);
        Gain(Activation.Silu).ShouldBe(2.81, 0.005);

        static double Gain(Activation activation) => Math.Pow(
            Initializer.Gain(Reference.Layer([new(2, 2, 2, 2, 3)], activation: activation, pieces: activation == Activation.Maxout ? 2 : 1)), 2);
    }

    [Fact]
    public void Kernels_have_the_variance_of_as_many_inputs()
    {
        var window = new ImageWindow(16, 9, 9, 3, 5, 1, 1, 1, 2);
        double expected = 2.0 / (16 * 3 * 5);

        // Of all layers in turn, the dense kernel that they stand for.
        foreach (LayerDefinition layer in (LayerDefinition[])[
            Kernels.Layer(LayerKind.Dense, window, 32, activation: Activation.Relu),
            Kernels.Layer(
                LayerKind.Kronecker, window, 32, [Kernels.Shape(8, 4, 3, 1, 4, 4, 1, 5, 3), Kernels.Shape(4, 8, 1, 5, 8, 2, 3, 1, 2)], activation: Activation.Relu),
            Kernels.Layer(LayerKind.LowRank, window, 32, [Kernels.Shape(1, 16, 3, 1, 32, 1, 1, 5, 20)], activation: Activation.Relu)])
        {
            double mean = Enumerable.Range(0, 12).Average(seed =>
            {
                var weight = new float[32 * 16 * 15];
                float[] parameters = Initialized(layer, seed);
                KroneckerFit.Expand(layer, parameters, weight);
                parameters.TakeLast(32).ShouldAllBe(b => b == 0);
                return MeanSquare(Doubles(weight));
            });
            mean.ShouldBe(expected, 0.05 * expected, layer.Kind.ToString());
        }
    }

    [Theory]
    [InlineData(6, 3, 3, 4, 2, 2)]
    [InlineData(40, 1, 1, 11, 1, 1)]
    public void Pre_activations_of_a_structured_layer_keep_the_variance_of_uncorrelated_inputs(int c, int h, int w, int sc, int sh, int sw)
    {
        LayerDefinition layer = Kernels.Layer(LayerKind.Structured, new ImageWindow(c, h, w, h, w, 1, 1, 0, 0), 24, structured: (sc, sh, sw), activation: Activation.Relu);
        double sum = 0;
        const int Draws = 300;
        for (int draw = 0; draw < Draws; draw++)
        {
            var weight = new float[24 * c * h * w];
            KroneckerFit.Expand(layer, Initialized(layer, draw), weight);
            float[] input = Reference.Gaussian(c * h * w, 1000 + draw, 1.7);
            for (int i = 0; i < 24; i++)
            {
                double z = 0;
                for (int j = 0; j < input.Length; j++)
                {
                    z += (double)weight[(i * input.Length) + j] * input[j];
                }

                sum += z * z / (24 * Draws);
            }
        }

        // g² = 2 times the mean square of the inputs; sampling error: some 4%.
        sum.ShouldBe(2 * 1.7 * 1.7, 0.12 * 2 * 1.7 * 1.7);
    }

    [Fact]
    public void Normalisation_starts_as_the_identity_and_a_pool_has_nothing_to_start()
    {
        var window = new ImageWindow(3, 4, 5, 1, 1, 1, 1, 0, 0);

        Initialized(Kernels.Layer(LayerKind.BatchNorm, window, 3, bias: BiasMode.None), 1).ShouldBe([1, 1, 1, 0, 0, 0]);
        Initialized(Kernels.Layer(LayerKind.MaxPool, window, 3), 1).ShouldBeEmpty();
    }

    [Fact]
    public void A_dense_weight_has_its_variance_directly()
    {
        LayerDefinition layer = Reference.Layer([], outputs: 100, inputs: 200, activation: Activation.Relu);
        double[] weight = Doubles(Initialized(layer, 3))[..20_000];
        MeanSquare(weight).ShouldBe(0.01, 0.0005);
    }

    [Fact]
    public void Seeds_decide_and_wrong_lengths_are_named()
    {
        LayerDefinition layer = Reference.Layer(Groups);
        Initialized(layer, 4).ShouldBe(Initialized(layer, 4));
        Initialized(layer, 4).ShouldNotBe(Initialized(layer, 5));

        float[] wrong = [3, 3];
        Should.Throw<ArgumentException>(() => Initializer.Initialize(layer, wrong, new Random(1))).Message.ShouldContain("but holds 2");
        wrong.ShouldBe([3f, 3]);
        Should.Throw<ArgumentNullException>(() => Initializer.Initialize(layer, wrong, null!));
    }

    private static float[] Initialized(LayerDefinition layer, int seed)
    {
        var parameters = new float[ParameterLayout.Of(layer).Length];
        Array.Fill(parameters, 9);
        Initializer.Initialize(layer, parameters, new Random(seed));
        return parameters;
    }

    private static double[] Doubles(float[] values) => values.Select(v => (double)v).ToArray();

    private static double MeanSquare(double[] values) => values.Average(v => v * v);
}
