using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;

namespace Kron.IO;

/// <summary>An open safetensors file: its checked header, and its tensors on demand. Not for concurrent use.</summary>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>The longest header that is read, in bytes; the limit of the format's reference implementation.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    private const int ChunkBytes = 1 << 16;

    private readonly Stream _stream;
    private readonly string _source;
    private readonly long _dataStart;

    private SafetensorsFile(Stream stream, string source, long dataStart, SafetensorsHeader header)
    {
        _stream = stream;
        _source = source;
        _dataStart = dataStart;
        Tensors = header.Tensors;
        Metadata = header.Metadata;
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors { get; }

    /// <summary>The file's free-form texts (<c>__metadata__</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a tensor, converting F64, F16 and BF16 to 32 bits.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="values">Receives exactly its elements, row-major.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> does not fit the tensor.</exception>
    /// <exception cref="InvalidDataException">The file has no such tensor, or it is not of a floating-point type listed above.</exception>
    public void Read(string name, Span<float> values)
    {
        SafetensorsEntry tensor = Find(name);
        if (!ElementTypes.IsConvertible(tensor.ElementType))
        {
            throw new InvalidDataException($"'{_source}': tensor '{name}' is of type {tensor.ElementType}; expected F32, F64, F16 or BF16.");
        }

        CheckLength(nameof(values), values.Length, tensor.Length, "elements", name);
        int size = ElementTypes.Size(tensor.ElementType);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            _stream.Position = _dataStart + tensor.Offset;
            while (!values.IsEmpty)
            {
                int count = Math.Min(values.Length, ChunkBytes / size);
                Span<byte> bytes = buffer.AsSpan(0, count * size);
                _stream.ReadExactly(bytes);
                ElementTypes.Convert(tensor.ElementType, bytes, values[..count]);
                values = values[count..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads a tensor of any type as it lies in the file, little-endian.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="bytes">Receives exactly its bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> does not fit the tensor.</exception>
    /// <exception cref="InvalidDataException">The file has no such tensor.</exception>
    public void ReadBytes(string name, Span<byte> bytes)
    {
        SafetensorsEntry tensor = Find(name);
        CheckLength(nameof(bytes), bytes.Length, tensor.ByteLength, "bytes", name);
        _stream.Position = _dataStart + tensor.Offset;
        _stream.ReadExactly(bytes);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>Reads the header; the stream becomes the file's own, and is closed when this throws.</summary>
    internal static SafetensorsFile Open(Stream stream, string source)
    {
        try
        {
            long length = stream.Length;
            Span<byte> prefix = stackalloc byte[sizeof(ulong)];
            if (length < prefix.Length)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"'{source}' is not a valid safetensors file: it has {length} bytes; expected at least {prefix.Length}."));
            }

            stream.Position = 0;
            stream.ReadExactly(prefix);
            ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            long limit = Math.Min(length - prefix.Length, MaxHeaderBytes);
            if (headerLength > (ulong)limit)
            {
                throw new InvalidDataException($"'{source}' is not a valid safetensors file: " + (ForeignFile.Describe(prefix)
                    ?? FormattableString.Invariant($"its header claims {headerLength} bytes; expected at most {limit}.")));
            }

            byte[] json = new byte[(int)headerLength];
            stream.ReadExactly(json);
            long dataStart = prefix.Length + json.Length;
            return new SafetensorsFile(stream, source, dataStart, SafetensorsHeader.Parse(json, length - dataStart, source));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private SafetensorsEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Tensors.TryGetValue(name, out SafetensorsEntry? tensor)
            ? tensor
            : throw new InvalidDataException($"'{_source}' has no tensor '{name}'.");
    }

    private static void CheckLength(string argument, int actual, long expected, string unit, string tensor)
    {
        if (actual != expected)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'{argument}' has {actual} {unit}; expected {expected} for tensor '{tensor}'."),
                argument);
        }
    }
}
