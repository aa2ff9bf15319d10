using System;

namespace Kron.CompilerServices;

/// <summary>Read-only floats in an assembly's image.</summary>
internal sealed unsafe class EmbeddedFloats
{
    // Keeps the assembly loaded, or is the copy itself.
    private readonly object _owner;

    public EmbeddedFloats(float* pointer, int length, object owner)
    {
        Pointer = pointer;
        Length = length;
        _owner = owner;
    }

    /// <summary>The first float; valid for as long as this object is reachable.</summary>
    public float* Pointer { get; }

    /// <summary>Floats there are.</summary>
    public int Length { get; }

    /// <summary>Bytes that the process holds beside the image.</summary>
    public long CopiedBytes => _owner is AlignedBuffer copy ? copy.Bytes : 0;

    /// <summary>Some of the floats.</summary>
    public ReadOnlySpan<float> Slice(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + length, Length);
        return new(Pointer + start, length);
    }
}
