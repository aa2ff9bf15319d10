using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;

namespace Kron.IO;

/// <summary>What stands before the data of an npy file: magic, version, length and a Python dictionary, read and written.</summary>
/// <param name="Type">The element type.</param>
/// <param name="IsFortranOrder">Whether the first extent runs fastest.</param>
/// <param name="Shape">The extents; their product is known to fit an array.</param>
internal sealed record NpyHeader(NpyType Type, bool IsFortranOrder, int[] Shape)
{
    /// <summary>The longest dictionary that is read: what version 1.0 can hold. Only structured types, which are not read, need more.</summary>
    public const int MaxBytes = ushort.MaxValue;

    private const int Alignment = 64;

    /// <summary>The number of elements.</summary>
    public int Length => (int)NpyArray.ElementCount(Shape);

    /// <summary>The size of the data in bytes.</summary>
    public long ByteLength => (long)Length * Type.Size;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads and checks a header; the stream is then at the first byte of the data.</summary>
    /// <exception cref="InvalidDataException">Anything is wrong with it.</exception>
    public static NpyHeader Read(Stream stream, string source)
    {
        Span<byte> start = stackalloc byte[8];
        int count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        ReadOnlySpan<byte> magic = start[..Math.Min(count, Magic.Length)];
        if (!magic.SequenceEqual(Magic))
        {
            throw Invalid(source, $"it begins with [{Convert.ToHexString(magic)}]; expected [{Convert.ToHexString(Magic)}], the magic \\x93NUMPY");
        }

        CheckEnd(count, start.Length, source);
        (int major, int minor) = (start[6], start[7]);
        if (major is < 1 or > 3 || minor != 0)
        {
            throw Invalid(source, FormattableString.Invariant($"its version is {major}.{minor}; expected 1.0, 2.0 or 3.0"));
        }

        Span<byte> prefix = start[..(major == 1 ? sizeof(ushort) : sizeof(uint))];
        CheckEnd(stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false), prefix.Length, source);
        uint length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(prefix) : BinaryPrimitives.ReadUInt32LittleEndian(prefix);
        if (length > MaxBytes)
        {
            throw Invalid(source, FormattableString.Invariant($"its header claims {length} bytes; expected at most {MaxBytes}"));
        }

        byte[] dictionary = new byte[(int)length];
        CheckEnd(stream.ReadAtLeast(dictionary, dictionary.Length, throwOnEndOfStream: false), dictionary.Length, source);
        return NpyHeaderParser.Parse(dictionary, source);
    }

    /// <summary>The header of version 1.0 for row-major little-endian 32-bit floats.</summary>
    public static byte[] Write(ReadOnlySpan<int> shape)
    {
        string dictionary = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {NpyArray.Tuple(shape)}, }}";
        int start = Magic.Length + 2 + sizeof(ushort);

        // Spaces before the newline at the end, so that the data of a mapped file is aligned.
        int length = (start + dictionary.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] header = new byte[length];
        header.AsSpan(start).Fill((byte)' ');
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(length - start));
        Encoding.ASCII.GetBytes(dictionary, header.AsSpan(start));
        header[^1] = (byte)'\n';
        return header;
    }

    public static InvalidDataException Invalid(string source, string reason) => new($"'{source}' is not a valid npy file: {reason}.");

    private static void CheckEnd(int count, int expected, string source)
    {
        if (count < expected)
        {
            throw Invalid(source, FormattableString.Invariant($"its header ends {expected - count} bytes too early"));
        }
    }
}
