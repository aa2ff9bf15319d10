using System;
using System.IO;

namespace Figure1.Images;

/// <summary>
/// Reads the first image of a PNM file: P2 and P5 (grey), P3 and P6 (colour), the first of each in digits, the second in
/// bytes.
/// </summary>
/// <remarks>
/// "P5 width height maximum", separated by white space and by comments from # to the end of a line; after the maximum one
/// white-space byte and the samples. Samples of a maximum above 255 have two bytes, the high one first. They are scaled to 0 … 255.
/// Nothing is allocated before the file is known to be long enough for it.
/// </remarks>
internal ref struct PnmReader
{
    private readonly ReadOnlySpan<byte> file;
    private int at;

    private PnmReader(ReadOnlySpan<byte> file) => this.file = file;

    /// <summary>Whether a file starts like one of the PNM family.</summary>
    public static bool Recognises(ReadOnlySpan<byte> file) => file.Length > 2 && file[0] == 'P' && file[1] is >= (byte)'1' and <= (byte)'7';

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is of another kind, damaged or cut short.</exception>
    public static Picture Read(ReadOnlySpan<byte> file) => new PnmReader(file).Read();

    private Picture Read()
    {
        char kind = Recognises(file) ? (char)file[1] : '?';
        if (kind is not ('2' or '3' or '5' or '6'))
        {
            throw new InvalidDataException($"expected a PNM file of the kind P2, P3, P5 or P6, found {(kind == '?' ? "something else" : $"P{kind}")}.");
        }

        at = 2;
        int width = Number("the width", 1, int.MaxValue);
        int height = Number("the height", 1, int.MaxValue);
        int maximum = Number("the largest value", 1, ushort.MaxValue);
        int channels = kind is '3' or '6' ? 3 : 1;
        bool digits = kind is '2' or '3';
        if (!digits)
        {
            Separator("the largest value");
        }

        // A sample takes a byte or two, or in digits at least one digit and a separator (but for the last).
        Int128 samples = (Int128)width * height * channels;
        Int128 needed = digits ? (2 * samples) - 1 : samples * (maximum > 255 ? 2 : 1);
        if (needed > file.Length - at)
        {
            throw new InvalidDataException(
                $"{width} × {height} pixels of {channels} channel(s) take at least {needed} byte(s) after the header, found {file.Length - at}.");
        }

        byte[][] planes = new byte[channels][];
        for (int c = 0; c < channels; c++)
        {
            planes[c] = new byte[width * height];
        }

        for (int pixel = 0; pixel < width * height; pixel++)
        {
            foreach (byte[] plane in planes)
            {
                int value = digits ? Number("a sample", 0, maximum) : Sample(maximum);
                plane[pixel] = (byte)(((value * 255) + (maximum / 2)) / maximum);
            }
        }

        return new Picture(height, width, planes).WithoutEqualChannels();
    }

    private int Sample(int maximum)
    {
        int value = maximum > 255 ? (file[at++] << 8) | file[at++] : file[at++];
        return value <= maximum ? value : throw new InvalidDataException($"a sample must be 0 … {maximum}, found {value}.");
    }

    private int Number(string what, int least, int most)
    {
        SkipSpace(what);
        long value = 0;
        int start = at;
        while (at < file.Length && file[at] is >= (byte)'0' and <= (byte)'9' && value <= most)
        {
            value = (10 * value) + (file[at++] - '0');
        }

        return at > start && value >= least && value <= most
            ? (int)value
            : throw new InvalidDataException($"{what} must be {least} … {most}, at byte {start}.");
    }

    private void SkipSpace(string what)
    {
        int start = at;
        while (at < file.Length && (IsSpace(file[at]) || file[at] == '#'))
        {
            if (file[at++] == '#')
            {
                while (at < file.Length && file[at] != '\n')
                {
                    at++;
                }
            }
        }

        if (at == start)
        {
            throw new InvalidDataException($"expected white space before {what}, at byte {at}.");
        }
    }

    private void Separator(string what)
    {
        if (at >= file.Length || !IsSpace(file[at++]))
        {
            throw new InvalidDataException($"expected one white-space byte after {what}.");
        }
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (>= 9 and <= 13);
}
