using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using Digits;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class DigitRendererTests
{
    /// <summary>The first 100 images of seed 1, as every platform must draw them.</summary>
    private const string FirstImages = "E5D441D774E36AADB2F47AD5D577FE9FDE53963D8F5FBD1B207CC4ABA2F84432";

    [Fact]
    public void The_first_images_are_the_same_on_every_machine()
    {
        DigitImages images = DigitImages.Render(1, 0, 100, 1);
        byte[] pixels = Enumerable.Range(0, 100).SelectMany(i => images.Pixels(i).ToArray()).ToArray();

        Convert.ToHexString(SHA256.HashData(pixels)).ShouldBe(FirstImages);
    }

    [Fact]
    public void An_image_depends_on_its_index_and_not_on_the_others_or_on_the_threads()
    {
        DigitImages all = DigitImages.Render(7, 0, 64, 4);
        DigitImages tail = DigitImages.Render(7, 40, 24, 1);

        for (int i = 0; i < tail.Count; i++)
        {
            tail.Pixels(i).SequenceEqual(all.Pixels(40 + i)).ShouldBeTrue($"image {40 + i}");
            tail.Label(i).ShouldBe(all.Label(40 + i));
        }
    }

    [Fact]
    public void Every_digit_occurs_equally_often()
    {
        DigitImages images = DigitImages.Render(3, 0, 200, 2);
        int[] counts = new int[DigitImages.Classes];
        for (int i = 0; i < images.Count; i++)
        {
            counts[images.Label(i)]++;
        }

        counts.ShouldAllBe(count => count == 20);
    }

    [Fact]
    public void Seeds_and_indices_give_different_images()
    {
        var seen = new HashSet<string>();
        for (ulong seed = 0; seed < 4; seed++)
        {
            DigitImages images = DigitImages.Render(seed, 0, 50, 2);
            for (int i = 0; i < images.Count; i++)
            {
                seen.Add(Convert.ToHexString(SHA256.HashData(images.Pixels(i)))).ShouldBeTrue($"seed {seed}, image {i}");
            }
        }
    }

    [Fact]
    public void The_ink_is_visible_against_the_wall()
    {
        // The standard deviation of the brightness: a digit that cannot be seen would leave the noise alone, below 0.03.
        DigitImages images = DigitImages.Render(1, 0, 500, 2);
        float[] input = new float[DigitImages.ImageSize];
        var spreads = new List<double>();
        for (int i = 0; i < images.Count; i++)
        {
            images.CopyTo(i, input);
            double[] brightness = new double[1600];
            for (int p = 0; p < brightness.Length; p++)
            {
                brightness[p] = (input[p] + input[1600 + p] + input[3200 + p]) / 6;
            }

            double mean = brightness.Average();
            spreads.Add(Math.Sqrt(brightness.Average(b => (b - mean) * (b - mean))));
        }

        spreads.Sort();
        spreads[5].ShouldBeGreaterThan(0.03);
        spreads[250].ShouldBeGreaterThan(0.08);
    }
}
