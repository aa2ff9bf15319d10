using System;
using System.Buffers;
using System.Buffers.Binary;
using System.IO;
using System.Numerics;
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
                for (int i = ConvertHalves(bytes, values); i < values.Length; i++)
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

    /// <summary>Converts half-precision floats in whole vectors.</summary>
    /// <returns>The number converted; the rest is left to the caller.</returns>
    private static int ConvertHalves(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        int done = 0;
        if (BitConverter.IsLittleEndian && Vector.IsHardwareAccelerated)
        {
            for (; done <= values.Length - Vector<ushort>.Count; done += Vector<ushort>.Count)
            {
                Vector.Widen(MemoryMarshal.Read<Vector<ushort>>(bytes[(2 * done)..]), out Vector<uint> low, out Vector<uint> high);
                HalfToSingle(low).CopyTo(values[done..]);
                HalfToSingle(high).CopyTo(values[(done + Vector<uint>.Count)..]);
            }
        }

        return done;
    }

    private static Vector<float> HalfToSingle(Vector<uint> half)
    {
        // Exponent and fraction in a float's places stand for 2^112 times too little, numbers without an exponent among them;
        // only those with the largest exponent, infinities and NaN, keep what is in their places.
        Vector<uint> bits = (half & new Vector<uint>(0x7FFF)) << 13;
        Vector<uint> scaled = Vector.AsVectorUInt32(Vector.AsVectorSingle(bits) * new Vector<float>(5.192296858534828e33f));
        Vector<uint> special = Vector.GreaterThanOrEqual(bits, new Vector<uint>(0x7C00 << 13));
        Vector<uint> magnitude = Vector.ConditionalSelect(special, bits | new Vector<uint>(0x7F800000), scaled);
        return Vector.AsVectorSingle(magnitude | ((half & new Vector<uint>(0x8000)) << 16));
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
