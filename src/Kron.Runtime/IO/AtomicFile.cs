using System;
using System.Buffers;
using System.IO;

namespace Kron.IO;

/// <summary>Writes a file so that its path only ever shows the whole old or the whole new content.</summary>
internal static class AtomicFile
{
    public static void Write(string path, Action<Stream> write) => Write<byte>(path, [], (_, stream) => write(stream));

    /// <summary>The same for content that lies in a span, which no closure can hold.</summary>
    public static void Write<T>(string path, ReadOnlySpan<T> content, ReadOnlySpanAction<T, Stream> write)
    {
        string target = Path.GetFullPath(path);

        // A rename is atomic only within one file system, so the new content waits beside its target.
        string temporary = target + "." + Path.GetRandomFileName() + ".tmp";
        FileStream stream = Create(temporary, path);
        try
        {
            using (stream)
            {
                write(content, stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static FileStream Create(string temporary, string path)
    {
        try
        {
            return new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        }
        catch (DirectoryNotFoundException error)
        {
            throw new DirectoryNotFoundException($"'{path}' cannot be written: its folder '{Path.GetDirectoryName(temporary)}' does not exist.", error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new IOException($"'{path}' cannot be written: no file can be made in its folder '{Path.GetDirectoryName(temporary)}'.", error);
        }
    }
}
