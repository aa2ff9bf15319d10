using System.Numerics;
using Kron.Samples;

namespace LowRank.Rendering;

/// <summary>
/// Renders pictures that look like painted signs photographed in the street: 32 × 32 pixels, three channels, one sign. See
/// the README for the list of what varies.
/// </summary>
internal sealed class SignRenderer : IImageRenderer
{
    /// <summary>The side of an image in pixels.</summary>
    public const int Size = 32;

    /// <summary>Red, green and blue.</summary>
    public const int Channels = 3;

    /// <summary>Bytes per image.</summary>
    public const int Pixels = Channels * Size * Size;

    private readonly Canvas canvas = new(Size, Size);
    private readonly StreetView street;
    private readonly ulong seed;

    /// <summary>Creates a renderer of the images that belong to a seed.</summary>
    public SignRenderer(ulong seed)
    {
        this.seed = seed;
        street = new StreetView(canvas, new StreetConditions());
    }

    /// <summary>The sign that an image shows: every run of ten images holds each sign once.</summary>
    public int Label(int index) => index % SignGlyphs.Count;

    /// <inheritdoc/>
    public byte[] Render(int index)
    {
        var random = new RandomStream(seed, (ulong)index);
        (Colour wall, Colour ink) = street.Colours(random);
        street.DrawWall(random, wall);
        street.DrawClutter(random, wall, ink, random.Next(6));
        DrawSign(random, ink, Label(index));
        street.DrawClutter(random, wall, ink, random.Next(4));
        street.Photograph(random);
        byte[] pixels = new byte[Pixels];
        canvas.CopyTo(pixels);
        return pixels;
    }

    private void DrawSign(RandomStream random, Colour ink, int sign)
    {
        float height = random.Next(9, 24);
        Vector2 centre = new Vector2(Size / 2f) + new Vector2(random.Next(-4f, 4), random.Next(-4f, 4));
        var warp = new Warp(
            random, height, random.Next(0.75f, 1.25f), random.Next(-0.18f, 0.18f), random.Next(-0.25f, 0.25f), centre, 0.8f, Size);
        canvas.Stroke(warp.Apply(SignGlyphs.Of(sign), default), height * random.Next(0.04f, 0.1f), ink, 1);
    }
}
