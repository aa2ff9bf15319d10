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
        FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
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
}
