using System;

namespace Figure1.Images;

/// <summary>Brings a picture to the size that is approximated.</summary>
internal static class PictureFit
{
    /// <summary>Shrinks a picture whose longer side is above a limit to that limit, by the mean over areas; others stay as they are.</summary>
    public static Picture Shrink(Picture picture, int longest)
    {
        double scale = (double)longest / Math.Max(picture.Height, picture.Width);
        if (scale >= 1)
        {
            return picture;
        }

        int height = Math.Max(1, (int)Math.Round(picture.Height * scale));
        int width = Math.Max(1, (int)Math.Round(picture.Width * scale));
        return picture.Select(height, width, plane =>
        {
            double[] values = ShrinkRows(Array.ConvertAll(plane, value => (double)value), picture.Height, picture.Width, height);
            values = Transpose(ShrinkRows(Transpose(values, height, picture.Width), picture.Width, height, width), width, height);
            return Array.ConvertAll(values, value => (byte)Math.Round(value));
        });
    }

    /// <summary>The middle of a picture.</summary>
    public static Picture Crop(Picture picture, int height, int width)
    {
        int top = (picture.Height - height) / 2, left = (picture.Width - width) / 2;
        return picture.Select(height, width, plane =>
        {
            byte[] part = new byte[height * width];
            for (int y = 0; y < height; y++)
            {
                plane.AsSpan(((top + y) * picture.Width) + left, width).CopyTo(part.AsSpan(y * width));
            }

            return part;
        });
    }

    /// <summary>Makes <paramref name="count"/> rows of <paramref name="rows"/>; each is the mean of those it covers, in parts for those it covers in part.</summary>
    private static double[] ShrinkRows(double[] values, int rows, int columns, int count)
    {
        var result = new double[count * columns];
        for (int i = 0; i < count; i++)
        {
            double from = (double)i * rows / count, to = (i + 1.0) * rows / count;
            for (int row = (int)from; row < Math.Min(to, rows); row++)
            {
                double share = (Math.Min(row + 1, to) - Math.Max(row, from)) / (to - from);
                for (int x = 0; x < columns; x++)
                {
                    result[(i * columns) + x] += share * values[(row * columns) + x];
                }
            }
        }

        return result;
    }

    private static double[] Transpose(double[] values, int rows, int columns)
    {
        var result = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            result[(i % columns * rows) + (i / columns)] = values[i];
        }

        return result;
    }
}
