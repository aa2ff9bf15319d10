using System;

namespace Kron.Samples;

/// <summary>Brings images of any size to the input of compiled layers.</summary>
internal static class ImageFit
{
    /// <summary>
    /// Centres an image on a black square and repeats a grey one in all channels. An image larger than the square is first shrunk,
    /// its proportions kept, each new pixel the mean of the area it covers; a smaller one is not enlarged.
    /// </summary>
    /// <param name="image">height × width × depth bytes: the channels of a pixel lie together.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Pixels per row, at least 1.</param>
    /// <param name="depth">1 for grey, or as many as <paramref name="channels"/>.</param>
    /// <param name="side">The side of the square.</param>
    /// <param name="channels">Planes of the square.</param>
    public static byte[] ToSquare(ReadOnlySpan<byte> image, int height, int width, int depth, int side, int channels)
    {
        int longest = Math.Max(side, Math.Max(height, width));
        int rows = Math.Max(1, ((height * side) + (longest / 2)) / longest);
        int columns = Math.Max(1, ((width * side) + (longest / 2)) / longest);
        int top = (side - rows) / 2;
        int left = (side - columns) / 2;
        byte[] input = new byte[channels * side * side];
        for (int plane = 0; plane < channels; plane++)
        {
            ReadOnlySpan<byte> channel = image[Math.Min(plane, depth - 1)..];
            for (int y = 0; y < rows; y++)
            {
                for (int x = 0; x < columns; x++)
                {
                    input[(((plane * side) + top + y) * side) + left + x] =
                        Mean(channel, depth, width, Cover(y, height, rows), Cover(x, width, columns));
                }
            }
        }

        return input;
    }

    /// <summary>The stretch of an axis of <paramref name="size"/> old pixels that one of <paramref name="parts"/> new pixels covers.</summary>
    private static (double From, double To) Cover(int part, int size, int parts) =>
        ((double)part * size / parts, (double)(part + 1) * size / parts);

    /// <summary>The mean over an area of one channel, whose values lie <paramref name="stride"/> apart.</summary>
    private static byte Mean(ReadOnlySpan<byte> channel, int stride, int width, (double From, double To) rows, (double From, double To) columns)
    {
        double sum = 0;
        double area = 0;
        for (int y = (int)rows.From; y < rows.To; y++)
        {
            double weightY = Math.Min(y + 1, rows.To) - Math.Max(y, rows.From);
            for (int x = (int)columns.From; x < columns.To; x++)
            {
                double weight = weightY * (Math.Min(x + 1, columns.To) - Math.Max(x, columns.From));
                sum += weight * channel[((y * width) + x) * stride];
                area += weight;
            }
        }

        return (byte)((sum / area) + 0.5);
    }
}
