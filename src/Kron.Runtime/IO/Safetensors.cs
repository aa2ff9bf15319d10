using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kron.IO;

/// <summary>Reads and writes files in the safetensors format: named tensors behind a JSON header.</summary>
public static class Safetensors
{
    /// <summary>Opens a file and checks its header completely; it is mapped into memory and its tensors are read on demand.</summary>
    /// <param name="path">The file, of any size.</param>
    /// <returns>The open file; dispose it.</returns>
    /// <exception cref="InvalidDataException">The file is not a valid safetensors file; the message says what is wrong with it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return SafetensorsFile.Open(new MappedFile(path), path);
    }

    /// <summary>Writes a file. The same tensors and metadata always give the same bytes.</summary>
    /// <remarks>The file appears whole or not at all: the content is written beside it and renamed.</remarks>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="tensors">The tensors in the order in which they are to lie in the file.</param>
    /// <param name="metadata">Free-form texts, written in ordinal order of their keys.</param>
    /// <exception cref="ArgumentException">
    /// Two tensors have one name, a name is reserved, or a tensor's values do not fit its shape; nothing is written.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written; a former file is still there.</exception>
    public static void Write(string path, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        SafetensorsTensor[] all = [.. tensors];
        Check(all);
        ReadOnlyMemory<byte> header = Header(all, metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header.Span);
            foreach (SafetensorsTensor tensor in all)
            {
                // Asked for once, as a source may read or compute them.
                ReadOnlySpan<float> values = tensor.Source();
                if (Elements(tensor) != (uint)values.Length)
                {
                    throw new ArgumentException(
                        FormattableString.Invariant($"Tensor '{tensor.Name}' has {values.Length} values; expected the product of its shape [{Listing.Extents(tensor.Shape)}]."),
                        nameof(tensors));
                }

                ElementTypes.Write(stream, values);
            }
        });
    }

    private static void Check(SafetensorsTensor[] tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (SafetensorsTensor tensor in tensors)
        {
            if (tensor.Name == SafetensorsHeader.MetadataKey || !names.Add(tensor.Name))
            {
                throw new ArgumentException($"The tensor name '{tensor.Name}' is reserved or occurs twice.", nameof(tensors));
            }

            if (tensor.Shape.Any(extent => extent < 0) || Elements(tensor) > (uint)Array.MaxLength)
            {
                throw new ArgumentException(
                    $"Tensor '{tensor.Name}' has the shape [{Listing.Extents(tensor.Shape)}]; expected extents of at least 0 whose product an array can hold.", nameof(tensors));
            }
        }
    }

    private static UInt128 Elements(SafetensorsTensor tensor) => NpyArray.ElementCount([.. tensor.Shape]);

    private static ReadOnlyMemory<byte> Header(SafetensorsTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(new byte[sizeof(ulong)]);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            long offset = 0;
            foreach (SafetensorsTensor tensor in tensors)
            {
                writer.WriteStartObject(tensor.Name);
                writer.WriteString("dtype", ElementTypes.Single);
                writer.WriteStartArray("shape");
                foreach (int extent in tensor.Shape)
                {
                    writer.WriteNumberValue(extent);
                }

                writer.WriteEndArray();
                writer.WriteStartArray("data_offsets");
                writer.WriteNumberValue(offset);
                offset += sizeof(float) * (long)Elements(tensor);
                writer.WriteNumberValue(offset);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        // Spaces up to a multiple of eight, so that the data of a mapped file is aligned.
        while (buffer.WrittenCount % sizeof(ulong) != 0)
        {
            buffer.Write(" "u8);
        }

        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - sizeof(ulong)));
        return header;
    }
}
