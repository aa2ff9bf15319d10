using System;
using System.IO;
using System.Text;

namespace Kron.Samples;

/// <summary>Writes many images of one or three channels as one picture to look at.</summary>
internal static class ContactSheet
{
    private const int Gap = 2;

    /// <summary>Writes a binary PPM file with the images in rows, labels ascending from left to right.</summary>
    /// <param name="path">The file, replaced if it exists.</param>
    /// <param name="images">What to show.</param>
    /// <param name="columns">Images per row.</param>
    /// <param name="rows">Rows; fewer when there are not so many images.</param>
    public static void Write(string path, ImageSet images, int columns, int rows)
    {
        rows = Math.Min(rows, (images.Count + columns - 1) / columns);
        int side = images.Side;
        int cell = side + Gap;
        int width = (columns * cell) + Gap;
        int height = (rows * cell) + Gap;
        byte[] sheet = new byte[3 * width * height];
        for (int i = 0; i < Math.Min(images.Count, rows * columns); i++)
        {
            ReadOnlySpan<byte> image = images.Pixels(i);
            int corner = (((i / columns * cell) + Gap) * width) + (i % columns * cell) + Gap;
            for (int pixel = 0; pixel < side * side; pixel++)
            {
                int target = corner + (pixel / side * width) + (pixel % side);
                for (int channel = 0; channel < 3; channel++)
                {
                    sheet[(3 * target) + channel] = image[(channel % images.Channels * side * side) + pixel];
                }
            }
        }

        using FileStream file = File.Create(path);
        file.Write(Encoding.ASCII.GetBytes($"P6\n{width} {height}\n255\n"));
        file.Write(sheet);
    }
}
