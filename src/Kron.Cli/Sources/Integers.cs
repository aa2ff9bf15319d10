using System;
using System.Buffers.Binary;

namespace Kron.Cli.Sources;

/// <summary>Integer tensors of a checkpoint, such as position ids, as floats that hold them exactly.</summary>
internal static class Integers
{
    // Beyond, neighbouring integers share a float.
    private const long Exact = 1 << 24;

    /// <summary>Bytes of an element, or 0 for what is no integer.</summary>
    public static int Size(string type) => type switch
    {
        "BOOL" or "U8" or "I8" => 1,
        "U16" or "I16" => 2,
        "U32" or "I32" => 4,
        "U64" or "I64" => 8,
        _ => 0,
    };

    /// <summary>Converts little-endian elements; null when a float does not hold one exactly.</summary>
    public static float[]? ToFloats(string type, ReadOnlySpan<byte> bytes)
    {
        int size = Size(type);
        float[] values = new float[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> element = bytes.Slice(i * size, size);
            long value = type switch
            {
                "I8" => (sbyte)element[0],
                "BOOL" or "U8" => element[0],
                "I16" => BinaryPrimitives.ReadInt16LittleEndian(element),
                "U16" => BinaryPrimitives.ReadUInt16LittleEndian(element),
                "I32" => BinaryPrimitives.ReadInt32LittleEndian(element),
                "U32" => BinaryPrimitives.ReadUInt32LittleEndian(element),
                "U64" => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(element), long.MaxValue),
                _ => BinaryPrimitives.ReadInt64LittleEndian(element),
            };
            if (value is < -Exact or > Exact)
            {
                return null;
            }

            values[i] = value;
        }

        return values;
    }
}
