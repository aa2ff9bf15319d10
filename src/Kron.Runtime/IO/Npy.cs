using System;
using System.IO;

namespace Kron.IO;

/// <summary>Reads and writes NumPy's npy format: one array behind a short header.</summary>
public static class Npy
{
    /// <summary>Reads a file of booleans, integers or floats of up to 64 bits, of either byte order, as 32-bit floats.</summary>
    /// <remarks>Versions 1.0, 2.0 and 3.0 of the format. An array in Fortran order is reordered. Pickled objects are not read.</remarks>
    /// <param name="path">The file.</param>
    /// <returns>The array, row-major; elements that no float holds are rounded to the nearest.</returns>
    /// <exception cref="InvalidDataException">The file is not a valid npy file of such elements; the message says what is wrong with it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NpyArray Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return NpyReader.Read(stream, path);
    }

    /// <summary>Reads an array that takes up a stream from its position to its end. The stream is left open.</summary>
    /// <param name="stream">The stream; it need not be seekable.</param>
    /// <returns>The array, row-major; see <see cref="Read(string)"/>.</returns>
    /// <exception cref="InvalidDataException">The stream holds no valid npy file; the message says what is wrong with it.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static NpyArray Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return NpyReader.Read(stream, "stream");
    }

    /// <summary>Writes a file of version 1.0 with 32-bit floats (<c>&lt;f4</c>). The same values and shape always give the same bytes.</summary>
    /// <remarks>The file appears whole or not at all: the content is written beside it and renamed.</remarks>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The extents, outermost first; none for a scalar.</param>
    /// <exception cref="ArgumentException">
    /// An extent is negative, there are more than <see cref="NpyArray.MaxRank"/>, or their product is not the number of values; nothing is written.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written; a former file is still there.</exception>
    public static void Write(string path, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        NpyArray.CheckShape(values.Length, shape);
        byte[] header = NpyHeader.Write(shape);
        AtomicFile.Write(path, values, (values, stream) =>
        {
            stream.Write(header);
            ElementTypes.Write(stream, values);
        });
    }
}
