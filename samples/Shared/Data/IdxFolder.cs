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
    /// <c>t10k-labels-idx1-ubyte</c>, each plain or with <c>.gz</c>. In colour the images are <c>idx4</c> instead of
    /// <c>idx3</c>: count × height × width × 3.
    /// </param>
    /// <param name="classes">The number of classes; labels are below.</param>
    /// <param name="channels">The channels that the images are for: with 3 they may be grey or in colour, with 1 only grey.</param>
    /// <exception cref="IOException">The folder or a file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or images and labels do not belong together.</exception>
    public static (IdxSet Train, IdxSet Test) Read(string folder, int classes, int channels)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        }

        return (ReadPart(folder, "train", classes, channels), ReadPart(folder, "t10k", classes, channels));
    }

    private static IdxSet ReadPart(string folder, string part, int classes, int channels)
    {
        string? colourPath = channels == 3 ? Find(folder, $"{part}-images-idx4-ubyte") : null;
        string imagePath = colourPath ?? Require(folder, $"{part}-images-idx3-ubyte");
        string labelPath = Require(folder, $"{part}-labels-idx1-ubyte");
        byte[] labels = [.. IdxFile.Read(labelPath, 1).Items.Select(item => item[0])];
        IdxFile images = IdxFile.Read(imagePath, colourPath is null ? 3 : 4);
        int depth = colourPath is null ? 1 : images.ItemShape[2];
        if (colourPath is not null && depth != 3)
        {
            throw new InvalidDataException($"{imagePath}: expected 3 channels as the last dimension, found {depth}.");
        }

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

        return new IdxSet(images.ItemShape[0], images.ItemShape[1], depth, images.Items, labels, channels);
    }

    private static string Require(string folder, string name) =>
        Find(folder, name) ?? throw new FileNotFoundException($"'{folder}' has neither {name} nor {name}.gz.", Path.Combine(folder, name));

    private static string? Find(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (File.Exists(path))
        {
            return path;
        }

        return File.Exists(path + ".gz") ? path + ".gz" : null;
    }
}

/// <summary>The images of one part of a data set, and their labels.</summary>
/// <param name="Height">Rows of each image.</param>
/// <param name="Width">Pixels per row.</param>
/// <param name="Depth">Channels of each pixel: 1 or <paramref name="Channels"/>.</param>
/// <param name="Images">Images of height × width × depth bytes.</param>
/// <param name="Labels">The class of each.</param>
/// <param name="Channels">The channels that the images are for.</param>
internal sealed record IdxSet(int Height, int Width, int Depth, IReadOnlyList<byte[]> Images, byte[] Labels, int Channels)
{
    /// <summary>The images as <see cref="ImageFit"/> brings them to squares of the given side.</summary>
    public IEnumerable<byte[]> Fitted(int side) => Images.Select(image => ImageFit.ToSquare(image, Height, Width, Depth, side, Channels));
}
