using System;
using System.Numerics;
using Kron.Samples;

namespace Digits.Rendering;

/// <summary>
/// Renders pictures that look like the digits of house numbers photographed in the street: 40 × 40 pixels, three
/// channels, the wanted digit in the middle. See the README for the list of what varies.
/// </summary>
/// <remarks>An image is a function of the seed and its index alone. One renderer serves one thread.</remarks>
internal sealed class DigitRenderer : IImageRenderer
{
    /// <summary>The side of an image in pixels.</summary>
    public const int Size = 40;

    /// <summary>Red, green and blue.</summary>
    public const int Channels = 3;

    /// <summary>Bytes per image.</summary>
    public const int Pixels = Channels * Size * Size;

    private static readonly StreetConditions Conditions = new()
    {
        Contrast = (0.12f, 0.6f), PlateMargin = 6, Courses = (6, 18), LineReach = 25, BlotchRadius = (2, 9), Blurs = 4, Noise = (0.005f, 0.08f),
    };

    private readonly Canvas canvas = new(Size, Size);
    private readonly StreetView street;
    private readonly ulong seed;

    /// <summary>Creates a renderer of the images that belong to a seed.</summary>
    public DigitRenderer(ulong seed)
    {
        this.seed = seed;
        street = new StreetView(canvas, Conditions);
    }

    /// <summary>The digit in the middle of an image: every run of ten images holds each digit once.</summary>
    public int Label(int index) => index % 10;

    /// <inheritdoc/>
    public byte[] Render(int index)
    {
        var random = new RandomStream(seed, (ulong)index);
        (Colour wall, Colour ink) = street.Colours(random);
        street.DrawWall(random, wall);
        street.DrawClutter(random, wall, ink, random.Next(7));
        DrawNumber(random, wall, ink, Label(index));
        street.DrawClutter(random, wall, ink, random.Next(4));
        street.Photograph(random);
        byte[] pixels = new byte[Pixels];
        canvas.CopyTo(pixels);
        return pixels;
    }

    /// <summary>The digit in the middle, with its neighbours in the same hand, cut off at the borders.</summary>
    private void DrawNumber(RandomStream random, Colour wall, Colour ink, int digit)
    {
        float height = random.Next(18, 36);
        float radius = height * random.Next(0.04f, 0.11f);
        Vector2 centre = new Vector2(Size / 2f) + new Vector2(random.Next(-4f, 4), random.Next(-4f, 4));
        var warp = new Warp(
            random, height, random.Next(0.65f, 1.2f), random.Next(-0.16f, 0.16f), random.Next(-0.3f, 0.5f), centre, 1.3f, Size);
        Vector2 advance = warp.Across(Glyph.Width) + new Vector2((2 * radius) + random.Next(-0.5f, 6), 0);

        DrawDigit(random, warp, digit, default, radius, wall, ink);
        if (random.Chance(0.55f))
        {
            DrawDigit(random, warp, random.Next(10), -advance, radius, wall, ink);
        }

        if (random.Chance(0.55f))
        {
            DrawDigit(random, warp, random.Next(10), advance, radius, wall, ink);
        }
    }

    private void DrawDigit(RandomStream random, Warp warp, int digit, Vector2 offset, float radius, Colour wall, Colour ink)
    {
        Vector2[][] lines = warp.Apply(DigitGlyphs.Pick(digit, random), offset);
        if (random.Chance(0.2f))
        {
            // Letters that stand off the wall throw a shadow.
            var drop = new Vector2(random.Next(-1.5f, 1.5f), random.Next(0.5f, 1.8f));
            Vector2[][] shadow = Array.ConvertAll(lines, line => Array.ConvertAll(line, p => p + drop));
            canvas.Stroke(shadow, radius, wall.Lifted(-0.2f), 0.6f);
        }

        canvas.Stroke(lines, radius, ink, 1);
    }
}
