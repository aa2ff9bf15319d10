using System;

namespace Figure1.Images;

/// <summary>What reading and writing PNG share. PNG: ISO/IEC 15948, also RFC 2083.</summary>
internal static class PngFormat
{
    /// <summary>The number of row filters: None, Sub, Up, Average, Paeth.</summary>
    public const int Filters = 5;

    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>The first bytes of every file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>What a filter takes a byte to be, given the bytes to the left, above, and to the left of that one.</summary>
    public static int Predict(int filter, int left, int up, int upLeft) => filter switch
    {
        1 => left,
        2 => up,
        3 => (left + up) / 2,
        4 => Paeth(left, up, upLeft),
        _ => 0,
    };

    /// <summary>The CRC-32 of a chunk's type and content.</summary>
    public static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc = (crc >> 8) ^ CrcTable[(byte)(crc ^ value)];
        }

        return ~crc;
    }

    private static int Paeth(int left, int up, int upLeft)
    {
        int toLeft = Math.Abs(up - upLeft), toUp = Math.Abs(left - upLeft), toUpLeft = Math.Abs(left + up - (2 * upLeft));
        return toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
