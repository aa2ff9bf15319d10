using System;
using Kron.IO;

namespace Kron.Runtime.Tests.IO;

/// <summary>A file that lies in an array, and may claim to be longer.</summary>
internal sealed class ArrayBytes(byte[] bytes, long length) : ByteSource
{
    public ArrayBytes(byte[] bytes)
        : this(bytes, bytes.Length)
    {
    }

    public override long Length => length;

    public override void Read(long offset, Span<byte> target) => bytes.AsSpan(checked((int)offset), target.Length).CopyTo(target);

    protected override void Dispose(bool disposing)
    {
    }
}
