using System;

namespace Kron.IO;

/// <summary>The bytes of a file, read at any place by any number of threads at once.</summary>
internal abstract class ByteSource : IDisposable
{
    /// <summary>The number of bytes, as it was when the source was opened.</summary>
    public abstract long Length { get; }

    /// <summary>Copies bytes.</summary>
    /// <param name="offset">The first one; with <paramref name="bytes"/> it lies within <see cref="Length"/>.</param>
    /// <param name="bytes">Receives them.</param>
    /// <exception cref="System.IO.IOException">They are not there any more.</exception>
    /// <exception cref="ObjectDisposedException">The source is closed.</exception>
    public abstract void Read(long offset, Span<byte> bytes);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
