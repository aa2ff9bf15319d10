using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Kron.IO;

/// <summary>Reads the JSON header of a safetensors file from an untrusted source.</summary>
/// <remarks>
/// Everything that a later read relies on is checked here: tensors lie inside the data, one after the other without gap or
/// overlap, and each has as many bytes as its shape and type say.
/// </remarks>
internal sealed class SafetensorsHeader
{
    public const string MetadataKey = "__metadata__";

    private readonly string _source;
    private readonly Dictionary<string, SafetensorsEntry> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private bool _hasMetadata;

    private SafetensorsHeader(string source) => _source = source;

    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Parses and checks a header.</summary>
    /// <param name="json">The header without its length.</param>
    /// <param name="dataLength">Bytes that follow the header.</param>
    /// <param name="source">Names the file in messages.</param>
    /// <exception cref="InvalidDataException">Anything is wrong with it.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string source)
    {
        var header = new SafetensorsHeader(source);
        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw header.Invalid("the header does not begin with '{'");
        }

        try
        {
            // The deepest valid value is an array in a tensor's object in the root object.
            header.Read(new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 3 }));
        }
        catch (JsonException error)
        {
            throw header.Invalid("the header is not valid JSON: " + error.Message, error);
        }
        catch (InvalidOperationException error)
        {
            // The reader's answer to a string that is no valid Unicode.
            throw header.Invalid("a string of the header is not valid text: " + error.Message, error);
        }

        header.CheckCoverage(dataLength);
        return header;
    }

    private void Read(Utf8JsonReader reader)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw Invalid($"'{name}' is not an object");
            }

            if (name == MetadataKey)
            {
                ReadMetadata(ref reader);
            }
            else if (!_tensors.TryAdd(name, ReadTensor(ref reader, name)))
            {
                throw Invalid($"tensor '{name}' occurs twice");
            }
        }

        // Fails when anything but white space follows the root object.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (_hasMetadata)
        {
            throw Invalid($"'{MetadataKey}' occurs twice");
        }

        _hasMetadata = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Invalid($"the metadata '{key}' is not a string");
            }

            if (!_metadata.TryAdd(key, reader.GetString()!))
            {
                throw Invalid($"the metadata '{key}' occurs twice");
            }
        }
    }

    private SafetensorsEntry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype" when type is null && reader.TokenType == JsonTokenType.String:
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, field);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name, field);
                    break;
                default:
                    throw Invalid($"tensor '{name}' has an unexpected or repeated field '{field}'; expected one each of dtype, shape and data_offsets");
            }
        }

        if (type is null || shape is null || offsets is null)
        {
            throw Invalid($"tensor '{name}' lacks {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        }

        return Check(name, type, shape, offsets);
    }

    private List<long> ReadNumbers(ref Utf8JsonReader reader, string name, string field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Invalid($"{field} of tensor '{name}' is not an array");
        }

        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw Invalid($"{field} of tensor '{name}' holds something else than non-negative integers");
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private SafetensorsEntry Check(string name, string type, List<long> shape, List<long> offsets)
    {
        int size = ElementTypes.Size(type);
        if (size == 0)
        {
            throw Invalid($"tensor '{name}' has the unknown dtype '{type}'");
        }

        if (offsets.Count != 2 || offsets[0] > offsets[1])
        {
            throw Invalid($"data_offsets of tensor '{name}' are [{Listing.Extents(offsets)}]; expected [begin, end] with begin ≤ end");
        }

        // A zero extent makes the tensor empty whatever the other extents are, so it must not overflow.
        UInt128 bytes = shape.Contains(0) ? UInt128.Zero : (UInt128)size;
        foreach (long extent in shape)
        {
            bytes *= (ulong)extent;
            if (bytes > long.MaxValue)
            {
                throw Invalid($"tensor '{name}' of shape [{Listing.Extents(shape)}] exceeds any file");
            }
        }

        long length = offsets[1] - offsets[0];
        if (bytes != (UInt128)length)
        {
            throw Invalid(FormattableString.Invariant(
                $"tensor '{name}' has {length} bytes; expected {(long)bytes} for {type} of shape [{Listing.Extents(shape)}]"));
        }

        return new SafetensorsEntry(name, type, shape.AsReadOnly(), offsets[0], length);
    }

    private void CheckCoverage(long dataLength)
    {
        long end = 0;
        string previous = "the header";
        foreach (SafetensorsEntry tensor in _tensors.Values.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.ByteLength))
        {
            if (tensor.Offset != end)
            {
                throw Invalid(FormattableString.Invariant(
                    $"tensor '{tensor.Name}' begins at byte {tensor.Offset} of the data; expected {end}, where {previous} ends"));
            }

            end = tensor.Offset + tensor.ByteLength;
            previous = $"tensor '{tensor.Name}'";
        }

        if (end != dataLength)
        {
            throw Invalid(FormattableString.Invariant($"the file has {dataLength} bytes of data; expected {end}, where {previous} ends"));
        }
    }

    private InvalidDataException Invalid(string reason, Exception? inner = null) =>
        new($"'{_source}' is not a valid safetensors file: {reason}.", inner);
}
