using System;
using System.Linq;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class RenderingTests
{
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
