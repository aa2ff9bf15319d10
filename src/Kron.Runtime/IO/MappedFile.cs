using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Kron.IO;

/// <summary>A file that the operating system maps into memory: only what is read is loaded, and files may be larger than memory.</summary>
/// <remarks>
/// Every read passes the bounds of the mapping and keeps it alive, so a file that is closed meanwhile is an exception, not a fault.
/// A page that another program cuts off a mapped file cannot be read, and the operating system ends the process that tries. So the
/// file stays open, which lets no program on Windows do that, and its length is asked for before every read, which leaves to other
/// systems only a cut in the middle of a read. Programs that replace a file by renaming, as this library does, never cut one.
/// </remarks>
internal sealed class MappedFile : ByteSource
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public MappedFile(string path)
    {
        _path = path;
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            Length = RandomAccess.GetLength(_handle);

            // Nothing cannot be mapped.
            if (Length > 0)
            {
                _map = MemoryMappedFile.CreateFromFile(_handle, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
                _view = _map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override long Length { get; }

    public override void Read(long offset, Span<byte> bytes)
    {
        long length = RandomAccess.GetLength(_handle);
        if (length < Length)
        {
            throw new IOException(FormattableString.Invariant($"'{_path}' was cut to {length} bytes while it was open; expected {Length}."));
        }

        if (!bytes.IsEmpty)
        {
            // Checks the bounds, and holds a reference to the mapping while it copies.
            _view!.SafeMemoryMappedViewHandle.ReadSpan((ulong)offset, bytes);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _view?.Dispose();
        _map?.Dispose();
        _handle.Dispose();
    }
}
