using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kron.Build;

/// <summary>The checked header of a safetensors file from an untrusted source; by the same rules as the library's own reader.</summary>
/// <remarks>
/// Everything that a later read relies on is checked here: tensors lie inside the data, one after the other without gap or
/// overlap, and each has as many bytes as its shape and type say.
/// </remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The longest header that is read, in bytes; the limit of the format's reference implementation.</summary>
    public const int MaxBytes = 100_000_000;

    private const int LengthBytes = sizeof(ulong);
    private const string MetadataKey = "__metadata__";

    private SafetensorsHeader(long dataStart, IReadOnlyList<StoredTensor> tensors) => (DataStart, Tensors) = (dataStart, tensors);

    /// <summary>The data's first byte in the file.</summary>
    public long DataStart { get; }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>Reads and checks the header of a file.</summary>
    /// <exception cref="InvalidDataException">Anything is wrong with it; the message is the reason alone.</exception>
    public static SafetensorsHeader Read(Stream file)
    {
        long length = file.Length;
        if (length < LengthBytes)
        {
            throw Invalid("it has {0} bytes; expected at least {1}", length, LengthBytes);
        }

        byte[] prefix = file.ReadBytes(LengthBytes);
        ulong claimed = 0;
        for (int b = LengthBytes - 1; b >= 0; b--)
        {
            claimed = (claimed << 8) | prefix[b];
        }

        long limit = Math.Min(length - LengthBytes, MaxBytes);
        if (claimed > (ulong)limit)
        {
            throw Invalid("its header claims {0} bytes; expected at most {1}", claimed, limit);
        }

        byte[] json = file.ReadBytes((int)claimed);
        if (json.Length == 0 || json[0] != '{')
        {
            throw Invalid("the header does not begin with '{{'");
        }

        long dataStart = LengthBytes + json.Length;
        return new SafetensorsHeader(dataStart, InOrder(Parse(new HeaderText(json)), length - dataStart));
    }

    private static List<StoredTensor> Parse(HeaderText text)
    {
        List<StoredTensor> tensors = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        text.Object(name =>
        {
            if (!names.Add(name))
            {
                throw Invalid("'{0}' occurs twice", name);
            }

            if (!text.IsNext('{'))
            {
                throw Invalid("'{0}' is not an object", name);
            }

            if (name == MetadataKey)
            {
                SkipMetadata(text);
            }
            else
            {
                tensors.Add(Tensor(text, name));
            }
        });
        text.End();
        return tensors;
    }

    private static void SkipMetadata(HeaderText text)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        text.Object(key =>
        {
            if (!keys.Add(key))
            {
                throw Invalid("the metadata '{0}' occurs twice", key);
            }

            text.String();
        });
    }

    private static StoredTensor Tensor(HeaderText text, string name)
    {
        string? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        text.Object(field =>
        {
            switch (field)
            {
                case "dtype" when type is null:
                    type = text.String();
                    break;
                case "shape" when shape is null:
                    shape = text.Numbers();
                    break;
                case "data_offsets" when offsets is null:
                    offsets = text.Numbers();
                    break;
                default:
                    throw Invalid("tensor '{0}' has an unexpected or repeated field '{1}'; expected one each of dtype, shape and data_offsets", name, field);
            }
        });

        if (type is null || shape is null || offsets is null)
        {
            throw Invalid("tensor '{0}' lacks {1}", name, type is null ? "dtype" : shape is null ? "shape" : "data_offsets");
        }

        if (ElementTypes.Size(type) == 0)
        {
            throw Invalid("tensor '{0}' has the unknown dtype '{1}'", name, type);
        }

        if (offsets.Count != 2 || offsets[0] > offsets[1])
        {
            throw Invalid("data_offsets of tensor '{0}' are [{1}]; expected [begin, end] with begin ≤ end", name, string.Join(", ", offsets));
        }

        long length = offsets[1] - offsets[0];
        long expected = Bytes(name, type, shape);
        return length == expected
            ? new StoredTensor(name, type, shape, offsets[0], length)
            : throw Invalid("tensor '{0}' has {1} bytes; expected {2} for {3} of shape [{4}]", name, length, expected, type, string.Join(", ", shape));
    }

    private static long Bytes(string name, string type, List<long> shape)
    {
        // A zero extent makes the tensor empty whatever the other extents are, so it must not overflow.
        long bytes = shape.Contains(0) ? 0 : ElementTypes.Size(type);
        foreach (long extent in shape)
        {
            if (bytes > 0 && extent > long.MaxValue / bytes)
            {
                throw Invalid("tensor '{0}' of shape [{1}] exceeds any file", name, string.Join(", ", shape));
            }

            bytes *= extent;
        }

        return bytes;
    }

    private static List<StoredTensor> InOrder(List<StoredTensor> tensors, long dataLength)
    {
        List<StoredTensor> ordered = [.. tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.ByteLength)];
        long end = 0;
        foreach (StoredTensor tensor in ordered)
        {
            if (tensor.Offset != end)
            {
                throw Invalid("tensor '{0}' begins at byte {1} of the data; expected {2}, where the one before it ends", tensor.Name, tensor.Offset, end);
            }

            end += tensor.ByteLength;
        }

        return end == dataLength ? ordered : throw Invalid("the file has {0} bytes of data; expected {1}", dataLength, end);
    }

    private static InvalidDataException Invalid(string reason, params object[] arguments) =>
        new(string.Format(System.Globalization.CultureInfo.InvariantCulture, reason, arguments));
}
