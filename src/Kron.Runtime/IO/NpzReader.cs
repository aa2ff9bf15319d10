using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;

namespace Kron.IO;

/// <summary>Reads an npz archive from an untrusted seekable stream.</summary>
internal static class NpzReader
{
    public const string Extension = ".npy";

    public static IReadOnlyDictionary<string, NpyArray> Read(Stream stream, string source)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            CheckEntries(archive, stream.Length, source);
            var arrays = new Dictionary<string, NpyArray>(StringComparer.Ordinal);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                arrays.Add(entry.FullName[..^Extension.Length], ReadEntry(entry, source));
            }

            return arrays;
        }
        catch (Exception error) when (IsOfArchive(error) && !error.Message.StartsWith($"'{source}", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"'{source}' is not a valid npz file: {DescribePickle(stream) ?? error.Message}", error);
        }
    }

    // Before anything is inflated.
    private static void CheckEntries(ZipArchive archive, long length, string source)
    {
        if (archive.Entries.Any(entry => entry.Name == ForeignFile.CheckpointEntry))
        {
            throw new InvalidDataException($"'{source}' is not a valid npz file: {ForeignFile.Checkpoint}");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        long compressed = 0;
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            if (!entry.FullName.EndsWith(Extension, StringComparison.Ordinal))
            {
                throw Invalid(source, $"its entry '{entry.FullName}' is no array; expected names that end in {Extension}");
            }

            if (!names.Add(entry.FullName))
            {
                throw Invalid(source, $"its entry '{entry.FullName}' occurs twice");
            }

            // Entries that share bytes would make much of little, each harmless by itself.
            if (entry.CompressedLength < 0 || entry.CompressedLength > length - compressed)
            {
                throw Invalid(source, FormattableString.Invariant(
                    $"its entries up to '{entry.FullName}' claim {(Int128)compressed + entry.CompressedLength} bytes; expected at most {length}, the whole file"));
            }

            compressed += entry.CompressedLength;
        }
    }

    // Deflated data that go on beyond the length in the directory are cut there by the archive reader, as by Python's: that bounds
    // what a false directory can make of them. What is left must still be exactly what the array's own header says, and have the
    // directory's checksum.
    private static NpyArray ReadEntry(ZipArchiveEntry entry, string source)
    {
        string name = $"{source}: {entry.FullName}";
        using var content = new Crc32Stream(entry.Open());
        NpyArray array = NpyReader.Read(content, name);
        if (content.Count != entry.Length)
        {
            throw Invalid(source, FormattableString.Invariant($"its entry '{entry.FullName}' has {content.Count} bytes; expected {entry.Length}, as the archive says"));
        }

        return content.Checksum == entry.Crc32
            ? array
            : throw Invalid(source, FormattableString.Invariant(
                $"its entry '{entry.FullName}' has the checksum {content.Checksum:X8}; expected {entry.Crc32:X8}"));
    }

    // What the archive reader throws at malformed bytes and what does not name the file yet; the stream's own failures pass.
    private static bool IsOfArchive(Exception error) =>
        error is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException;

    private static string? DescribePickle(Stream stream)
    {
        Span<byte> start = stackalloc byte[2];
        stream.Position = 0;
        return ForeignFile.DescribePickle(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }

    private static InvalidDataException Invalid(string source, string reason) => new($"'{source}' is not a valid npz file: {reason}.");
}
