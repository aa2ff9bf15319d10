using System;
using System.Linq;
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
    public void Low_rank_is_never_smaller_than_the_layer_it_stands_beside_and_larger_by_less_than_a_rank()
    {
        const int Rank = 3072 + 256;
        for (int i = 0; i < Method.Compressed.Count; i += 2)
        {
            (Method kronecker, Method lowRank) = (Method.Compressed[i], Method.Compressed[i + 1]);
            (lowRank.Info.Parameters - kronecker.Info.Parameters).ShouldBeInRange(0, Rank - 1);
            lowRank.Name.ShouldBe("Low rank");
        }
    }

    [Fact]
    public void The_readme_states_the_parameters_of_the_compiled_layers()
    {
        Method[] methods = [Method.Baseline, .. Method.Compressed, .. Method.PerTerm];

        methods.Select(method => method.Info.Parameters).ShouldBe([786_688, 40_192, 40_192, 156_038, 156_672, 43_008, 156_550]);
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
