using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;

namespace Figure1.Images;

/// <summary>Writes a picture as PNG, eight bits per sample. Each row takes the filter whose residues are smallest in sum.</summary>
internal static class PngWriter
{
    /// <summary>The file.</summary>
    public static byte[] Write(Picture picture)
    {
        using var file = new MemoryStream();
        file.Write(PngFormat.Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        header[8] = 8;
        header[9] = (byte)(picture.Channels == 3 ? 2 : 0);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Compress(picture));
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        byte[] chunk = [.. type, .. content];
        file.Write(chunk);
        BinaryPrimitives.WriteUInt32BigEndian(number, PngFormat.Crc(chunk));
        file.Write(number);
    }

    private static ReadOnlySpan<byte> Compress(Picture picture)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.SmallestSize))
        {
            int step = picture.Channels;
            byte[] above = new byte[picture.Width * step], row = new byte[picture.Width * step];
            byte[] best = new byte[1 + row.Length], trial = new byte[1 + row.Length];
            for (int y = 0; y < picture.Height; y++)
            {
                (above, row) = (row, above);
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = picture.Plane(i % step)[(y * picture.Width) + (i / step)];
                }

                int least = int.MaxValue;
                for (int filter = 0; filter < PngFormat.Filters; filter++)
                {
                    int sum = Filter(filter, row, above, step, trial);
                    if (sum < least)
                    {
                        least = sum;
                        (best, trial) = (trial, best);
                    }
                }

                stream.Write(best);
            }
        }

        return packed.ToArray();
    }

    /// <summary>Filters a row.</summary>
    /// <returns>The sum of the residues' magnitudes.</returns>
    private static int Filter(int filter, byte[] row, byte[] above, int step, byte[] filtered)
    {
        filtered[0] = (byte)filter;
        int sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            (int left, int upLeft) = i < step ? (0, 0) : (row[i - step], above[i - step]);
            byte residue = (byte)(row[i] - PngFormat.Predict(filter, left, above[i], upLeft));
            filtered[i + 1] = residue;
            sum += Math.Abs((int)(sbyte)residue);
        }

        return sum;
    }
}
