using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace Figure1.Images;

/// <summary>Reads PNG files of every colour type and depth, except interlaced ones. Transparency is laid over white.</summary>
/// <remarks>
/// Memory is bounded by what the file can hold: deflate packs at most 1032 to 1, and a header that promises more is
/// refused. Of 16-bit samples the high byte is used. A single colour declared transparent (tRNS without a palette) is shown as it is.
/// </remarks>
internal sealed class PngReader
{
    private const int MaxPixels = 1 << 26;
    private const int MaxDeflateRatio = 1032;
    private const int Grey = 0, Colour = 2, Indexed = 3, GreyAlpha = 4, ColourAlpha = 6;

    private readonly byte[] palette;
    private readonly byte[] opacities;
    private readonly int width, height, depth, type;

    private PngReader(ReadOnlySpan<byte> header, byte[] palette, byte[] opacities)
    {
        width = BinaryPrimitives.ReadInt32BigEndian(header);
        height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        (depth, type, this.palette, this.opacities) = (header[8], header[9], palette, opacities);
        if (width < 1 || height < 1 || (long)width * height > MaxPixels)
        {
            throw new InvalidDataException($"the size must be 1 × 1 to {MaxPixels} pixels in all, found {(uint)width} × {(uint)height}.");
        }

        bool known = type switch
        {
            Grey => depth is 1 or 2 or 4 or 8 or 16,
            Indexed => depth is 1 or 2 or 4 or 8,
            Colour or GreyAlpha or ColourAlpha => depth is 8 or 16,
            _ => false,
        };
        if (!known || header[10] != 0 || header[11] != 0)
        {
            throw new InvalidDataException($"no PNG file has colour type {type} at {depth} bit(s), compression {header[10]} and filter method {header[11]}.");
        }

        if (header[12] != 0)
        {
            throw new InvalidDataException("the picture is interlaced, which is not supported; save it without.");
        }
    }

    private int Samples => type switch { Colour => 3, GreyAlpha => 2, ColourAlpha => 4, _ => 1 };

    /// <summary>Whether a file starts like a PNG file.</summary>
    public static bool Recognises(ReadOnlySpan<byte> file) => file.StartsWith(PngFormat.Signature);

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is of another kind, damaged or cut short.</exception>
    public static Picture Read(ReadOnlySpan<byte> file)
    {
        if (!Recognises(file))
        {
            throw new InvalidDataException("expected the signature of a PNG file.");
        }

        byte[] header = [], palette = [], opacities = [];
        using var packed = new MemoryStream();
        ReadOnlySpan<byte> rest = file[PngFormat.Signature.Length..];
        while (true)
        {
            ReadOnlySpan<byte> chunk = NextChunk(ref rest, out string type);
            if (type == "IHDR" != (header.Length == 0) || (header.Length == 0 && chunk.Length != 13))
            {
                throw new InvalidDataException($"expected one header IHDR of 13 bytes at the start, found {type} of {chunk.Length}.");
            }

            switch (type)
            {
                case "IHDR":
                    header = chunk.ToArray();
                    break;
                case "PLTE":
                    palette = chunk.ToArray();
                    break;
                case "tRNS":
                    opacities = chunk.ToArray();
                    break;
                case "IDAT":
                    packed.Write(chunk);
                    break;
                case "IEND":
                    packed.Position = 0;
                    return new PngReader(header, palette, opacities).Unpack(packed);
                default:
                    // A capital first letter: the picture cannot be shown without understanding the chunk.
                    if (type[0] is >= 'A' and <= 'Z')
                    {
                        throw new InvalidDataException($"the chunk {type} is not known.");
                    }

                    break;
            }
        }
    }

    private static ReadOnlySpan<byte> NextChunk(ref ReadOnlySpan<byte> rest, out string type)
    {
        const int Around = 12;
        uint length = rest.Length < Around ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - Around)
        {
            throw new InvalidDataException("the file is cut short.");
        }

