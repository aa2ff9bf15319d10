using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;

namespace Kron.IO;

/// <summary>Reads and writes NumPy's npz format: a zip archive of npy files, one for each named array.</summary>
public static class Npz
{
    // The earliest time that a zip archive can hold.
    private static readonly DateTimeOffset Timestamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads all arrays of a file, stored (<c>savez</c>) or deflated (<c>savez_compressed</c>).</summary>
    /// <param name="path">The file.</param>
    /// <returns>The arrays by name, without the archive's <c>.npy</c>; each as <see cref="Npy.Read(string)"/> reads it.</returns>
    /// <exception cref="InvalidDataException">The file is not a valid npz file; the message says what is wrong with it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, NpyArray> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return NpzReader.Read(stream, path);
    }

    /// <summary>Reads all arrays of a stream that is an npz file from its first byte to its last. The stream is left open.</summary>
    /// <param name="stream">The stream; one that is not seekable is first read into memory.</param>
    /// <returns>The arrays by name; see <see cref="Read(string)"/>.</returns>
    /// <exception cref="InvalidDataException">The stream holds no valid npz file; the message says what is wrong with it.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static IReadOnlyDictionary<string, NpyArray> Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek)
        {
            return NpzReader.Read(stream, "stream");
        }

        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return NpzReader.Read(copy, "stream");
    }

    /// <summary>Writes a file of 32-bit floats without compression. The same arrays in the same order always give the same bytes.</summary>
    /// <remarks>The file appears whole or not at all: the content is written beside it and renamed.</remarks>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="arrays">The arrays by name, in the order in which they are to lie in the file.</param>
    /// <exception cref="ArgumentException">Two arrays have one name, a name is empty or an array is null; nothing is written.</exception>
    /// <exception cref="IOException">The file cannot be written; a former file is still there.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, NpyArray>> arrays)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(arrays);
        KeyValuePair<string, NpyArray>[] all = [.. arrays];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, NpyArray array) in all)
        {
            if (string.IsNullOrEmpty(name) || !names.Add(name))
            {
                throw new ArgumentException($"The array name '{name}' is empty or occurs twice.", nameof(arrays));
            }

            if (array is null)
            {
                throw new ArgumentException($"The array '{name}' is null.", nameof(arrays));
            }
        }

        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach ((string name, NpyArray array) in all)
            {
                ZipArchiveEntry entry = archive.CreateEntry(name + NpzReader.Extension, CompressionLevel.NoCompression);
                entry.LastWriteTime = Timestamp;

                // Otherwise the permissions of the operating system's default.
                entry.ExternalAttributes = 0;
                using Stream content = entry.Open();
                content.Write(NpyHeader.Write([.. array.Shape]));
                ElementTypes.Write(content, array.Values);
            }
        });
    }
}
