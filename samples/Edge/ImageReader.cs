using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;

namespace Edge;

/// <summary>Reads images one by one, as they arrive: bare ones up to the end, or as many as an IDX header announces.</summary>
internal sealed class ImageReader
{
    /// <summary>Unsigned bytes in three dimensions: count, rows, columns.</summary>
    private const uint Magic = 0x00000803;
    private const int HeaderBytes = 16;

    private readonly Stream stream;
    private readonly long count;
    private long next;

    private ImageReader(Stream stream, long count) => (this.stream, this.count) = (stream, count);

    /// <summary>Reads images of <see cref="DigitModel.ImageSize"/> bytes up to the end of the stream.</summary>
    public static ImageReader OfRaw(Stream stream) => new(stream, -1);

    /// <summary>Reads an IDX file, whose header it checks.</summary>
    /// <exception cref="InvalidDataException">It is no such file, or its images are of another size.</exception>
    public static ImageReader OfIdx(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        int read = stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (read < HeaderBytes)
        {
            throw new InvalidDataException(Text($"The images end within their header: expected {HeaderBytes} bytes, found {read}."));
        }

        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (magic != Magic)
        {
            throw new InvalidDataException(Text($"Expected an IDX file of grey images, which begins with 0x{Magic:X8}, found 0x{magic:X8}; --raw reads images without a header."));
        }

        uint rows = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        uint columns = BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
        return rows == DigitModel.Side && columns == DigitModel.Side
            ? new(stream, BinaryPrimitives.ReadUInt32BigEndian(header[4..]))
            : throw new InvalidDataException(Text($"Expected images of {DigitModel.Side} × {DigitModel.Side} pixels, found {rows} × {columns}."));
    }

    /// <summary>Reads the next image.</summary>
    /// <param name="image">Receives <see cref="DigitModel.ImageSize"/> bytes.</param>
    /// <returns>False where there is none left.</returns>
    /// <exception cref="InvalidDataException">The data end within it, or before as many as the header announced.</exception>
    public bool TryRead(Span<byte> image)
    {
        if (next == count)
        {
            return false;
        }

        int read = stream.ReadAtLeast(image, image.Length, throwOnEndOfStream: false);
        if (read == 0 && count < 0)
        {
            return false;
        }

        if (read < image.Length)
        {
            throw new InvalidDataException(Text($"The images end within image {next}: expected {image.Length} bytes, found {read}."));
        }

        next++;
        return true;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
