using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kron.Samples;
using Kron.Training;
using LowRank;
using LowRank.Experiment;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class LowRankExperimentTests
{
    public static TheoryData<string> Forms => [.. new[] { Form.Dense, Form.LowRank, Form.Structured }.Select(form => form.Name)];

    [Fact]
    public void Low_rank_halves_each_convolution_and_structure_leaves_four_ninths()
    {
        foreach ((LayerInfo dense, LayerInfo lowRank, LayerInfo structured) in new[]
        {
            (SecondDense.Info, SecondLowRank.Info, SecondStructured.Info),
            (FurtherDense.Info, FurtherLowRank.Info, FurtherStructured.Info),
        })
        {
            (2 * lowRank.Parameters).ShouldBe(dense.Parameters);
            (2 * lowRank.MultiplyAdds).ShouldBe(dense.MultiplyAdds);
            (9 * structured.Parameters).ShouldBe(4 * dense.Parameters);
            (9 * structured.MultiplyAdds).ShouldBe(4 * dense.MultiplyAdds);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void The_network_of_inference_gives_the_scores_of_the_trained_one(string name)
    {
        Form form = Find(name);
        Sequential network = form.Create(new Random(1));
        SignImages images = SignImages.Render(5, 0, 32, 1);
        new Network(network).Train(new BatchOrder(images, 0, 0), 16, 5, 1e-2f, 0, 0, _ => { });
        float[] inputs = new float[4 * SignImages.ImageSize];
        for (int i = 0; i < 4; i++)
        {
            images.CopyTo(i, inputs.AsSpan(i * SignImages.ImageSize, SignImages.ImageSize));
        }

        float[] expected = new float[40];
        network.Forward(inputs, expected);
        float[] scores = new float[40];
        form.Fold(network).Forward(inputs, scores);

        float scale = expected.Max(Math.Abs);
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i].ShouldBe(expected[i], 1e-4f * scale);
        }
    }

    [Fact]
    public void The_regularisation_measures_what_the_conversion_to_structure_loses()
    {
        Sequential dense = Form.Dense.Create(new Random(2));

        double term = Form.Regularizer(dense).AddGradients(1);
        ConversionReport report = LayerConversion.Convert(dense, Form.Structured.Create(new Random(3)));

        report.Layers.Count(layer => layer.RelativeError > 0).ShouldBe(4);
        term.ShouldBe(report.Layers.Sum(layer => layer.RelativeError ?? 0), 1e-5);
    }

    [Fact]
    public void Methods_that_share_a_start_begin_at_the_same_error_and_only_conversions_change_it()
    {
        SignImages images = SignImages.Render(5, 0, 64, 1);
        Recipe recipe = Recipe.Short with { TrainSteps = 8 };

        IReadOnlyList<Row> rows = Comparison.Run(recipe, images, images, 2, new Progress(TextWriter.Null));

        rows.Select(row => row.Method).ShouldBe(Method.All);
        foreach (Row row in rows)
        {
            row.Trained.ShouldBe(rows.First(other => other.Method.Start == row.Method.Start).Trained);
            if (row.Method.Converts)
            {
                row.Distance.Mean.ShouldBeInRange(0.05, 0.95);
            }
            else
            {
                row.Converted.ShouldBe(row.Trained);
                row.Distance.Mean.ShouldBe(0);
            }
        }
    }

    [Fact]
    public void Regularisation_leads_the_weights_towards_structure()
    {
        SignImages images = SignImages.Render(5, 0, 32, 1);

        double[] regularised = Losses(1), plain = Losses(0);

        regularised.Max().ShouldBeLessThan(0.8 * plain.Min());

        // What each of the four weights loses by a conversion after 40 steps.
        double[] Losses(double strength)
        {
            Sequential network = Form.Dense.Create(new Random(4));
            StructuralRegularizer structure = Form.Regularizer(network);
            new Network(network).Train(new BatchOrder(images, 0, 0), 16, 40, 5e-3f, 0, 0, _ => { }, _ => structure.AddGradients(strength));
            ConversionReport report = LayerConversion.Convert(network, Form.Structured.Create(new Random(5)));
            return [.. report.Layers.Where(layer => layer.RelativeError is not null).Select(layer => layer.RelativeError!.Value)];
        }
    }

    [Fact]
    public void The_readme_states_the_parameters_of_the_networks_of_inference()
    {
        long[] parameters = [.. new[] { Form.Dense, Form.LowRank, Form.Structured }.Select(form => form.Fold(form.Create(new Random(0))).ParameterCount)];

        parameters.ShouldBe([130_826, 66_314, 59_146]);
    }

    private static Form Find(string name) => new[] { Form.Dense, Form.LowRank, Form.Structured }.Single(form => form.Name == name);
}
