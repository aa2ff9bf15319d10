using System;
using System.IO;
using Kron;
using Kron.Training;

namespace Edge;

/// <summary>The network with its weights. Where these come from is decided here and nowhere else.</summary>
internal sealed class DigitModel
{
    /// <summary>Rows of an image, and pixels per row.</summary>
    public const int Side = 28;

    /// <summary>Bytes per image.</summary>
    public const int ImageSize = Side * Side;

    /// <summary>The number of classes.</summary>
    public const int Classes = 10;

    private readonly float[] input = new float[ImageSize];

    private DigitModel(Sequential layers, KernelTarget target) => (Layers, Target) = (layers, target);

    /// <summary>All layers.</summary>
    public Sequential Layers { get; }

    /// <summary>The kernels that the layers run on.</summary>
    public KernelTarget Target { get; }

    /// <summary>Makes the network with the weights that lie in the program.</summary>
    public static DigitModel Create()
    {
        var classifier = new Classifier();
        return new(
            new Sequential(new Convolution1(), new Pool1(), new Convolution2(), new Pool2(), new Hidden(), classifier), classifier.Target);
    }

    /// <summary>Reads other weights from a safetensors file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or holds another network.</exception>
    public static DigitModel Load(string path)
    {
        DigitModel model = Create();
        model.Layers.Load(path);
        return model;
    }

    /// <summary>Writes an image as network input: bytes 0 … 255 become 0 … 1.</summary>
    public static void Convert(ReadOnlySpan<byte> image, Span<float> input)
    {
        for (int i = 0; i < image.Length; i++)
        {
            input[i] = image[i] * (1 / 255f);
        }
    }

    /// <summary>Classifies an image.</summary>
    /// <param name="image"><see cref="ImageSize"/> bytes, row by row.</param>
    /// <param name="scores">Receives the score of each of the <see cref="Classes"/>.</param>
    /// <returns>The class with the highest score.</returns>
    public int Classify(ReadOnlySpan<byte> image, Span<float> scores)
    {
        Convert(image, input);
        Layers.Forward(input, scores);
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            best = scores[i] > scores[best] ? i : best;
        }

        return best;
    }
}
