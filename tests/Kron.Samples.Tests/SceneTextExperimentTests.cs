using System;
using System.Linq;
using SceneText.Experiment;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class SceneTextExperimentTests
{
    [Fact]
    public void The_networks_are_those_of_the_paper()
    {
        foreach (Method method in Method.All)
        {
            ILayer[] layers = method.Create(new Random(1));

            layers.Select(layer => (layer.InputSize, layer.OutputSize)).ShouldBe(
                [(24 * 24, 48 * 16 * 16), (48 * 16 * 16, 64 * 8 * 8), (64 * 8 * 8, 128), (128, 36)]);
            method.Convolutions.Select(convolution => convolution.Info.PreActivations).ShouldBe([96 * 256, 128 * 64, 512, 144]);
            layers.All(layer => layer.Parameters.ContainsAnyExcept(0f)).ShouldBeTrue();
        }
    }

    [Fact]
    public void The_configurations_shown_are_those_compiled()
    {
        foreach (Method method in Method.All)
        {
            for (int i = 0; i < 4; i++)
            {
                Convolution convolution = method.Convolutions[i];
                string compiled = convolution.Info.Groups.Count == 0
                    ? "dense"
                    : string.Join(' ', convolution.Info.Groups.Select(group => FormattableString.Invariant($"({group.R},{group.M1},{group.N1},{group.H1},{group.W1})")));

                convolution.Configuration.ShouldBe(compiled);
            }
        }

        Method.All.Select(method => $"{method.Second} {method.Third}").ShouldBe(
            ["dense dense", "(1,128,24,9,1) (1,256,64,8,1)", "(1,128,48,1,9) (1,512,64,1,8)", "(2,64,24,9,1) (2,256,64,8,1)"]);
    }

    [Fact]
    public void Every_convolution_stands_for_the_dense_one_in_its_place()
    {
        foreach (Method method in Method.All)
        {
            for (int i = 0; i < 4; i++)
            {
                method.Convolutions[i].Info.DenseParameters.ShouldBe(Method.All[0].Convolutions[i].Info.Parameters);
                method.Convolutions[i].Info.DenseMultiplyAdds.ShouldBe(Method.All[0].Convolutions[i].Info.MultiplyAdds);
            }
        }
    }

    [Fact]
    public void The_readme_states_the_counts_of_the_compiled_layers()
    {
        // By hand: weights and biases; of a product, what both convolutions compute for each pixel that the second one needs.
        long conv1 = 96 * 81, conv4 = 144 * 128;
        Method.All.Select(method => method.Parameters).ShouldBe(
        [
            conv1 + 96 + (128 * 48 * 81) + 128 + (512 * 64 * 64) + 512 + conv4 + 144,
            conv1 + 96 + (128 * 24 * 9) + (2 * 9) + 128 + (256 * 64 * 8) + (2 * 8) + 512 + conv4 + 144,
            conv1 + 96 + (128 * 48 * 9) + 9 + 128 + (512 * 64 * 8) + 8 + 512 + conv4 + 144,
            conv1 + 96 + (2 * ((64 * 24 * 9) + (2 * 2 * 9))) + 128 + (2 * ((256 * 64 * 8) + (2 * 8))) + 512 + conv4 + 144,
        ]);
        Method.All.Select(method => method.Parameters).ShouldBe([2_621_904, 185_842, 344_545, 316_984]);
        Method.All.Select(method => method.MultiplyAdds).ShouldBe([35_956_736, 4_104_192, 5_869_568, 6_309_888]);
    }

    [Fact]
    public void Every_image_is_seen_as_often_as_the_recipe_says()
    {
        Recipe recipe = Recipe.Full with { Epochs = 3, Batch = 64 };

        recipe.Steps(6400).ShouldBe(300);
        recipe.Steps(10).ShouldBe(1);
        (Recipe.Full with { Epochs = int.MaxValue }).Steps(64).ShouldBe(int.MaxValue);
    }
}
