using System;
using System.Linq;

namespace Figure1.Images;

/// <summary>A picture of one grey channel or of red, green and blue, in bytes.</summary>
internal sealed class Picture
{
    private readonly byte[][] planes;

    /// <summary>Takes over planes of height · width bytes, row-major.</summary>
    public Picture(int height, int width, params byte[][] planes)
    {
        if (planes.Length is not (1 or 3) || planes.Any(plane => plane.LongLength != (long)height * width))
        {
            throw new ArgumentException($"One or three planes of {height} × {width} bytes were expected.", nameof(planes));
        }

        (Height, Width, this.planes) = (height, width, planes);
    }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>1 for grey, 3 for colour.</summary>
    public int Channels => planes.Length;

    /// <summary>The bytes of one channel, [height, width].</summary>
    public ReadOnlySpan<byte> Plane(int channel) => planes[channel];

    /// <summary>The picture with each plane replaced.</summary>
    public Picture Select(int height, int width, Func<byte[], byte[]> change) => new(height, width, [.. planes.Select(change)]);

    /// <summary>A picture of one channel when all three say the same.</summary>
    public Picture WithoutEqualChannels() =>
        planes.All(plane => plane.AsSpan().SequenceEqual(planes[0])) ? new Picture(Height, Width, planes[0]) : this;
}
