using System;
using System.Buffers.Binary;

namespace Kron.IO;

/// <summary>An element type of the npy format, and the conversion of its numbers to 32-bit floats.</summary>
/// <param name="Name">Kind and size as the format spells them, such as <c>f4</c>.</param>
/// <param name="Size">Bytes of one element.</param>
/// <param name="IsBigEndian">Whether the most significant byte comes first.</param>
internal readonly record struct NpyType(string Name, int Size, bool IsBigEndian)
{
    public const string Readable = "b1, i1, i2, i4, i8, u1, u2, u4, u8, f2, f4 and f8 after '<', '>' or, for one byte, '|'";

    /// <summary>Parses a type such as <c>&lt;f4</c>, <c>&gt;i8</c> or <c>|b1</c>.</summary>
    public static bool TryParse(string text, out NpyType type)
    {
        type = default;
        if (text.Length != 3)
        {
            return false;
        }

        int size = text[1..] switch
        {
            "b1" or "i1" or "u1" => 1,
            "i2" or "u2" or "f2" => 2,
            "i4" or "u4" or "f4" => 4,
            "i8" or "u8" or "f8" => 8,
            _ => 0,
        };
        type = new NpyType(text[1..], size, text[0] == '>');
        return size != 0 && (text[0] is '<' or '>' || (text[0] == '|' && size == 1));
    }

    /// <summary>Converts elements; the bytes may be reordered on the way.</summary>
    public void Convert(Span<byte> bytes, Span<float> values)
    {
        if (IsBigEndian)
        {
            for (int i = 0; i < values.Length; i++)
            {
                bytes.Slice(i * Size, Size).Reverse();
            }
        }

        switch (Name)
        {
            case "f2":
                ElementTypes.Convert("F16", bytes, values);
                break;
            case "f4":
                ElementTypes.Convert(ElementTypes.Single, bytes, values);
                break;
            case "f8":
                ElementTypes.Convert("F64", bytes, values);
                break;
            default:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = Integer(bytes.Slice(i * Size, Size));
                }

                break;
        }
    }

    private float Integer(ReadOnlySpan<byte> bytes) => Name switch
    {
        "b1" => bytes[0] == 0 ? 0 : 1,
        "i1" => (sbyte)bytes[0],
        "i2" => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        "i4" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        "i8" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        "u1" => bytes[0],
        "u2" => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        "u4" => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
    };
}
