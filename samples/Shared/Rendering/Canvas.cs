using System;
using System.Numerics;

namespace Kron.Samples;

/// <summary>A colour, each component nominally in 0 … 1.</summary>
internal readonly record struct Colour(float Red, float Green, float Blue)
{
    /// <summary>The perceived brightness of the colour.</summary>
    public float Luminance => (0.3f * Red) + (0.59f * Green) + (0.11f * Blue);

    /// <summary>The colour with every component moved by the same amount.</summary>
    public Colour Lifted(float amount) => new(Red + amount, Green + amount, Blue + amount);
}

/// <summary>A floating-point colour image of three planes, and the few ways of drawing on it that the renderer needs.</summary>
/// <remarks>
/// Only additions, multiplications, divisions, square roots and comparisons are used: IEEE 754 rounds each of them the
/// same way everywhere, which is what makes the images reproducible.
/// </remarks>
internal sealed class Canvas
{
    private const float Far = 1e6f;
    private readonly float[] planes;
    private readonly float[] distances;
    private readonly float[] scratch;

    /// <summary>Creates a black canvas.</summary>
    public Canvas(int width, int height)
    {
        (Width, Height) = (width, height);
        planes = new float[3 * width * height];
        distances = new float[width * height];
        scratch = new float[width * height];
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Sets every pixel to a colour.</summary>
    public void Fill(Colour colour)
    {
        Plane(0).Fill(colour.Red);
        Plane(1).Fill(colour.Green);
        Plane(2).Fill(colour.Blue);
    }

    /// <summary>Adds to all channels a ramp that is zero in the middle and ± its amount at the border in that direction.</summary>
    public void AddRamp(float horizontal, float vertical)
    {
        for (int y = 0; y < Height; y++)
        {
            float row = vertical * ((2f * y / (Height - 1)) - 1);
            for (int x = 0; x < Width; x++)
            {
                float amount = row + (horizontal * ((2f * x / (Width - 1)) - 1));
                for (int channel = 0; channel < 3; channel++)
                {
                    planes[(channel * Height * Width) + (y * Width) + x] += amount;
                }
            }
        }
    }

    /// <summary>Draws polylines with a round pen, antialiased; where strokes cross nothing is drawn twice.</summary>
    public void Stroke(ReadOnlySpan<Vector2[]> lines, float radius, Colour colour, float opacity)
    {
        Array.Fill(distances, Far);
        foreach (Vector2[] line in lines)
        {
            for (int i = 1; i < line.Length; i++)
            {
                Approach(line[i - 1], line[i], radius + 1);
            }
        }

        for (int pixel = 0; pixel < distances.Length; pixel++)
        {
            if (distances[pixel] < Far)
            {
                Blend(pixel, colour, opacity * Math.Clamp(radius + 0.5f - MathF.Sqrt(distances[pixel]), 0, 1));
            }
        }
    }

    /// <summary>Draws an ellipse whose edge is about <paramref name="softness"/> pixels wide.</summary>
    public void Ellipse(Vector2 centre, Vector2 radii, float softness, Colour colour, float opacity)
    {
        float scale = MathF.Min(radii.X, radii.Y) / softness;
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                float dx = (x + 0.5f - centre.X) / radii.X;
                float dy = (y + 0.5f - centre.Y) / radii.Y;
                Blend((y * Width) + x, colour, opacity * Math.Clamp((1 - MathF.Sqrt((dx * dx) + (dy * dy))) * scale, 0, 1));
            }
        }
    }

    /// <summary>Draws a rectangle along the axes, antialiased.</summary>
    public void Rectangle(float left, float top, float right, float bottom, Colour colour, float opacity)
    {
        for (int y = 0; y < Height; y++)
        {
            float rows = Math.Clamp(MathF.Min(y + 1 - top, bottom - y), 0, 1);
            for (int x = 0; x < Width; x++)
            {
                float columns = Math.Clamp(MathF.Min(x + 1 - left, right - x), 0, 1);
                Blend((y * Width) + x, colour, opacity * rows * columns);
            }
        }
    }

    /// <summary>Blurs with the binomial filter 1 2 1 in both directions, the border repeated.</summary>
    public void Blur()
    {
        for (int channel = 0; channel < 3; channel++)
        {
            Span<float> plane = Plane(channel);
            for (int y = 0; y < Height; y++)
            {
                for (int x = 0; x < Width; x++)
                {
                    int row = y * Width;
                    float sides = plane[row + Math.Max(x - 1, 0)] + plane[row + Math.Min(x + 1, Width - 1)];
                    scratch[row + x] = (0.25f * sides) + (0.5f * plane[row + x]);
                }
            }

            for (int y = 0; y < Height; y++)
            {
                for (int x = 0; x < Width; x++)
                {
                    float sides = scratch[(Math.Max(y - 1, 0) * Width) + x] + scratch[(Math.Min(y + 1, Height - 1) * Width) + x];
                    plane[(y * Width) + x] = (0.25f * sides) + (0.5f * scratch[(y * Width) + x]);
                }
            }
        }
    }

    /// <summary>Adds independent noise to every value.</summary>
    public void AddNoise(RandomStream random, float deviation)
    {
        for (int i = 0; i < planes.Length; i++)
        {
            planes[i] += deviation * random.Bell();
        }
    }

    /// <summary>Multiplies the channels by gains: the colour of the light.</summary>
    public void Tint(Colour gains)
    {
        for (int pixel = 0; pixel < Width * Height; pixel++)
        {
            planes[pixel] *= gains.Red;
            planes[(Width * Height) + pixel] *= gains.Green;
            planes[(2 * Width * Height) + pixel] *= gains.Blue;
        }
    }

    /// <summary>Rounds the values to bytes, channel after channel.</summary>
    public void CopyTo(Span<byte> pixels)
    {
        for (int i = 0; i < planes.Length; i++)
        {
            pixels[i] = ToByte(planes[i]);
        }
    }

    /// <summary>Rounds the brightness to bytes.</summary>
    public void CopyLuminanceTo(Span<byte> pixels)
    {
        int plane = Width * Height;
        for (int i = 0; i < plane; i++)
        {
            pixels[i] = ToByte(new Colour(planes[i], planes[plane + i], planes[(2 * plane) + i]).Luminance);
        }
    }

    private static byte ToByte(float value) => (byte)((255 * Math.Clamp(value, 0, 1)) + 0.5f);

    private Span<float> Plane(int channel) => planes.AsSpan(channel * Width * Height, Width * Height);

    private void Blend(int pixel, Colour colour, float weight)
    {
        int plane = Width * Height;
        planes[pixel] += weight * (colour.Red - planes[pixel]);
        planes[plane + pixel] += weight * (colour.Green - planes[plane + pixel]);
        planes[(2 * plane) + pixel] += weight * (colour.Blue - planes[(2 * plane) + pixel]);
    }

    /// <summary>Lowers the squared distances of the pixels near a segment to their distance from it.</summary>
    private void Approach(Vector2 from, Vector2 to, float reach)
    {
        int left = Math.Max(0, (int)MathF.Floor(MathF.Min(from.X, to.X) - reach));
        int right = Math.Min(Width - 1, (int)MathF.Floor(MathF.Max(from.X, to.X) + reach));
        int top = Math.Max(0, (int)MathF.Floor(MathF.Min(from.Y, to.Y) - reach));
        int bottom = Math.Min(Height - 1, (int)MathF.Floor(MathF.Max(from.Y, to.Y) + reach));
        float alongX = to.X - from.X;
        float alongY = to.Y - from.Y;
        float length = MathF.Max((alongX * alongX) + (alongY * alongY), 1e-6f);
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                float px = x + 0.5f - from.X;
                float py = y + 0.5f - from.Y;
                float t = Math.Clamp(((px * alongX) + (py * alongY)) / length, 0, 1);
                float dx = px - (t * alongX);
                float dy = py - (t * alongY);
                int pixel = (y * Width) + x;
                distances[pixel] = MathF.Min(distances[pixel], (dx * dx) + (dy * dy));
            }
        }
    }
}
