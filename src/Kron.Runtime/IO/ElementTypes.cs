using System;
using System.Buffers;
using System.Buffers.Binary;
using System.IO;
using System.Runtime.InteropServices;

namespace Kron.IO;

/// <summary>The element types of the safetensors format, and the conversion of its floating-point ones to 32 bits.</summary>
internal static class ElementTypes
{
    public const string Single = "F32";

    private const int ChunkFloats = 1 << 14;

    /// <summary>Bytes of one element, or 0 for a type that is not known.</summary>
    public static int Size(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or Single => 4,
        "U64" or "I64" or "F64" or "C64" => 8,
        _ => 0,
    };

    public static bool IsConvertible(string type) => type is Single or "F64" or "F16" or "BF16";

    /// <summary>Converts little-endian elements of a convertible type.</summary>
    public static void Convert(string type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case Single when BitConverter.IsLittleEndian:
                bytes.CopyTo(MemoryMarshal.AsBytes(values));
                break;
            case Single:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                }

                break;
            case "F64":
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                }

                break;
            case "F16":
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
                }

                break;
            case "BF16":
                for (int i = 0; i < values.Length; i++)
                {
                    // bfloat16 is the upper half of a float.
                    values[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16);
                }

                break;
            default:
                throw new ArgumentException($"Elements of type {type} have no 32-bit float form.", nameof(type));
        }
    }

    /// <summary>Writes 32-bit floats as the format stores them.</summary>
    private static void Store(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(bytes);
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes[(4 * i)..], values[i]);
        }
    }

    /// <summary>Writes 32-bit floats to a stream as the formats store them.</summary>
    public static void Write(Stream stream, ReadOnlySpan<float> values)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkFloats * sizeof(float));
        try
        {
            while (!values.IsEmpty)
            {
                int count = Math.Min(values.Length, ChunkFloats);
                Span<byte> bytes = buffer.AsSpan(0, count * sizeof(float));
                Store(values[..count], bytes);
                stream.Write(bytes);
                values = values[count..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
