using System.IO;

namespace Figure1.Images;

/// <summary>Reads a picture of any kind that the program knows.</summary>
internal static class PictureFile
{
    /// <summary>The largest file that is read; it bounds the memory that a damaged one can claim.</summary>
    private const int MaxBytes = 64 << 20;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is empty or too large, of an unknown kind, or damaged; the message starts with the path.</exception>
    public static Picture Read(string path)
    {
        long length = new FileInfo(path).Length;
        if (length is 0 or > MaxBytes)
        {
            throw new InvalidDataException($"{path}: expected 1 … {MaxBytes} bytes, found {length}.");
        }

        byte[] file = File.ReadAllBytes(path);
        try
        {
            return PngReader.Recognises(file) ? PngReader.Read(file)
                : PnmReader.Recognises(file) ? PnmReader.Read(file)
                : throw new InvalidDataException("expected a PNG or PNM picture.");
        }
        catch (InvalidDataException damage)
        {
            throw new InvalidDataException($"{path}: {damage.Message}", damage);
        }
    }
}
