using System;
using System.Threading;

namespace Kron.CompilerServices;

/// <summary>
/// A layer's parameters: a buffer of its own or, until someone asks for memory to write to, the values in the assembly's image.
/// </summary>
internal sealed unsafe class ParameterMemory
{
    private readonly int _length;
    private readonly EmbeddedFloats? _embedded;
    private AlignedBuffer? _own;

    /// <summary>Parameters that are zero.</summary>
    public ParameterMemory(int length)
    {
        _length = length;
        _own = new AlignedBuffer(length);
        Pointer = _own.Pointer;
    }

    /// <summary>The first values of an assembly's image.</summary>
    public ParameterMemory(EmbeddedFloats embedded, int length)
    {
        _length = length;
        _embedded = embedded;
        Pointer = embedded.Pointer;
    }

    /// <summary>The first float. It changes once where parameters are copied; what it pointed at stays valid, with the values it had.</summary>
    public float* Pointer { get; private set; }

    /// <summary>The values as they are, without a copy.</summary>
    public ReadOnlySpan<float> Values => new(Pointer, _length);

    /// <summary>The values, to be written.</summary>
    public Span<float> Span => (Volatile.Read(ref _own) ?? Copy()).Span;

    /// <summary>Bytes that the process holds for them.</summary>
    public long Bytes => (Volatile.Read(ref _own)?.Bytes ?? 0) + (_embedded?.CopiedBytes ?? 0);

    private AlignedBuffer Copy()
    {
        lock (_embedded!)
        {
            if (_own is { } other)
            {
                return other;
            }

            // Forward passes that run meanwhile read one memory or the other, and the same values.
            var own = new AlignedBuffer(_length);
            Values.CopyTo(own.Span);
            Pointer = own.Pointer;
            Volatile.Write(ref _own, own);
            return own;
        }
    }
}
