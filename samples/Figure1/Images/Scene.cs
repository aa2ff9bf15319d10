using System;

namespace Figure1.Images;

/// <summary>
/// The picture that the program draws when it is given none: a house with a sign, a tree and mountains. It has what
/// photographs have (edges of all directions, gradients, texture, letters), and is free of anybody's rights.
/// </summary>
/// <remarks>
/// Each point has a brightness by a formula; a pixel is the mean over 4 × 4 points. Only additions, multiplications,
/// divisions and square roots are used, so that the picture is the same on every machine.
/// </remarks>
internal static class Scene
{
    private const int PointsPerSide = 4;

    /// <summary>The strokes of K, R, O and N in a box of 0.6 × 1: x and y of each corner.</summary>
    private static readonly double[][][] Letters =
    [
        [[0, 0, 0, 1], [0.6, 0, 0, 0.55], [0.2, 0.4, 0.6, 1]],
        [[0, 1, 0, 0, 0.4, 0, 0.6, 0.25, 0.4, 0.5, 0, 0.5], [0.3, 0.5, 0.6, 1]],
        [[0.2, 0, 0.4, 0, 0.6, 0.25, 0.6, 0.75, 0.4, 1, 0.2, 1, 0, 0.75, 0, 0.25, 0.2, 0]],
        [[0, 1, 0, 0, 0.6, 1, 0.6, 0]],
    ];

    /// <summary>Draws the scene, two thirds as high as it is wide.</summary>
    public static Picture Draw(int width)
    {
        int height = width * 2 / 3;
        byte[] plane = new byte[height * width];
        for (int pixel = 0; pixel < plane.Length; pixel++)
        {
            double sum = 0;
            for (int point = 0; point < PointsPerSide * PointsPerSide; point++)
            {
                double x = (pixel % width) + (((point % PointsPerSide) + 0.5) / PointsPerSide);
                double y = (pixel / width) + (((point / PointsPerSide) + 0.5) / PointsPerSide);
                sum += Math.Clamp(Brightness(x * 1.5 / width, y * 1.5 / width), 0, 1);
            }

            plane[pixel] = (byte)((sum * 255 / (PointsPerSide * PointsPerSide)) + 0.5);
        }

        return new Picture(height, width, plane);
    }

    /// <summary>The brightness at x in 0 … 1.5 and y in 0 … 1, downwards; what is nearest comes first.</summary>
    private static double Brightness(double x, double y) =>
        Fence(x, y) ?? Tree(x, y) ?? House(x - 0.16, y - 0.36) ?? Meadow(x, y) ?? Hills(x, y) ?? Sky(x, y);

    private static double Sky(double x, double y)
    {
        double clouds = Step(0.45, 0.75, Fractal((2.5 * x) + 7, (7 * y) + 3));
        return 0.55 + (0.45 * y) + (clouds * (0.4 - (0.5 * y)));
    }

    private static double? Hills(double x, double y)
    {
        double near = 0.56 - (0.12 * Fractal((1.7 * x) + 40, 0.5));
        if (y > near)
        {
            return 0.3 + (0.25 * Fractal(14 * x, 22 * y)) - (0.6 * (y - near));
        }

        double peaks = 0.5 - (0.42 * Fractal((1.6 * x) + 11.3, 8.5));
        double height = y - peaks;
        if (height < 0)
        {
            return null;
        }

        double rock = Fractal((9 * x) + (5 * y), (4 * y) - (6 * x));
        return 0.42 + (0.3 * (rock - 0.5)) + (0.45 * Step(0.14, 0.02, height + (0.1 * rock)));
    }

    private static double? Meadow(double x, double y)
    {
        double distance = y - 0.6 - (0.02 * Noise(3 * x, 0.2));
        if (distance < 0)
        {
            return null;
        }

        // Towards the viewer blades of grass grow; a path winds to the door.
        double grain = 1 / (distance + 0.08);
        double grass = 0.34 + (0.4 * (Fractal(4 * (x - 0.7) * grain, 9 * grain) - 0.5)) + (0.3 * distance);
        double middle = 0.47 + (2.2 * (distance - 0.12) * (distance - 0.12));
        double offPath = Math.Abs(x - middle) - (0.025 + (0.2 * distance));
        return grass + ((0.72 - grass) * Step(0.015, -0.015, offPath));
    }

    private static double? House(double x, double y)
    {
        // The roof: a gable with tiles in rows, whose joints shift from row to row.
        double slope = y - (0.75 * Math.Abs(x - 0.27));
        if (y < 0.22)
        {
            double row = Math.Floor(y * 40);
            double joint = Fraction((x * 26) + (row * 0.5));
            return slope > 0 && x is > -0.04 and < 0.58 ? 0.24 + (0.2 * Fraction(y * 40)) + (joint < 0.15 ? -0.1 : 0) : null;
        }

        if (x is < 0 or > 0.54 || y > 0.45)
        {
            return null;
        }

        if (x is > 0.08 and < 0.46 && y is > 0.235 and < 0.315)
        {
            return IsInk((x - 0.115) / 0.055, (y - 0.248) / 0.055) ? 0.1 : 0.95;
        }

        if (x is > 0.29 and < 0.4 && y > 0.335)
        {
            return 0.2 + (0.1 * Noise(60 * x, 6 * y));
        }

        double windowX = Math.Abs(x - 0.13), windowY = Math.Abs(y - 0.385);
        if (windowX < 0.055 && windowY < 0.04)
        {
            return windowX < 0.006 || windowY < 0.006 || windowX > 0.047 || windowY > 0.033 ? 0.95 : 0.15 + (1.5 * (x - y + 0.32));
        }

        double eaves = 0.25 * Step(0.26, 0.22, y);
        return 0.74 - eaves - (Fraction(y * 32) < 0.16 ? 0.16 : 0) + (0.1 * (Fractal(6 * x, 40 * y) - 0.5));
    }

