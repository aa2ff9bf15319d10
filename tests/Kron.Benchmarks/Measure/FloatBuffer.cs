using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kron.Benchmarks.Measure;

/// <summary>Pinned floats, aligned to a cache line, for spans and for native code alike.</summary>
internal sealed unsafe class FloatBuffer
{
    private const int Alignment = 64;

    private readonly float[] _array;

    /// <summary>A buffer of zeros, every page of it touched: reads of untouched pages would all meet one page of zeros.</summary>
    public FloatBuffer(long length)
    {
        Length = checked((int)length);
        _array = GC.AllocateArray<float>(checked(Length + (Alignment / sizeof(float))), pinned: true);
        nuint first = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
        Pointer = (float*)((first + (Alignment - 1)) & ~(nuint)(Alignment - 1));
        Span.Clear();
    }

    public float* Pointer { get; }

    public int Length { get; }

    public Span<float> Span => new(Pointer, Length);

    /// <summary>A buffer with these contents.</summary>
    public static FloatBuffer Of(ReadOnlySpan<float> values)
    {
        var buffer = new FloatBuffer(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
