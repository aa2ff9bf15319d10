using System;
using System.IO;
using Kron.Samples;
using LowRank.Rendering;

namespace LowRank;

/// <summary>Images of signs, 3 × 32 × 32 bytes each (channel, row, column), with their labels.</summary>
internal sealed class SignImages : ImageSet
{
    /// <summary>Bytes per image.</summary>
    public const int ImageSize = SignRenderer.Pixels;

    /// <summary>The number of classes.</summary>
    public const int Classes = 10;

    /// <summary>Joins images of <see cref="ImageSize"/> bytes and their labels.</summary>
    public SignImages(byte[][] images, byte[] labels)
        : base(SignRenderer.Channels, SignRenderer.Size, images, labels)
    {
    }

    /// <summary>Renders the images <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 of a seed.</summary>
    public static SignImages Render(ulong seed, int first, int count, int threads)
    {
        (byte[][] images, byte[] labels) = Render(() => new SignRenderer(seed), first, count, threads);
        return new SignImages(images, labels);
    }

    /// <summary>Reads the training and the test images of a folder of IDX files, brought to the size and the channels that the layers were compiled for.</summary>
    /// <exception cref="IOException">The folder or a file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or images and labels do not belong together.</exception>
    public static (SignImages Train, SignImages Validation) Read(string folder)
    {
        (IdxSet train, IdxSet test) = IdxFolder.Read(folder, Classes, SignRenderer.Channels);
        return (Fitted(train), Fitted(test));

        static SignImages Fitted(IdxSet set) => new([.. set.Fitted(SignRenderer.Size)], set.Labels);
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
