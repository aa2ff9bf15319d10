using System.IO;

namespace Kron.Build;

/// <summary>Whole reads, which a stream of netstandard2.0 does not offer.</summary>
internal static class StreamBytes
{
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public static byte[] ReadBytes(this Stream stream, int count)
    {
        byte[] bytes = new byte[count];
        stream.Fill(bytes, count);
        return bytes;
    }

    /// <summary>Fills the beginning of an array.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before.</exception>
    public static void Fill(this Stream stream, byte[] bytes, int count)
    {
        int done = 0;
        while (done < count)
        {
            int read = stream.Read(bytes, done, count - done);
            if (read == 0)
            {
                throw new EndOfStreamException("it was cut while it was read");
            }

            done += read;
        }
    }
}
