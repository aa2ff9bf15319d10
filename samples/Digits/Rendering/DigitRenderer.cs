using System;
using System.Numerics;

namespace Digits.Rendering;

/// <summary>
/// Renders pictures that look like the digits of house numbers photographed in the street: 32 × 32 pixels, three
/// channels, the wanted digit in the middle. See the README for the list of what varies.
/// </summary>
/// <remarks>An image is a function of the seed and its index alone. One renderer serves one thread.</remarks>
internal sealed class DigitRenderer
{
    /// <summary>The side of an image in pixels.</summary>
    public const int Size = 32;

    /// <summary>Bytes per image: red, green and blue plane.</summary>
    public const int Pixels = 3 * Size * Size;

    private readonly Canvas canvas = new(Size, Size);
    private readonly ulong seed;

    /// <summary>Creates a renderer of the images that belong to a seed.</summary>
    public DigitRenderer(ulong seed) => this.seed = seed;

    /// <summary>The digit in the middle of an image: every run of ten images holds each digit once.</summary>
    public static int Label(int index) => index % 10;

    /// <summary>Renders an image.</summary>
    /// <param name="index">Its number, from 0 on.</param>
    /// <param name="pixels">Receives <see cref="Pixels"/> bytes.</param>
    public void Render(int index, Span<byte> pixels)
    {
        var random = new RandomStream(seed, (ulong)index);
        (Colour wall, Colour ink) = Colours(random);
        DrawWall(random, wall);
        DrawClutter(random, wall, ink, random.Next(5));
        DrawNumber(random, wall, ink, Label(index));
        DrawClutter(random, wall, ink, random.Next(3));
        Photograph(random);
        canvas.CopyTo(pixels);
    }

    /// <summary>Two colours that differ in brightness by a contrast that may be low; either may be the brighter.</summary>
    private static (Colour Wall, Colour Ink) Colours(RandomStream random)
    {
        float contrast = random.Next(0.16f, 0.7f);
        float dark = random.Next(0.05f, 0.95f - contrast);
        bool brightInk = random.Chance(0.4f);
        Colour wall = Tone(random, brightInk ? dark : dark + contrast, 0.12f);
        Colour ink = Tone(random, brightInk ? dark + contrast : dark, 0.2f);
        return (wall, ink);
    }

    /// <summary>A colour of the given luminance.</summary>
    private static Colour Tone(RandomStream random, float luminance, float saturation)
    {
        var tone = new Colour(random.Next(-saturation, saturation), random.Next(-saturation, saturation), random.Next(-saturation, saturation));
        return tone.Lifted(luminance - tone.Luminance);
    }

    private static Vector2 Anywhere(RandomStream random) => new(random.Next(0, Size), random.Next(0, Size));

    private void DrawWall(RandomStream random, Colour wall)
    {
        canvas.Fill(wall);
        if (random.Chance(0.25f))
        {
            DrawCourses(random, wall);
        }

        if (random.Chance(0.2f))
        {
            Colour plate = wall.Lifted(random.Next(-0.12f, 0.12f));
            canvas.Rectangle(random.Next(-2, 5), random.Next(-2, 5), random.Next(27, 34), random.Next(27, 34), plate, 1);
        }
    }

    /// <summary>Joints of boards or bricks.</summary>
    private void DrawCourses(RandomStream random, Colour wall)
    {
        float spacing = random.Next(5, 14);
        float start = random.Next(0, spacing);
        Colour joint = wall.Lifted(random.Sign() * random.Next(0.06f, 0.18f));
        bool upright = random.Chance(0.3f);
        for (float at = start; at < Size; at += spacing)
        {
            Vector2[] line = upright ? [new(at, -1), new(at, Size + 1)] : [new(-1, at), new(Size + 1, at)];
            canvas.Stroke([line], random.Next(0.2f, 0.7f), joint, 0.9f);
        }
    }

    /// <summary>Blotches, cables, cracks and leaves.</summary>
    private void DrawClutter(RandomStream random, Colour wall, Colour ink, int count)
    {
        for (int i = 0; i < count; i++)
        {
            // Clutter lies between the two colours or a little beyond the wall's, so that it can be mistaken for ink.
            float t = random.Next(-0.3f, 0.8f);
            var colour = new Colour(
                wall.Red + (t * (ink.Red - wall.Red)), wall.Green + (t * (ink.Green - wall.Green)), wall.Blue + (t * (ink.Blue - wall.Blue)));
            if (random.Chance(0.5f))
            {
                Vector2 from = Anywhere(random);
                Vector2 to = from + new Vector2(random.Next(-20, 20), random.Next(-20, 20));
                canvas.Stroke([[from, to]], random.Next(0.2f, 1), colour, random.Next(0.4f, 0.9f));
            }
            else
            {
                var radii = new Vector2(random.Next(1.5f, 7), random.Next(1.5f, 7));
                canvas.Ellipse(Anywhere(random), radii, random.Next(1, 4), colour, random.Next(0.3f, 0.8f));
            }
        }
    }

    /// <summary>The digit in the middle, with its neighbours in the same hand, cut off at the borders.</summary>
    private void DrawNumber(RandomStream random, Colour wall, Colour ink, int digit)
    {
        float height = random.Next(17, 28);
        float radius = height * random.Next(0.04f, 0.11f);
        Vector2 centre = new Vector2(Size / 2f) + new Vector2(random.Next(-2.5f, 2.5f), random.Next(-2, 2));
        var warp = new Warp(
            random, height, random.Next(0.65f, 1.2f), random.Next(-0.12f, 0.12f), random.Next(-0.2f, 0.4f), centre, 0.8f, Size);
        Vector2 advance = warp.Advance + new Vector2((2 * radius) + random.Next(0.5f, 5), 0);

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
        Vector2[][] lines = warp.Apply(Glyphs.Pick(digit, random), offset);
        if (random.Chance(0.2f))
        {
            // Letters that stand off the wall throw a shadow.
            var drop = new Vector2(random.Next(-1.5f, 1.5f), random.Next(0.5f, 1.8f));
            Vector2[][] shadow = Array.ConvertAll(lines, line => Array.ConvertAll(line, p => p + drop));
            canvas.Stroke(shadow, radius, wall.Lifted(-0.2f), 0.6f);
        }

        canvas.Stroke(lines, radius, ink, 1);
    }

    /// <summary>Uneven light, its colour, blur and sensor noise.</summary>
    private void Photograph(RandomStream random)
    {
        canvas.AddRamp(random.Next(-0.12f, 0.12f), random.Next(-0.12f, 0.12f));
        canvas.Tint(new Colour(random.Next(0.8f, 1.2f), random.Next(0.85f, 1.15f), random.Next(0.75f, 1.25f)));
        int blurs = random.Next(3);
        for (int i = 0; i < blurs; i++)
        {
            canvas.Blur();
        }

        canvas.AddNoise(random, random.Next(0.005f, 0.07f));
    }
}
