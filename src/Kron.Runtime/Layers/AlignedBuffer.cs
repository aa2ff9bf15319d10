using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kron;

/// <summary>A zeroed, pinned, 64-byte aligned block of floats in managed memory: nothing to dispose, and its spans never dangle.</summary>
/// <remarks>A pointer into it is valid for as long as the buffer is reachable.</remarks>
internal sealed unsafe class AlignedBuffer
{
    /// <summary>Bytes to which every buffer is aligned: a cache line and the widest vector.</summary>
    public const int Alignment = 64;

    /// <summary>The longest buffer, in floats.</summary>
    public static int MaxLength => Array.MaxLength - Slack;

    // Array data is at least 4-byte aligned, so this many floats always suffice to reach the next boundary.
    private const int Slack = (Alignment / sizeof(float)) - 1;

    private readonly float[] _array;
    private readonly int _start;

    /// <summary>Allocates a zeroed buffer.</summary>
    /// <param name="length">Floats; 0 allocates nothing.</param>
    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        Length = length;
        if (length == 0)
        {
            _array = [];
            return;
        }

        _array = GC.AllocateArray<float>(length + Slack, pinned: true);
        float* first = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
        Pointer = Align(first);
        _start = (int)(Pointer - first);
        HugePages.Advise(Pointer, (nuint)Bytes);
    }

    /// <summary>The first float, or null for an empty buffer.</summary>
    public float* Pointer { get; }

    /// <summary>Floats in the buffer.</summary>
    public int Length { get; }

    /// <summary>Bytes of them.</summary>
    public long Bytes => sizeof(float) * (long)Length;

    /// <summary>The floats.</summary>
    public Span<float> Span => new(_array, _start, Length);

    /// <summary>The first aligned address from here on.</summary>
    public static float* Align(void* from) => (float*)(((nuint)from + (Alignment - 1)) & ~(nuint)(Alignment - 1));
}
