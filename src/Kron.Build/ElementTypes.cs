using System;

namespace Kron.Build;

/// <summary>The element types of the safetensors format, and the conversion of its floating-point ones to 32 bits.</summary>
internal static class ElementTypes
{
    /// <summary>Bytes of one element, or 0 for a type that is not known.</summary>
    public static int Size(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" or "C64" => 8,
        _ => 0,
    };

    public static bool IsConvertible(string type) => type is "F32" or "F64" or "F16" or "BF16";

    /// <summary>Converts little-endian elements of a convertible type to little-endian floats.</summary>
    /// <param name="type">The type.</param>
    /// <param name="from">The elements.</param>
    /// <param name="count">How many.</param>
    /// <param name="to">Receives four bytes for each.</param>
    public static void Convert(string type, byte[] from, int count, byte[] to)
    {
        if (type == "F32")
        {
            Buffer.BlockCopy(from, 0, to, 0, count * sizeof(float));
            return;
        }

        for (int i = 0; i < count; i++)
        {
            uint bits = type switch
            {
                // bfloat16 is the upper half of a float.
                "BF16" => (uint)Half(from, i) << 16,
                "F16" => Widen(Half(from, i)),
                _ => Narrow(from, i),
            };
            for (int b = 0; b < sizeof(float); b++)
            {
                to[(i * sizeof(float)) + b] = (byte)(bits >> (8 * b));
            }
        }
    }

    private static int Half(byte[] from, int i) => from[2 * i] | (from[(2 * i) + 1] << 8);

    /// <summary>A half-precision float as a single-precision one: every value has one, to the bit.</summary>
    private static uint Widen(int half)
    {
        uint sign = (uint)(half & 0x8000) << 16;
        uint exponent = (uint)(half >> 10) & 0x1F;
        uint fraction = (uint)half & 0x3FF;
        switch (exponent)
        {
            case 0x1F:
                // Infinity, or a NaN with its payload.
                return sign | 0x7F800000 | (fraction << 13);
            case 0 when fraction == 0:
                return sign;
            case 0:
                // Numbers below the smallest normal one have no leading 1 until they are shifted up to it.
                exponent = 1;
                while ((fraction & 0x400) == 0)
                {
                    fraction <<= 1;
                    exponent--;
                }

                fraction &= 0x3FF;
                break;
        }

        return sign | ((exponent + 112) << 23) | (fraction << 13);
    }

    private static uint Narrow(byte[] from, int i)
    {
        long bits = 0;
        for (int b = 0; b < sizeof(double); b++)
        {
            bits |= (long)from[(i * sizeof(double)) + b] << (8 * b);
        }

        float value = (float)BitConverter.Int64BitsToDouble(bits);
        byte[] bytes = BitConverter.GetBytes(value);
        return BitConverter.ToUInt32(bytes, 0);
    }
}
