using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kron.Samples;

/// <summary>A folder with the four files of an MNIST-style data set.</summary>
internal static class IdxFolder
{
    /// <summary>Reads training and test images.</summary>
    /// <param name="folder">
    /// Holds <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and
    /// <c>t10k-labels-idx1-ubyte</c>, each plain or with <c>.gz</c>.
    /// </param>
    /// <param name="classes">The number of classes; labels are below.</param>
    /// <exception cref="IOException">The folder or a file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or images and labels do not belong together.</exception>
    public static (IdxSet Train, IdxSet Test) Read(string folder, int classes)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        }

        return (ReadPart(folder, "train", classes), ReadPart(folder, "t10k", classes));
    }

    private static IdxSet ReadPart(string folder, string part, int classes)
    {
        string imagePath = Find(folder, $"{part}-images-idx3-ubyte");
        string labelPath = Find(folder, $"{part}-labels-idx1-ubyte");
        byte[] labels = [.. IdxFile.Read(labelPath, 1).Items.Select(item => item[0])];
        IdxFile images = IdxFile.Read(imagePath, 3);
        if (images.Items.Count != labels.Length)
        {
            throw new InvalidDataException($"{imagePath} has {images.Items.Count} images, but {labelPath} has {labels.Length} labels.");
        }

        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= classes)
            {
                throw new InvalidDataException($"{labelPath}: label {i} must be 0 … {classes - 1}, found {labels[i]}.");
            }
        }

        return new IdxSet(images.ItemShape[0], images.ItemShape[1], images.Items, labels);
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

/// <summary>The grey images of one part of a data set, and their labels.</summary>
/// <param name="Height">Rows of each image.</param>
/// <param name="Width">Pixels per row.</param>
/// <param name="Images">Images of height × width bytes.</param>
/// <param name="Labels">The class of each.</param>
internal sealed record IdxSet(int Height, int Width, IReadOnlyList<byte[]> Images, byte[] Labels)
{
    /// <summary>The images as <see cref="ImageFit"/> brings them to squares of the given side and channels.</summary>
    public IEnumerable<byte[]> Fitted(int side, int channels) => Images.Select(image => ImageFit.ToSquare(image, Height, Width, side, channels));
}
