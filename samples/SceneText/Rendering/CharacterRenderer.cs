using System;
using System.Numerics;
using Kron.Samples;

namespace SceneText.Rendering;

/// <summary>
/// Renders pictures that look like the characters of words photographed in the street: 24 × 24 grey pixels, the wanted
/// character in the middle. See the README for the list of what varies.
/// </summary>
internal sealed class CharacterRenderer : IImageRenderer
{
    /// <summary>The side of an image in pixels.</summary>
    public const int Size = 24;

    /// <summary>Digits and letters, capital and small letters together.</summary>
    public const int Classes = 36;

    private const int Digits = 10;
    private readonly Canvas canvas = new(Size, Size);
    private readonly StreetView street;
    private readonly ulong seed;

    /// <summary>Creates a renderer of the images that belong to a seed.</summary>
    public CharacterRenderer(ulong seed)
    {
        this.seed = seed;
        street = new StreetView(canvas, new StreetConditions());
    }

    /// <summary>The character in the middle of an image, the digits before the letters: every run of 36 images holds each once.</summary>
    public int Label(int index) => index % Classes;

    /// <inheritdoc/>
    public byte[] Render(int index)
    {
        var random = new RandomStream(seed, (ulong)index);
        (Colour wall, Colour ink) = street.Colours(random);
        street.DrawWall(random, wall);
        street.DrawClutter(random, wall, ink, random.Next(3));
        DrawWord(random, wall, ink, Label(index));
        street.DrawClutter(random, wall, ink, random.Next(2));
        street.Photograph(random);
        byte[] pixels = new byte[Size * Size];
        canvas.CopyLuminanceTo(pixels);
        return pixels;
    }

    /// <summary>The character in the middle, with its neighbours by the same pen, cut off at the borders.</summary>
    private void DrawWord(RandomStream random, Colour wall, Colour ink, int character)
    {
        float height = random.Next(13, 21);
        Vector2 centre = new Vector2(Size / 2f) + new Vector2(random.Next(-1.5f, 1.5f), random.Next(-1.5f, 1.5f));
        var warp = new Warp(
            random, height, random.Next(0.8f, 1.15f), random.Next(-0.1f, 0.1f), random.Next(-0.15f, 0.3f), centre, 0.5f, Size);
        var pen = Pen.Pick(random, height, wall, ink);
        Glyph glyph = PickGlyph(random, character);
        Vector2 gap = new(pen.Width + (height * random.Next(-0.03f, 0.2f)), 0);

        pen.Draw(canvas, warp.Apply(glyph, default));
        if (random.Chance(0.6f))
        {
            Glyph left = PickGlyph(random, random.Next(Classes));
            pen.Draw(canvas, warp.Apply(left, -warp.Across(left.Right - glyph.Left) - gap));
        }

        if (random.Chance(0.6f))
        {
            Glyph right = PickGlyph(random, random.Next(Classes));
            pen.Draw(canvas, warp.Apply(right, warp.Across(glyph.Right - right.Left) + gap));
        }
    }

    private static Glyph PickGlyph(RandomStream random, int character) => character < Digits
        ? DigitGlyphs.Pick(character, random)
        : LetterGlyphs.Pick(character - Digits, random);
}
