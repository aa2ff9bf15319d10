using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using Digits;
using Digits.Rendering;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class DigitRendererTests
{
    /// <summary>The first 100 images of seed 1, as every platform must draw them.</summary>
    private const string FirstImages = "3FE6BAC691D1EDC2379C06D995F8C158E47379D3F48F5172D48811C45FA4CE0F";

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
            double[] brightness = new double[1024];
            for (int p = 0; p < brightness.Length; p++)
            {
                brightness[p] = (input[p] + input[1024 + p] + input[2048 + p]) / 6;
            }

            double mean = brightness.Average();
            spreads.Add(Math.Sqrt(brightness.Average(b => (b - mean) * (b - mean))));
        }

        spreads.Sort();
        spreads[5].ShouldBeGreaterThan(0.03);
        spreads[250].ShouldBeGreaterThan(0.08);
    }

    [Fact]
    public void The_random_stream_is_uniform_and_its_bell_has_unit_variance()
    {
        const int Count = 100_000;
        var random = new RandomStream(5, 6);
        int[] bins = new int[10];
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < Count; i++)
        {
            bins[random.Next(10)]++;
            float bell = random.Bell();
            sum += bell;
            squares += bell * bell;
            random.Next().ShouldBeInRange(0, 0.99999994f);
        }

        // Five standard deviations of a binomial count and of the two moments.
        bins.ShouldAllBe(count => Math.Abs(count - (Count / 10)) < 5 * Math.Sqrt(Count * 0.09));
        (sum / Count).ShouldBe(0, 5 / Math.Sqrt(Count));
        (squares / Count).ShouldBe(1, 5 * Math.Sqrt(2.0 / Count));
    }

    [Theory]
    [InlineData("M 0 0 X 1 1")]
    [InlineData("M 0 zero")]
    public void A_glyph_path_with_a_mistake_is_refused(string path) => Should.Throw<FormatException>(() => Glyph.Parse(path));

    [Fact]
    public void A_stroke_covers_the_area_of_its_pen()
    {
        var canvas = new Canvas(32, 32);
        canvas.Fill(new Colour(0, 0, 0));
        canvas.Stroke([[new(8, 16), new(24, 16)]], 2, new Colour(1, 1, 1), 1);
        byte[] pixels = new byte[3 * 32 * 32];
        canvas.CopyTo(pixels);

        // A rectangle 16 × 4 and two half discs of radius 2; antialiasing is exact along the sides, close at the caps.
        double area = pixels.Take(1024).Sum(p => p / 255.0);
        area.ShouldBe((16 * 4) + (Math.PI * 4), 0.5);
    }
}
