using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace Kron.Runtime.Tests.IO;

/// <summary>Files put together by hand from the format's description: magic, version, length, a Python dictionary, the data.</summary>
internal static class NpyBytes
{
    public static byte[] Of(string dictionary, params byte[] data) => Of(1, dictionary, data);

    public static byte[] Of(byte major, string dictionary, params byte[] data)
    {
        byte[] header = Encoding.UTF8.GetBytes(dictionary);
        byte[] length = new byte[major == 1 ? 2 : 4];
        if (major == 1)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        }

        return [0x93, .. "NUMPY"u8, major, 0, .. length, .. header, .. data];
    }

    public static byte[] Of(string descr, string order, string shape, params byte[] data) =>
        Of($"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n", data);

    public static byte[] Zip(params (string Name, byte[] Content)[] entries) => Zip(CompressionLevel.Optimal, entries);

    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                ZipArchiveEntry entry = archive.CreateEntry(name, level);
                entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using Stream stored = entry.Open();
                stored.Write(content);
            }
        }

        return stream.ToArray();
    }

    public static MemoryStream Stream(byte[] file) => new(file, writable: false);
}

/// <summary>A stream that only reads on, in pieces of at most seven bytes.</summary>
internal sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes, writable: false)
{
    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(7, buffer.Length)]);
}
