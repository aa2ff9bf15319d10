using System;
using System.Collections.Generic;
using System.IO;

namespace Digits;

/// <summary>A folder with the four files of an MNIST-style data set.</summary>
internal static class IdxFolder
{
    /// <summary>Reads training and test images, brought to the size and the channels that the layers were compiled for.</summary>
    /// <param name="folder">
    /// Holds <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and
    /// <c>t10k-labels-idx1-ubyte</c>, each plain or with <c>.gz</c>.
    /// </param>
    /// <exception cref="IOException">The folder or a file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or images and labels do not belong together.</exception>
    public static (DigitImages Train, DigitImages Test) Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        }

        return (ReadPart(folder, "train"), ReadPart(folder, "t10k"));
    }

    private static DigitImages ReadPart(string folder, string part)
    {
        string imagePath = Find(folder, $"{part}-images-idx3-ubyte");
        string labelPath = Find(folder, $"{part}-labels-idx1-ubyte");
        IReadOnlyList<byte[]> labels = IdxFile.Read(labelPath, 1).Items;
        IdxFile images = IdxFile.Read(imagePath, 3);
        if (images.Items.Count != labels.Count)
        {
            throw new InvalidDataException($"{imagePath} has {images.Items.Count} images, but {labelPath} has {labels.Count} labels.");
        }

        byte[] classes = new byte[labels.Count];
        for (int i = 0; i < classes.Length; i++)
        {
            classes[i] = labels[i][0];
            if (classes[i] >= DigitImages.Classes)
            {
                throw new InvalidDataException($"{labelPath}: label {i} must be 0 … {DigitImages.Classes - 1}, found {classes[i]}.");
            }
        }

        byte[][] pixels = new byte[classes.Length][];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = ImageFit.ToInput(images.Items[i], images.ItemShape[0], images.ItemShape[1]);
        }

        return new DigitImages(pixels, classes);
    }

    private static string Find(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (File.Exists(path))
        {
            return path;
        }

        return File.Exists(path + ".gz") ? path + ".gz" : throw new FileNotFoundException($"'{folder}' has neither {name} nor {name}.gz.", path);
    }
}
