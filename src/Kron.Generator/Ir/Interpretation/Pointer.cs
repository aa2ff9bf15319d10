using System;

namespace Kron.Generator.Ir.Interpretation;

/// <summary>A place in a buffer: what a kernel's pointer is to the interpreter.</summary>
/// <param name="Buffer">The buffer; accesses outside it throw.</param>
/// <param name="Offset">In floats.</param>
internal readonly record struct Pointer(float[] Buffer, long Offset)
{
    public static implicit operator Pointer(float[] buffer) => new(buffer, 0);

    public static Pointer operator +(Pointer pointer, long floats) => pointer with { Offset = pointer.Offset + floats };

    /// <summary>A buffer of NaN: what is read from it before it was written shows in the result.</summary>
    public static float[] Uninitialised(int floats)
    {
        float[] buffer = new float[floats];
        for (int i = 0; i < floats; i++)
        {
            buffer[i] = float.NaN;
        }

        return buffer;
    }
}
