using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Digits;
using Digits.Experiment;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class DigitsExperimentTests
{
    [Fact]
    public void An_epoch_shows_every_image_once_and_the_next_one_in_another_order()
    {
        DigitImages images = NumberedImages(30);
        var order = new BatchOrder(images, 1, 0);

        int[][] epochs = [Draw(order, 30, 6), Draw(order, 30, 6)];

        epochs[0].Order().ShouldBe(Enumerable.Range(0, 30));
        epochs[1].Order().ShouldBe(Enumerable.Range(0, 30));
        epochs[0].ShouldNotBe(epochs[1]);
        epochs[0].ShouldNotBe(Enumerable.Range(0, 30));
    }

    [Fact]
    public void The_order_belongs_to_the_seed_and_the_phase()
    {
        DigitImages images = NumberedImages(30);

        int[] order = Draw(new BatchOrder(images, 1, 0), 45, 9);

        Draw(new BatchOrder(images, 1, 0), 45, 9).ShouldBe(order);
        Draw(new BatchOrder(images, 2, 0), 45, 9).ShouldNotBe(order);
        Draw(new BatchOrder(images, 1, 1), 45, 9).ShouldNotBe(order);
    }

    [Fact]
    public void The_spread_is_the_sample_standard_deviation()
    {
        Statistic.Of([0.1, 0.2, 0.6]).Mean.ShouldBe(0.3, 1e-12);
        Statistic.Of([0.1, 0.2, 0.6]).Spread!.Value.ShouldBe(Math.Sqrt(0.07), 1e-12);
        Statistic.Of([0.25]).ShouldBe(new Statistic(0.25, null));
    }

    [Fact]
    public void The_hidden_layers_have_the_paper_s_parameters_and_their_biases()
    {
        // Table 1 of arXiv 1512.09194: 6400 · 256; K · (6400 + 256); I and II and III; 5 · (64 · 256 + 4 · 25).
        const int Outputs = 256;
        Method.Trained.Select(method => method.Info.Parameters).ShouldBe(
            [1_638_400 + Outputs, (128 * 6656) + Outputs, (64 * 6656) + Outputs, (12 * 6656) + Outputs, 344_184 + (3 * Outputs), 82_420 + (5 * Outputs)]);
        Method.Fitted.Select(method => method.Info.Parameters).ShouldBe(
            [1_638_400 + Outputs, (128 * 6656) + Outputs, (64 * 6656) + Outputs, (12 * 6656) + Outputs, 344_184 + Outputs, 82_420 + Outputs]);
    }

    [Fact]
    public void Networks_of_one_seed_differ_in_the_hidden_layer_alone()
    {
        const int Others = (16 * 75) + 16 + (32 * 400) + 32 + (64 * 288) + 64 + (256 * 576) + 256 + 2560 + 10;
        var baseline = new DigitNetwork(Method.Baseline, 1);
        foreach (Method method in Method.Fitted)
        {
            var network = new DigitNetwork(method, 1);
            network.Layers.ParameterCount.ShouldBe(Others + method.Info.Parameters);

            // Nothing but the hidden layer changes when it is taken over.
            float[] before = OtherParameters(network);
            network.TakeOver(baseline);
            OtherParameters(network).ShouldBe(before);
        }

        OtherParameters(new DigitNetwork(Method.Baseline, 2)).ShouldNotBe(OtherParameters(baseline));
    }

    [Fact]
    public void A_network_takes_over_another_and_is_trained_apart()
    {
        DigitImages images = DigitImages.Render(1, 0, 16, 1);
        var trained = new DigitNetwork(Method.Baseline, 1);
        float[] scores = Scores(trained);

        var copy = new DigitNetwork(Method.Baseline, 2);
        copy.TakeOver(trained).ShouldBe(0);
        Scores(copy).ShouldBe(scores);
        copy.Train(new BatchOrder(images, 0, 0), 16, 1, 1e-2f, 0, 0, _ => { });
        Scores(copy).ShouldNotBe(scores);
        Scores(trained).ShouldBe(scores);

        // The error of the best rank 12 of a random 256 × 6400 matrix is near √(1 − 12 · (16 + 80)² / (256 · 6400)) ≈ 0.966.
        new DigitNetwork(Method.Fitted[3], 2).TakeOver(trained).ShouldBe(0.966, 0.003);
    }

    [Fact]
    public void The_baseline_learns_a_handful_of_images_by_heart()
    {
        DigitImages images = DigitImages.Render(1, 0, 20, 1);
        var network = new DigitNetwork(Method.Baseline, 0);
        network.Error(images).ShouldBeGreaterThan(0.5);

        network.Train(new BatchOrder(images, 0, 0), 20, 40, 1e-3f, 5, 0, _ => { });

        network.Error(images).ShouldBe(0);
    }

    [Fact]
    public void Forward_passes_are_timed_per_sample_and_walk_through_the_samples()
    {
        float[] samples = [.. Enumerable.Range(0, 12).Select(i => (float)i)];
        var seen = new HashSet<float>();
        double[] times = ForwardTiming.Measure(
            [(input, _) => seen.Add(input[0]), (input, _) => Thread.Sleep(4)], samples, 1, 1, 4, 3);

        seen.ShouldBe([0f, 4f, 8f], ignoreOrder: true);
        times[0].ShouldBeLessThan(times[1]);
        times[1].ShouldBeInRange(1e6, 1e8);
    }

    /// <summary>Images whose first byte is their number.</summary>
    private static DigitImages NumberedImages(int count)
    {
        byte[][] images = [.. Enumerable.Range(0, count).Select(i => new byte[DigitImages.ImageSize])];
        for (int i = 0; i < count; i++)
        {
            images[i][0] = (byte)i;
        }

        return new DigitImages(images, [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
    }

    private static float[] OtherParameters(DigitNetwork network) =>
        [.. network.Layers.Where(layer => layer != network.Hidden).SelectMany(layer => layer.Parameters.ToArray())];

    /// <summary>The scores of a fixed image.</summary>
    private static float[] Scores(DigitNetwork network)
    {
        float[] image = new float[DigitImages.ImageSize];
        DigitImages.Render(5, 0, 1, 1).CopyTo(0, image);
        float[] scores = new float[DigitImages.Classes];
        network.Layers.Forward(image, scores);
        return scores;
    }

    private static int[] Draw(BatchOrder order, int count, int batch)
    {
        int[] drawn = new int[count];
        float[] inputs = new float[batch * DigitImages.ImageSize];
        int[] labels = new int[batch];
        for (int i = 0; i < count; i++)
        {
            if (i % batch == 0)
            {
                order.Next(inputs, labels);
            }

            drawn[i] = (int)MathF.Round((inputs[i % batch * DigitImages.ImageSize] * 127.5f) + 127.5f);
            labels[i % batch].ShouldBe(drawn[i] % 10);
        }

        return drawn;
    }
}
