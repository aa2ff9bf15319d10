using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;

namespace Kron.Samples;

/// <summary>A file of unsigned bytes in the IDX format of the MNIST database: a header of sizes, then the items.</summary>
/// <param name="ItemShape">The sizes after the first: empty for labels, height, width and in colour channels for images.</param>
/// <param name="Items">The items, row-major.</param>
internal sealed record IdxFile(IReadOnlyList<int> ItemShape, IReadOnlyList<byte[]> Items)
{
    /// <summary>The largest extent of an item; a header that claims more is taken for damage.</summary>
    private const int MaxExtent = 4096;

    private const byte UnsignedByte = 0x08;

    /// <summary>Reads a file, through gzip when its name ends in <c>.gz</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dimensions">The number of dimensions it must have: 1 for labels, 3 for grey images, 4 for colour.</param>
    /// <exception cref="InvalidDataException">The file is no such IDX file, is cut short, or goes on after its end.</exception>
    public static IdxFile Read(string path, int dimensions)
    {
        using Stream file = File.OpenRead(path);
        try
        {
            if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                using var unpacked = new GZipStream(file, CompressionMode.Decompress);
                using var buffered = new BufferedStream(unpacked, 1 << 16);
                return Read(buffered, dimensions);
            }

            using var plain = new BufferedStream(file, 1 << 16);
            return Read(plain, dimensions);
        }
        catch (InvalidDataException damage)
        {
            throw new InvalidDataException($"{path}: {damage.Message}", damage);
        }
    }

    /// <summary>Reads IDX data up to the end of a stream.</summary>
    /// <exception cref="InvalidDataException">As for a file.</exception>
    public static IdxFile Read(Stream stream, int dimensions)
    {
        Span<byte> header = stackalloc byte[4];
        ReadFully(stream, header, "the magic number");
        uint expected = ((uint)UnsignedByte << 8) | (uint)dimensions;
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (magic != expected)
        {
            throw new InvalidDataException(
                $"expected the IDX magic number 0x{expected:X8} (unsigned bytes in {dimensions} dimension(s)), found 0x{magic:X8}.");
        }

        int count = ReadExtent(stream, 0, int.MaxValue);
        int[] shape = new int[dimensions - 1];
        int size = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = ReadExtent(stream, i + 1, MaxExtent);
            size = checked(size * shape[i]);
        }

        // Items are read one by one, so that a header that promises too much costs no memory.
        var items = new List<byte[]>();
        for (int i = 0; i < count; i++)
        {
            byte[] item = new byte[size];
            ReadFully(stream, item, $"item {i} of {count}");
            items.Add(item);
        }

        if (stream.ReadByte() >= 0)
        {
            throw new InvalidDataException($"the data goes on after the {count} item(s) of {size} byte(s) that the header announces.");
        }

        return new IdxFile(shape, items);
    }

    private static int ReadExtent(Stream stream, int dimension, int limit)
    {
        Span<byte> bytes = stackalloc byte[4];
        ReadFully(stream, bytes, $"the size of dimension {dimension}");
        uint extent = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (extent == 0 || extent > (uint)limit)
        {
            throw new InvalidDataException($"dimension {dimension} must be 1 … {limit}, found {extent}.");
        }

        return (int)extent;
    }

    private static void ReadFully(Stream stream, Span<byte> buffer, string what)
    {
        int read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (read < buffer.Length)
        {
            throw new InvalidDataException($"the data ends within {what}: expected {buffer.Length} byte(s), found {read}.");
        }
    }
}
