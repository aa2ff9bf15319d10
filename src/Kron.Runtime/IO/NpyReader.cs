using System;
using System.Buffers;
using System.IO;

namespace Kron.IO;

/// <summary>Reads an array in the npy format from an untrusted stream.</summary>
/// <remarks>Memory is taken as data arrive, so that a header alone, or a length that a stream only claims, cannot ask for it.</remarks>
internal static class NpyReader
{
    private const int ChunkBytes = 1 << 16;

    /// <summary>Reads an array that takes up the whole rest of the stream.</summary>
    /// <exception cref="InvalidDataException">Anything is wrong with it.</exception>
    public static NpyArray Read(Stream stream, string source)
    {
        NpyHeader header = NpyHeader.Read(stream, source);
        bool isLengthKnown = stream.CanSeek;
        if (isLengthKnown && stream.Length - stream.Position != header.ByteLength)
        {
            throw Length(header, FormattableString.Invariant($"{stream.Length - stream.Position}"), source);
        }

        // What a file system says of a file's length is true.
        int capacity = stream is FileStream ? header.Length : Math.Min(header.Length, ChunkBytes);
        float[] values = ReadValues(stream, header, capacity, source);
        return new NpyArray(header.IsFortranOrder ? ToRowMajor(values, header.Shape) : values, header.Shape);
    }

    private static float[] ReadValues(Stream stream, NpyHeader header, int capacity, string source)
    {
        float[] values = new float[capacity];
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int done = 0;
            while (done < header.Length)
            {
                int count = Math.Min(header.Length - done, ChunkBytes / header.Type.Size);
                if (done + count > values.Length)
                {
                    Array.Resize(ref values, (int)Math.Min(header.Length, 2L * values.Length));
                }

                Span<byte> bytes = buffer.AsSpan(0, count * header.Type.Size);
                int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                if (read < bytes.Length)
                {
                    throw Length(header, FormattableString.Invariant($"{((long)done * header.Type.Size) + read}"), source);
                }

                header.Type.Convert(bytes, values.AsSpan(done, count));
                done += count;
            }

            return stream.Read(buffer, 0, 1) == 0 ? values : throw Length(header, "more", source);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reorders values whose first index runs fastest.</summary>
    private static float[] ToRowMajor(float[] values, int[] shape)
    {
        if (values.Length == 0 || shape.Length < 2)
        {
            return values;
        }

        int[] strides = new int[shape.Length];
        int stride = 1;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        float[] ordered = new float[values.Length];
        int[] index = new int[shape.Length];
        int from = 0;
        for (int to = 0; to < ordered.Length; to++)
        {
            ordered[to] = values[from];
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                from -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return ordered;
    }

    private static InvalidDataException Length(NpyHeader header, string actual, string source) =>
        NpyHeader.Invalid(source, FormattableString.Invariant(
            $"it has {actual} bytes of data; expected {header.ByteLength} for {header.Type.Name} of shape {NpyArray.Tuple(header.Shape)}"));
}
