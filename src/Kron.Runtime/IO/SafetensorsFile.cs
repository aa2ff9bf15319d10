using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;

namespace Kron.IO;

/// <summary>An open safetensors file: its checked header, and its tensors on demand. Any number of threads may read at once.</summary>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>The longest header that is read, in bytes; the limit of the format's reference implementation.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    private const int ChunkBytes = 1 << 16;

    private readonly ByteSource _bytes;
    private readonly string _source;
    private readonly long _dataStart;

    private SafetensorsFile(ByteSource bytes, string source, long dataStart, SafetensorsHeader header)
    {
        _bytes = bytes;
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
    /// <exception cref="IOException">Another program has cut the file meanwhile.</exception>
    public void Read(string name, Span<float> values)
    {
        SafetensorsEntry tensor = FindFloats(name);
        CheckLength(nameof(values), values.Length, tensor.Length, "elements", name);
        Read(tensor, 0, values);
    }

    /// <summary>Reads a part of a tensor, such as one that is larger than any array.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="firstElement">The part's first element, counted row-major.</param>
    /// <param name="values">Receives the elements from there on.</param>
    /// <exception cref="ArgumentException">The part reaches beyond the tensor.</exception>
    /// <exception cref="InvalidDataException">The file has no such tensor, or it is not of type F32, F64, F16 or BF16.</exception>
    /// <exception cref="IOException">Another program has cut the file meanwhile.</exception>
    public void Read(string name, long firstElement, Span<float> values)
    {
        SafetensorsEntry tensor = FindFloats(name);
        CheckPart(nameof(firstElement), firstElement, values.Length, tensor.Length, "elements", name);
        Read(tensor, firstElement, values);
    }

    /// <summary>Reads a tensor of any type as it lies in the file, little-endian.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="bytes">Receives exactly its bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> does not fit the tensor.</exception>
    /// <exception cref="InvalidDataException">The file has no such tensor.</exception>
    /// <exception cref="IOException">Another program has cut the file meanwhile.</exception>
    public void ReadBytes(string name, Span<byte> bytes)
    {
        SafetensorsEntry tensor = Find(name);
        CheckLength(nameof(bytes), bytes.Length, tensor.ByteLength, "bytes", name);
        _bytes.Read(_dataStart + tensor.Offset, bytes);
    }

    /// <summary>Reads a part of a tensor of any type as it lies in the file, little-endian.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="firstByte">The part's first byte, counted from the tensor's.</param>
    /// <param name="bytes">Receives the bytes from there on.</param>
    /// <exception cref="ArgumentException">The part reaches beyond the tensor.</exception>
    /// <exception cref="InvalidDataException">The file has no such tensor.</exception>
    /// <exception cref="IOException">Another program has cut the file meanwhile.</exception>
    public void ReadBytes(string name, long firstByte, Span<byte> bytes)
    {
        SafetensorsEntry tensor = Find(name);
        CheckPart(nameof(firstByte), firstByte, bytes.Length, tensor.ByteLength, "bytes", name);
        _bytes.Read(_dataStart + tensor.Offset + firstByte, bytes);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _bytes.Dispose();

    /// <summary>Reads the header; the bytes become the file's own, and are closed when this throws.</summary>
    internal static SafetensorsFile Open(ByteSource bytes, string source)
    {
        try
        {
            Span<byte> prefix = stackalloc byte[sizeof(ulong)];
            if (bytes.Length < prefix.Length)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"'{source}' is not a valid safetensors file: it has {bytes.Length} bytes; expected at least {prefix.Length}."));
            }

            bytes.Read(0, prefix);
            ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            long limit = Math.Min(bytes.Length - prefix.Length, MaxHeaderBytes);
            if (headerLength > (ulong)limit)
            {
                throw new InvalidDataException($"'{source}' is not a valid safetensors file: " + (ForeignFile.Describe(prefix)
                    ?? FormattableString.Invariant($"its header claims {headerLength} bytes; expected at most {limit}.")));
            }

            byte[] json = new byte[(int)headerLength];
            bytes.Read(prefix.Length, json);
            long dataStart = prefix.Length + json.Length;
            return new SafetensorsFile(bytes, source, dataStart, SafetensorsHeader.Parse(json, bytes.Length - dataStart, source));
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private void Read(SafetensorsEntry tensor, long firstElement, Span<float> values)
    {
        int size = ElementTypes.Size(tensor.ElementType);
        long offset = _dataStart + tensor.Offset + (firstElement * size);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (!values.IsEmpty)
            {
                int count = Math.Min(values.Length, ChunkBytes / size);
                Span<byte> bytes = buffer.AsSpan(0, count * size);
                _bytes.Read(offset, bytes);
                ElementTypes.Convert(tensor.ElementType, bytes, values[..count]);
                values = values[count..];
                offset += bytes.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private SafetensorsEntry FindFloats(string name)
    {
        SafetensorsEntry tensor = Find(name);
        return ElementTypes.IsConvertible(tensor.ElementType)
            ? tensor
            : throw new InvalidDataException($"'{_source}': tensor '{name}' is of type {tensor.ElementType}; expected F32, F64, F16 or BF16.");
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

    private static void CheckPart(string argument, long first, int count, long length, string unit, string tensor)
    {
        if (first < 0 || first > length - count)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{count} {unit} from {first} on are beyond tensor '{tensor}', which has {length}."),
                argument);
        }
    }
}
