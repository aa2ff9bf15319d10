using System;
using System.IO;
using Digits.Rendering;
using Kron.Samples;

namespace Digits;

/// <summary>Images of digits, 3 × 40 × 40 bytes each (channel, row, column), with their labels.</summary>
internal sealed class DigitImages : ImageSet
{
    /// <summary>Bytes per image.</summary>
    public const int ImageSize = DigitRenderer.Pixels;

    /// <summary>The number of classes.</summary>
    public const int Classes = 10;

    /// <summary>Joins images of <see cref="ImageSize"/> bytes and their labels.</summary>
    public DigitImages(byte[][] images, byte[] labels)
        : base(DigitRenderer.Channels, DigitRenderer.Size, images, labels)
    {
    }

    /// <summary>Renders the images <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 of a seed.</summary>
    public static DigitImages Render(ulong seed, int first, int count, int threads)
    {
        (byte[][] images, byte[] labels) = Render(() => new DigitRenderer(seed), first, count, threads);
        return new DigitImages(images, labels);
    }

    /// <summary>Reads the training and the validation images of a folder of IDX files, brought to the size and the channels that the layers were compiled for.</summary>
    /// <exception cref="IOException">The folder or a file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or images and labels do not belong together.</exception>
    public static (DigitImages Train, DigitImages Validation) Read(string folder)
    {
        (IdxSet train, IdxSet validation) = IdxFolder.Read(folder, Classes, DigitRenderer.Channels);
        return (Fitted(train), Fitted(validation));

        static DigitImages Fitted(IdxSet set) => new([.. set.Fitted(DigitRenderer.Size)], set.Labels);
    }

    /// <summary>Writes an image as network input: bytes 0 … 255 become −1 … 1.</summary>
    public override void CopyTo(int index, Span<float> input)
    {
        ReadOnlySpan<byte> pixels = Pixels(index);
        for (int i = 0; i < pixels.Length; i++)
        {
            input[i] = (pixels[i] - 127.5f) * (1 / 127.5f);
        }
    }
}