    private static double? Tree(double x, double y)
    {
        double ragged = Fractal((11 * x) + 30, 11 * y);
        double crown = Math.Min(Distance(x, y, 1.16, 0.3) - 0.14, Math.Min(Distance(x, y, 1.04, 0.4) - 0.1, Distance(x, y, 1.28, 0.42) - 0.11));
        if (crown < 0.16 * (ragged - 0.5))
        {
            return 0.12 + (0.5 * Fractal((34 * x) + 5, 34 * y)) + (0.35 * (1.1 - x - (0.7 * (y - 0.4))));
        }

        double flare = Math.Max(0, y - 0.72);
        double trunk = Math.Abs(x - 1.16 - (0.05 * (y - 0.6))) - 0.022 - (2.5 * flare * flare);
        return y is > 0.4 and < 0.8 && trunk < 0 ? 0.16 + (0.35 * Noise(70 * x, 9 * y)) + (3 * (1.14 - x)) : null;
    }

    private static double? Fence(double x, double y)
    {
        double top = 0.78 + (0.09 * (x - 0.78));
        double post = Fraction(x * 11) - 0.5;
        bool isPost = Math.Abs(post) < 0.17 && y > top + (0.06 * Math.Abs(post)) && y < top + 0.15;
        bool isRail = Math.Abs(y - top - 0.045) < 0.009 || Math.Abs(y - top - 0.105) < 0.009;
        return x > 0.8 && (isPost || isRail) ? (isPost ? 0.86 : 0.74) - (0.2 * Noise(80 * x, 12 * y)) : null;
    }

    /// <summary>Whether a point lies on a letter of the sign: each is 1 × 1, the next one begins 1.55 further right.</summary>
    private static bool IsInk(double x, double y)
    {
        double letter = Math.Floor((x + 0.2) / 1.55);
        if (letter is < 0 or > 3)
        {
            return false;
        }

        foreach (double[] stroke in Letters[(int)letter])
        {
            for (int i = 2; i < stroke.Length; i += 2)
            {
                if (SegmentDistance((x - (1.55 * letter)) * 0.6, y, stroke.AsSpan(i - 2, 4)) < 0.1)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static double SegmentDistance(double x, double y, ReadOnlySpan<double> ends)
    {
        double alongX = ends[2] - ends[0], alongY = ends[3] - ends[1];
        double t = Math.Clamp((((x - ends[0]) * alongX) + ((y - ends[1]) * alongY)) / ((alongX * alongX) + (alongY * alongY)), 0, 1);
        return Distance(x, y, ends[0] + (t * alongX), ends[1] + (t * alongY));
    }

    private static double Distance(double x, double y, double toX, double toY) => Math.Sqrt(((x - toX) * (x - toX)) + ((y - toY) * (y - toY)));

    private static double Fraction(double value) => value - Math.Floor(value);

    /// <summary>From 0 at one value to 1 at the other, smoothly.</summary>
    private static double Step(double zero, double one, double value)
    {
        double t = Math.Clamp((value - zero) / (one - zero), 0, 1);
        return t * t * (3 - (2 * t));
    }

    /// <summary>Four octaves of noise, in 0 … 1.</summary>
    private static double Fractal(double x, double y) =>
        ((8 * Noise(x, y)) + (4 * Noise((2 * x) + 17, (2 * y) + 5)) + (2 * Noise((4 * x) + 3, (4 * y) + 29)) + Noise((8 * x) + 11, (8 * y) + 13)) / 15;

    /// <summary>Smooth noise in 0 … 1: random values at the whole points, blended between them.</summary>
    private static double Noise(double x, double y)
    {
        int column = (int)Math.Floor(x), row = (int)Math.Floor(y);
        double u = Step(0, 1, x - column), v = Step(0, 1, y - row);
        double upper = Hash(column, row) + (u * (Hash(column + 1, row) - Hash(column, row)));
        double lower = Hash(column, row + 1) + (u * (Hash(column + 1, row + 1) - Hash(column, row + 1)));
        return upper + (v * (lower - upper));
    }

    /// <summary>A random number in 0 … 1 for a whole point.</summary>
    private static double Hash(int x, int y)
    {
        uint bits = unchecked(((uint)x * 0x8DA6B343) ^ ((uint)y * 0xD8163841));
        bits = unchecked((bits ^ (bits >> 15)) * 0x2C1B3C6D);
        bits = unchecked((bits ^ (bits >> 12)) * 0x297A2D39);
        return (bits ^ (bits >> 15)) / (double)uint.MaxValue;
    }
}
