using System;
using System.IO;
using Kron.Samples;
using SceneText.Rendering;

namespace SceneText;

/// <summary>Images of characters, 24 × 24 grey bytes each, with their labels: 0 … 9 the digits, 10 … 35 the letters.</summary>
internal sealed class CharacterImages : ImageSet
{
    // In grey levels: keeps an image of one colour from becoming pure noise.
    private const float LeastDeviation = 2;

    /// <summary>Joins images of 24 × 24 bytes and their labels.</summary>
    public CharacterImages(byte[][] images, byte[] labels)
        : base(1, CharacterRenderer.Size, images, labels)
    {
    }

    /// <summary>Renders the images <paramref name="first"/> … <paramref name="first"/> + <paramref name="count"/> − 1 of a seed.</summary>
    public static CharacterImages Render(ulong seed, int first, int count, int threads)
    {
        (byte[][] images, byte[] labels) = Render(() => new CharacterRenderer(seed), first, count, threads);
        return new CharacterImages(images, labels);
    }

    /// <summary>Reads the training and the test images of a folder of IDX files, brought to the size that the layers were compiled for.</summary>
    /// <exception cref="IOException">The folder or a file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or images and labels do not belong together.</exception>
    public static (CharacterImages Train, CharacterImages Test) Read(string folder)
    {
        (IdxSet train, IdxSet test) = IdxFolder.Read(folder, CharacterRenderer.Classes, 1);
        return (Fitted(train), Fitted(test));

        static CharacterImages Fitted(IdxSet set) => new([.. set.Fitted(CharacterRenderer.Size)], set.Labels);
    }

    /// <summary>Writes an image as network input, brought to mean 0 and variance 1.</summary>
    public override void CopyTo(int index, Span<float> input)
    {
        ReadOnlySpan<byte> pixels = Pixels(index);
        int sum = 0;
        foreach (byte pixel in pixels)
        {
            sum += pixel;
        }

        float mean = (float)sum / pixels.Length;
        float squares = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            input[i] = pixels[i] - mean;
            squares += input[i] * input[i];
        }

        float scale = 1 / MathF.Max(MathF.Sqrt(squares / pixels.Length), LeastDeviation);
        for (int i = 0; i < pixels.Length; i++)
        {
            input[i] *= scale;
        }
    }
}
