using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using SceneText;
using SceneText.Rendering;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class CharacterRendererTests
{
    /// <summary>The first 108 images of seed 1, as every platform must draw them.</summary>
    private const string FirstImages = "81970F08A971F26BC147F8E4FB8A3BBFB8B6F94AF711C97EA7D54DBA3A26AB97";

    [Fact]
    public void The_first_images_are_the_same_on_every_machine()
    {
        CharacterImages images = CharacterImages.Render(1, 0, 108, 1);
        byte[] pixels = Enumerable.Range(0, 108).SelectMany(i => images.Pixels(i).ToArray()).ToArray();

        Convert.ToHexString(SHA256.HashData(pixels)).ShouldBe(FirstImages);
    }

    [Fact]
    public void An_image_depends_on_its_index_and_not_on_the_others_or_on_the_threads()
    {
        CharacterImages all = CharacterImages.Render(7, 0, 64, 4);
        CharacterImages tail = CharacterImages.Render(7, 40, 24, 1);

        for (int i = 0; i < tail.Count; i++)
        {
            tail.Pixels(i).SequenceEqual(all.Pixels(40 + i)).ShouldBeTrue($"image {40 + i}");
            tail.Label(i).ShouldBe(all.Label(40 + i));
        }
    }

    [Fact]
    public void Every_character_occurs_equally_often()
    {
        CharacterImages images = CharacterImages.Render(3, 0, 180, 2);

        int[] labels = [.. Enumerable.Range(0, 180).Select(images.Label)];

        labels.Order().ShouldBe(Enumerable.Range(0, 180).Select(i => i / 5));
    }

    [Fact]
    public void Seeds_and_indices_give_different_images()
    {
        var seen = new HashSet<string>();
        for (ulong seed = 0; seed < 4; seed++)
        {
            CharacterImages images = CharacterImages.Render(seed, 0, 72, 2);
            for (int i = 0; i < images.Count; i++)
            {
                seen.Add(Convert.ToHexString(SHA256.HashData(images.Pixels(i)))).ShouldBeTrue($"seed {seed}, image {i}");
            }
        }
    }

    [Fact]
    public void Every_way_of_writing_a_letter_is_its_own_and_fills_the_height_of_its_box()
    {
        var seen = new Dictionary<string, int>();
        for (int letter = 0; letter < LetterGlyphs.Count; letter++)
        {
            for (ulong draw = 0; draw < 20; draw++)
            {
                Glyph glyph = LetterGlyphs.Pick(letter, new RandomStream(1, draw));
                seen.TryAdd(string.Join(' ', glyph.Strokes.Select(stroke => string.Join(' ', stroke))), letter);
                glyph.Strokes.Min(stroke => stroke.Min(point => point.Y)).ShouldBeInRange(-0.01f, 0.05f, $"letter {letter}");
                glyph.Strokes.Max(stroke => stroke.Max(point => point.Y)).ShouldBeInRange(0.97f, 1.05f, $"letter {letter}");
                glyph.Left.ShouldBe(glyph.Strokes.SelectMany(stroke => stroke).Min(point => point.X));
                glyph.Right.ShouldBe(glyph.Strokes.SelectMany(stroke => stroke).Max(point => point.X));
            }
        }

        seen.Values.Distinct().Count().ShouldBe(26);
        seen.Count.ShouldBe(48);
    }

    [Fact]
    public void An_image_enters_the_network_with_mean_0_and_variance_1()
    {
        CharacterImages images = CharacterImages.Render(1, 0, 36, 1);
        float[] input = new float[24 * 24];
        for (int i = 0; i < images.Count; i++)
        {
            images.CopyTo(i, input);

            input.Average(value => (double)value).ShouldBe(0, 1e-5);
            input.Average(value => (double)value * value).ShouldBe(1, 1e-4);
        }
    }

    [Fact]
    public void An_image_of_one_colour_enters_the_network_as_zeros()
    {
        var images = new CharacterImages([[.. Enumerable.Repeat((byte)77, 576)]], [0]);
        float[] input = new float[576];

        images.CopyTo(0, input);

        input.ShouldAllBe(value => value == 0);
    }
}
