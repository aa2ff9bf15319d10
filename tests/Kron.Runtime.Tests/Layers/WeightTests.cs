using System;
using System.Linq;
using Kron.CompilerServices;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Layers;

public sealed class WeightTests
{
    [Fact]
    public void A_dense_weight_and_its_bias_are_taken_over_and_committed()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] weight = NaiveLayer.Values(15, seed: 2);
        float[] bias = NaiveLayer.Values(3, seed: 3);

        FitReport report = engine.FromDense(weight, bias);

        report.RelativeError.ShouldBe(0);
        engine.Parameters.ToArray().ShouldBe([.. weight, .. bias]);
        float[] input = NaiveLayer.Values(NaiveLayer.Inputs, seed: 4);
        float[] output = new float[NaiveLayer.Outputs];
        engine.Forward(input, output);
        output.ShouldBe(NaiveLayer.Expected([.. weight, .. bias], input), 1e-5);
    }

    [Fact]
    public void An_empty_bias_writes_zeros()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);

        engine.FromDense(NaiveLayer.Values(15, seed: 2), []);

        engine.Parameters[15..].ToArray().ShouldBe([0, 0, 0]);
    }

    [Fact]
    public void A_weight_that_the_factors_can_hold_comes_back()
    {
        LayerEngine source = StoredLayers.Kronecker(seed: 5);
        source.Parameters[62..].Clear(); // the second group, so that the first alone is the layer
        float[] weight = new float[12 * 20];
        source.ToDense(weight);
        weight.ShouldBe(Expand(source.Parameters), 1e-5);
        LayerEngine engine = StoredLayers.Kronecker(seed: 6);

        FitReport report = engine.FromDense(weight, Enumerable.Repeat(2f, 12).ToArray());

        report.RelativeError.ShouldBeLessThan(1e-4);
        float[] again = new float[weight.Length];
        engine.ToDense(again);
        again.ShouldBe(weight, 1e-3);
        engine.Parameters[94..].ToArray().ShouldAllBe(value => value == 2);
    }

    [Theory]
    [InlineData(14, 3, "weight")]
    [InlineData(16, 0, "weight")]
    [InlineData(15, 2, "bias")]
    [InlineData(15, 4, "bias")]
    public void A_wrong_length_leaves_the_parameters(int weights, int biases, string argument)
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] before = engine.Parameters.ToArray();

        Should.Throw<ArgumentException>(() => engine.FromDense(new float[weights], new float[biases])).ParamName.ShouldBe(argument);

        engine.Parameters.ToArray().ShouldBe(before);
    }

    [Fact]
    public void A_weight_that_is_not_finite_leaves_the_parameters()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        float[] before = engine.Parameters.ToArray();
        float[] weight = new float[15];
        weight[7] = float.NaN;

        Should.Throw<ArgumentException>(() => engine.FromDense(weight, [])).ParamName.ShouldBe("weight");

        engine.Parameters.ToArray().ShouldBe(before);
    }

    [Fact]
    public void A_bias_for_a_layer_without_one_throws()
    {
        var definition = new LayerDefinition { Name = "Tests.Unbiased", Attributes = "", Inputs = 5, Outputs = 3, Groups = [], Bias = BiasMode.None };
        var engine = new LayerEngine(definition, StoredLayers.NoKernels);

        ArgumentException error = Should.Throw<ArgumentException>(() => engine.FromDense(new float[15], new float[3]));

        error.ParamName.ShouldBe("bias");
        error.Message.ShouldContain("has no bias");
    }

    [Fact]
    public void A_destination_of_the_wrong_length_is_untouched()
    {
        float[] weight = [7, 7, 7];

        Should.Throw<ArgumentException>(() => NaiveLayer.Create(seed: 1).ToDense(weight)).ParamName.ShouldBe("weight");

        weight.ShouldBe([7, 7, 7]);
    }

    [Fact]
    public void Initialisation_is_repeatable_and_committed()
    {
        LayerEngine engine = NaiveLayer.Create(seed: 1);
        LayerEngine same = NaiveLayer.Create(seed: 2);

        CallLog.Of(() => engine.Initialize(new Random(3))).ShouldBe(["Pack 0"]);
        same.Initialize(new Random(3));

        same.Parameters.ToArray().ShouldBe(engine.Parameters.ToArray());
        engine.Parameters[..15].ToArray().Distinct().Count().ShouldBe(15);
        Should.Throw<ArgumentNullException>(() => engine.Initialize(null!)).ParamName.ShouldBe("random");
    }

    /// <summary>Σ A_i ⊗ B_i of the first group of <see cref="StoredLayers.Kronecker"/> by the definition of the product.</summary>
    private static float[] Expand(Span<float> parameters)
    {
        var weight = new float[12 * 20];
        for (int row = 0; row < 12; row++)
        {
            for (int column = 0; column < 20; column++)
            {
                double sum = 0;
                for (int i = 0; i < 2; i++)
                {
                    float a = parameters[(i * 15) + (row / 4 * 5) + (column / 4)];
                    float b = parameters[30 + (i * 16) + (row % 4 * 4) + (column % 4)];
                    sum += (double)a * b;
                }

                weight[(row * 20) + column] = (float)sum;
            }
        }

        return weight;
    }
}
