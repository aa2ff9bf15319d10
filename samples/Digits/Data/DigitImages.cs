using System;
using System.Threading.Tasks;
using Digits.Rendering;

namespace Digits;

/// <summary>Images of digits, 3 × 32 × 32 bytes each (channel, row, column), with their labels.</summary>
internal sealed class DigitImages
{
    /// <summary>Bytes per image.</summary>
    public const int ImageSize = DigitRenderer.Pixels;

    /// <summary>The number of classes.</summary>
    public const int Classes = 10;

    private readonly byte[][] images;
    private readonly byte[] labels;

    /// <summary>Joins images of <see cref="ImageSize"/> bytes and their labels.</summary>
    public DigitImages(byte[][] images, byte[] labels) => (this.images, this.labels) = (images, labels);

    /// <summary>The number of images.</summary>
    public int Count => images.Length;

    /// <summary>Renders the images <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 of a seed.</summary>
    public static DigitImages Render(ulong seed, int first, int count, int threads)
    {
        byte[][] images = new byte[count][];
        byte[] labels = new byte[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, () => new DigitRenderer(seed), Render, _ => { });
        return new DigitImages(images, labels);

        DigitRenderer Render(int i, ParallelLoopState state, DigitRenderer renderer)
        {
            images[i] = new byte[ImageSize];
            labels[i] = (byte)DigitRenderer.Label(first + i);
            renderer.Render(first + i, images[i]);
            return renderer;
        }
    }

    /// <summary>The bytes of an image.</summary>
    public ReadOnlySpan<byte> Pixels(int index) => images[index];

    /// <summary>The digit an image shows.</summary>
    public int Label(int index) => labels[index];

    /// <summary>Writes an image as network input: bytes 0 … 255 become −1 … 1.</summary>
    public void CopyTo(int index, Span<float> input)
    {
        byte[] pixels = images[index];
        for (int i = 0; i < pixels.Length; i++)
        {
            input[i] = (pixels[i] - 127.5f) * (1 / 127.5f);
        }
    }
}