        ReadOnlySpan<byte> content = rest[4..((int)length + 8)];
        uint crc = BinaryPrimitives.ReadUInt32BigEndian(rest[((int)length + 8)..]);
        type = Encoding.ASCII.GetString(content[..4]);
        rest = rest[((int)length + Around)..];
        return PngFormat.Crc(content) == crc ? content[4..] : throw new InvalidDataException($"the chunk {type} is damaged: its CRC is wrong.");
    }

    private Picture Unpack(MemoryStream packed)
    {
        int bits = depth * Samples;
        int stride = checked((int)((((long)width * bits) + 7) / 8));
        long size = (stride + 1L) * height;
        if (size > packed.Length * MaxDeflateRatio)
        {
            throw new InvalidDataException($"{width} × {height} pixels need {size} bytes, more than {packed.Length} packed bytes can hold.");
        }

        byte[][] planes = new byte[type is Grey or GreyAlpha ? 1 : 3][];
        for (int c = 0; c < planes.Length; c++)
        {
            planes[c] = new byte[width * height];
        }

        byte[] above = new byte[stride], row = new byte[stride + 1];
        using var stream = new ZLibStream(packed, CompressionMode.Decompress);
        for (int y = 0; y < height; y++)
        {
            ReadRow(stream, row, y);
            Unfilter(row, above, Math.Max(1, bits / 8));
            row.AsSpan(1).CopyTo(above);
            CopyRow(above, planes, y * width);
        }

        return new Picture(height, width, planes).WithoutEqualChannels();
    }

    private void ReadRow(ZLibStream stream, byte[] row, int y)
    {
        int read;
        try
        {
            read = stream.ReadAtLeast(row, row.Length, throwOnEndOfStream: false);
        }
        catch (Exception damage) when (damage is InvalidDataException or IOException)
        {
            throw new InvalidDataException($"the packed pixels are damaged, in row {y} of {height} or before.", damage);
        }

        if (read < row.Length)
        {
            throw new InvalidDataException($"the pixels end in row {y} of {height}.");
        }
    }

    /// <summary>Undoes the filter that the first byte names.</summary>
    private static void Unfilter(byte[] row, byte[] above, int step)
    {
        if (row[0] >= PngFormat.Filters)
        {
            throw new InvalidDataException($"a row's filter must be 0 … {PngFormat.Filters - 1}, found {row[0]}.");
        }

        for (int i = 0; i < above.Length; i++)
        {
            (int left, int upLeft) = i < step ? (0, 0) : (row[i + 1 - step], above[i - step]);
            row[i + 1] += (byte)PngFormat.Predict(row[0], left, above[i], upLeft);
        }
    }

    private void CopyRow(byte[] row, byte[][] planes, int start)
    {
        for (int x = 0; x < width; x++)
        {
            int first = x * Samples;
            int entry = type == Indexed ? Sample(row, first) : 0;
            if (type == Indexed && (3 * entry) + 2 >= palette.Length)
            {
                throw new InvalidDataException($"a pixel is of colour {entry}, but the palette has {palette.Length / 3}.");
            }

            int opacity = type switch
            {
                Indexed => entry < opacities.Length ? opacities[entry] : 255,
                GreyAlpha or ColourAlpha => Sample(row, first + Samples - 1),
                _ => 255,
            };
            for (int c = 0; c < planes.Length; c++)
            {
                int value = type == Indexed ? palette[(3 * entry) + c] : Scaled(Sample(row, first + c));
                planes[c][start + x] = (byte)(((value * opacity) + (255 * (255 - opacity)) + 127) / 255);
            }
        }
    }

    private int Sample(byte[] row, int index)
    {
        if (depth >= 8)
        {
            return row[index * (depth / 8)];
        }

        int bit = index * depth;
        return (row[bit / 8] >> (8 - depth - (bit % 8))) & ((1 << depth) - 1);
    }

    private int Scaled(int sample) => depth >= 8 ? sample : sample * 255 / ((1 << depth) - 1);
}
