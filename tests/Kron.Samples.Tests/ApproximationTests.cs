using System;
using System.Linq;
using Figure1.Comparison;
using Figure1.Images;
using MathNet.Numerics.LinearAlgebra;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class ApproximationTests
{
    private static readonly int[] Ranks = [1, 2, 3, 7, 16, 24];

    [Fact]
    public void Low_rank_errors_are_the_tails_of_the_singular_values()
    {
        Picture picture = RandomPicture(24, 36, 1);
        Matrix<double> matrix = Matrix<double>.Build.Dense(24, 36, (y, x) => picture.Plane(0)[(y * 36) + x]);

        Approximation[] found = Approximation.Of(picture, rank => Shapes.LowRank(24, 36, rank), Ranks);

        ShouldHaveTails(found, matrix);
    }

    [Fact]
    public void Kronecker_errors_are_the_tails_of_the_singular_values_of_the_blocks_as_rows()
    {
        // d = 4: 6 × 4 blocks of 4 × 9 pixels.
        Picture picture = RandomPicture(24, 36, 1);
        Matrix<double> blocks = Matrix<double>.Build.Dense(24, 36, (block, pixel) =>
            picture.Plane(0)[(((block / 4 * 4) + (pixel / 9)) * 36) + (block % 4 * 9) + (pixel % 9)]);

        Approximation[] found = Approximation.Of(picture, rank => Shapes.Kronecker(24, 36, 4, rank), Ranks);

        ShouldHaveTails(found, blocks);
    }

    [Fact]
    public void The_channels_count_together()
    {
        Picture colour = RandomPicture(12, 8, 3);

        Approximation found = Approximation.Of(colour, rank => Shapes.LowRank(12, 8, rank), [2])[0];

        double error = 0, energy = 0;
        for (int channel = 0; channel < 3; channel++)
        {
            byte[] plane = colour.Plane(channel).ToArray();
            Vector<double> squares = Matrix<double>.Build.Dense(12, 8, (y, x) => plane[(y * 8) + x]).Svd(false).S.PointwisePower(2);
            error += squares.Skip(2).Sum();
            energy += squares.Sum();
        }

        found.RelativeError.ShouldBe(Math.Sqrt(error / energy), 1e-9);
        found.Psnr.ShouldBe(10 * Math.Log10(255 * 255 / (error / (3 * 12 * 8))), 1e-6);
        found.Parameters.ShouldBe(3 * 2 * (12 + 8));
    }

    [Fact]
    public void A_picture_that_is_a_kronecker_product_needs_one_term_and_many_of_low_rank()
    {
        byte[] a = [.. Enumerable.Range(0, 20).Select(i => (byte)(i * i * 7 % 13))], b = [.. Enumerable.Range(0, 24).Select(i => (byte)(i * i * 5 % 19))];
        byte[] plane = new byte[20 * 24];
        for (int i = 0; i < plane.Length; i++)
        {
            // A 5 × 4, B 4 × 6.
            int y = i / 24, x = i % 24;
            plane[i] = (byte)(a[(y / 4 * 4) + (x / 6)] * b[(y % 4 * 6) + (x % 6)]);
        }

        var picture = new Picture(20, 24, plane);

        Approximation one = Approximation.Of(picture, rank => Shapes.Kronecker(20, 24, 4, rank), [1])[0];
        one.RelativeError.ShouldBeLessThan(1e-6);
        one.Picture.Plane(0).SequenceEqual(plane).ShouldBeTrue();
        Approximation.Of(picture, rank => Shapes.LowRank(20, 24, rank), [1])[0].RelativeError.ShouldBeGreaterThan(0.1);
    }

    [Fact]
    public void A_black_picture_is_exact()
    {
        Approximation found = Approximation.Of(new Picture(6, 8, new byte[48]), rank => Shapes.LowRank(6, 8, rank), [1])[0];

        found.RelativeError.ShouldBe(0);
        found.Psnr.ShouldBe(double.PositiveInfinity);
    }

    [Fact]
    public void Both_shapes_have_equally_many_parameters_and_the_picture_s_size_whatever_it_is()
    {
        for (int height = Shapes.MinSide; height < 130; height++)
        {
            for (int width = Shapes.MinSide; width < 300; width += 7)
            {
                int d = Shapes.Divisor(height, width);
                int m = height - (height % d), n = width - (width % d);
                ShapeGroup low = Shapes.LowRank(m, n, 3), kronecker = Shapes.Kronecker(m, n, d, 3);

                low.Parameters().ShouldBe(3 * (m + n));
                kronecker.Parameters().ShouldBe(3 * (m + n));
                (low.M1 * low.M2, low.N1 * low.N2).ShouldBe((m, n));
                (kronecker.M1 * kronecker.M2, kronecker.N1 * kronecker.N2).ShouldBe((m, n));
                new[] { kronecker.M1, kronecker.M2, kronecker.N1, kronecker.N2 }.ShouldAllBe(factor => factor > 1);
            }
        }
    }

    [Theory]
    [InlineData(320, 480, 20)]
    [InlineData(256, 256, 16)]
    [InlineData(135, 180, 15)]
    [InlineData(4, 2000, 2)]
    public void Blocks_are_about_as_large_as_there_are_many_and_cut_off_little(int height, int width, int divisor) =>
        Shapes.Divisor(height, width).ShouldBe(divisor);

    private static void ShouldHaveTails(Approximation[] found, Matrix<double> matrix)
    {
        Vector<double> squares = matrix.Svd(false).S.PointwisePower(2);
        foreach ((Approximation approximation, int rank) in found.Zip(Ranks))
        {
            double rest = squares.Skip(rank).Sum();
            approximation.RelativeError.ShouldBe(Math.Sqrt(rest / squares.Sum()), 1e-7);
        }
    }

    private static Picture RandomPicture(int height, int width, int channels)
    {
        var random = new Random(3);
        return new Picture(height, width, [.. Enumerable.Range(0, channels).Select(_ => Enumerable.Range(0, height * width).Select(_ => (byte)random.Next(256)).ToArray())]);
    }
}
