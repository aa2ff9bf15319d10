using System;
using Digits.Rendering;

namespace Digits;

/// <summary>Brings grey images of any size to the input of the compiled layers.</summary>
internal static class ImageFit
{
    private const int Side = DigitRenderer.Size;

    /// <summary>
    /// Centres an image on black and repeats it in the three channels. An image larger than the input is first shrunk,
    /// its proportions kept, each new pixel the mean of the area it covers; a smaller one is not enlarged.
    /// </summary>
    /// <param name="image">height × width bytes.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Pixels per row, at least 1.</param>
    public static byte[] ToInput(ReadOnlySpan<byte> image, int height, int width)
    {
        int longest = Math.Max(Side, Math.Max(height, width));
        int rows = Math.Max(1, ((height * Side) + (longest / 2)) / longest);
        int columns = Math.Max(1, ((width * Side) + (longest / 2)) / longest);
        int top = (Side - rows) / 2;
        int left = (Side - columns) / 2;
        byte[] input = new byte[DigitImages.ImageSize];
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                input[((top + y) * Side) + left + x] = Mean(image, width, Cover(y, height, rows), Cover(x, width, columns));
            }
        }

        ReadOnlySpan<byte> plane = input.AsSpan(0, Side * Side);
        plane.CopyTo(input.AsSpan(Side * Side));
        plane.CopyTo(input.AsSpan(2 * Side * Side));
        return input;
    }

    /// <summary>The stretch of an axis of <paramref name="size"/> old pixels that one of <paramref name="parts"/> new pixels covers.</summary>
    private static (double From, double To) Cover(int part, int size, int parts) =>
        ((double)part * size / parts, (double)(part + 1) * size / parts);

    private static byte Mean(ReadOnlySpan<byte> image, int width, (double From, double To) rows, (double From, double To) columns)
    {
        double sum = 0;
        double area = 0;
        for (int y = (int)rows.From; y < rows.To; y++)
        {
            double weightY = Math.Min(y + 1, rows.To) - Math.Max(y, rows.From);
            for (int x = (int)columns.From; x < columns.To; x++)
            {
                double weight = weightY * (Math.Min(x + 1, columns.To) - Math.Max(x, columns.From));
                sum += weight * image[(y * width) + x];
                area += weight;
            }
        }

        return (byte)((sum / area) + 0.5);
    }
}
