using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using LowRank;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class SignRendererTests
{
    /// <summary>The first 100 images of seed 1, as every platform must draw them.</summary>
    private const string FirstImages = "5C178A6E59F09987B7B3E04EDCE99329B42D78CAB03031E5A98686D89E257AB7";

    [Fact]
    public void The_first_images_are_the_same_on_every_machine()
    {
        SignImages images = SignImages.Render(1, 0, 100, 1);
        byte[] pixels = Enumerable.Range(0, 100).SelectMany(i => images.Pixels(i).ToArray()).ToArray();

        Convert.ToHexString(SHA256.HashData(pixels)).ShouldBe(FirstImages);
    }

    [Fact]
    public void An_image_depends_on_its_seed_and_index_and_not_on_the_others_or_on_the_threads()
    {
        SignImages all = SignImages.Render(7, 0, 64, 4);
        SignImages tail = SignImages.Render(7, 40, 24, 1);
        SignImages other = SignImages.Render(8, 40, 24, 1);

        for (int i = 0; i < tail.Count; i++)
        {
            tail.Pixels(i).SequenceEqual(all.Pixels(40 + i)).ShouldBeTrue($"image {40 + i}");
            other.Pixels(i).SequenceEqual(tail.Pixels(i)).ShouldBeFalse($"image {40 + i}");
            tail.Label(i).ShouldBe(all.Label(40 + i));
        }
    }

    [Fact]
    public void Every_sign_occurs_equally_often()
    {
        SignImages images = SignImages.Render(3, 0, 100, 2);
        IEnumerable<int> counts = Enumerable.Range(0, SignImages.Classes).Select(sign => Enumerable.Range(0, images.Count).Count(i => images.Label(i) == sign));

        counts.ShouldAllBe(count => count == 10);
    }
}
