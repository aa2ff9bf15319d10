using System;
using System.Linq;
using Figure1.Images;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class PictureTests
{
    [Fact]
    public void Halving_takes_the_mean_of_four_pixels()
    {
        var picture = new Picture(4, 6, [.. Enumerable.Range(0, 24).Select(i => (byte)(i * i % 251))]);

        Picture small = PictureFit.Shrink(picture, 3);

        (small.Height, small.Width).ShouldBe((2, 3));
        for (int i = 0; i < 6; i++)
        {
            int at = (i / 3 * 12) + (i % 3 * 2);
            double mean = (picture.Plane(0)[at] + picture.Plane(0)[at + 1] + picture.Plane(0)[at + 6] + picture.Plane(0)[at + 7]) / 4.0;
            ((double)small.Plane(0)[i]).ShouldBe(mean, 0.501);
        }
    }

    [Theory]
    [InlineData(100, 37, 20, 20, 7)]
    [InlineData(1, 500, 40, 1, 40)]
    [InlineData(33, 20, 33, 33, 20)]
    [InlineData(7, 5, 100, 7, 5)]
    public void Shrinking_keeps_the_proportions_and_a_constant(int height, int width, int longest, int newHeight, int newWidth)
    {
        byte[] plane = new byte[height * width];
        Array.Fill(plane, (byte)201);

        Picture small = PictureFit.Shrink(new Picture(height, width, plane), longest);

        (small.Height, small.Width).ShouldBe((newHeight, newWidth));
        small.Plane(0).ToArray().ShouldAllBe(value => value == 201);
    }

    [Fact]
    public void Cropping_keeps_the_middle()
    {
        var picture = new Picture(4, 5, [.. Enumerable.Range(0, 20).Select(i => (byte)i)]);

        PictureFit.Crop(picture, 2, 3).Plane(0).ToArray().ShouldBe([6, 7, 8, 11, 12, 13]);
    }

    [Fact]
    public void A_picture_has_planes_of_its_size()
    {
        Should.Throw<ArgumentException>(() => new Picture(2, 3, new byte[5]));
        Should.Throw<ArgumentException>(() => new Picture(2, 3, new byte[6], new byte[6]));
    }

    [Fact]
    public void The_scene_is_the_same_on_every_machine()
    {
        Picture scene = Scene.Draw(90);

        (scene.Height, scene.Width, scene.Channels).ShouldBe((60, 90, 1));
        PngFormat.Crc(scene.Plane(0)).ShouldBe(2957092691u);
    }
}
