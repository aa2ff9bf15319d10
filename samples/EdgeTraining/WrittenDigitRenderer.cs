using System.Numerics;
using Edge;
using Kron.Samples;

namespace EdgeTraining;

/// <summary>Renders digits as a pen writes them, white on black in 28 × 28 pixels: the form of the MNIST images.</summary>
/// <remarks>An image is a function of the seed and its index alone. One renderer serves one thread.</remarks>
internal sealed class WrittenDigitRenderer(ulong seed) : IImageRenderer
{
    private readonly Canvas canvas = new(DigitModel.Side, DigitModel.Side);

    /// <summary>The digit of an image: every run of ten images holds each digit once.</summary>
    public int Label(int index) => index % DigitModel.Classes;

    /// <inheritdoc/>
    public byte[] Render(int index)
    {
        var random = new RandomStream(seed, (ulong)index);
        float height = random.Next(15, 21);
        Vector2 centre = new Vector2(DigitModel.Side / 2f) + new Vector2(random.Next(-2f, 2), random.Next(-2f, 2));
        var warp = new Warp(random, height, random.Next(0.7f, 1.3f), random.Next(-0.15f, 0.15f), random.Next(-0.2f, 0.5f), centre, 1.1f, DigitModel.Side);
        canvas.Fill(default);
        canvas.Stroke(warp.Apply(DigitGlyphs.Pick(Label(index), random), default), height * random.Next(0.04f, 0.09f), new Colour(1, 1, 1), random.Next(0.8f, 1));
        canvas.Blur();
        canvas.AddNoise(random, random.Next(0, 0.05f));
        byte[] pixels = new byte[DigitModel.ImageSize];
        canvas.CopyLuminanceTo(pixels);
        return pixels;
    }
}
