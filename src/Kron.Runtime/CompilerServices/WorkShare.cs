using System.Threading;

namespace Kron.CompilerServices;

/// <summary>Work divided into numbered parts that the caller and its helpers take one by one. It lives on the caller's stack.</summary>
/// <remarks>Whoever is free takes the next part, so that a thread which wakes late or loses its core delays nobody by more than one part.</remarks>
internal unsafe struct WorkShare
{
    private readonly int _parts;
    private int _next;
    private int _helpers;

    public WorkShare(void* state, int parts)
    {
        State = state;
        _parts = parts;
    }

    /// <summary>What the parts work on, of a type that the work knows.</summary>
    public void* State { get; }

    /// <summary>Whether helpers may still touch this share.</summary>
    public bool HasHelpers => Volatile.Read(ref _helpers) != 0;

    /// <summary>Takes the next part that nobody has taken.</summary>
    public bool TryNext(out int part)
    {
        part = Interlocked.Increment(ref _next) - 1;
        return part < _parts;
    }

    public void AddHelper() => Interlocked.Increment(ref _helpers);

    /// <summary>The helper's last access to the share, whose memory is the caller's again.</summary>
    public void RemoveHelper() => Interlocked.Decrement(ref _helpers);
}
