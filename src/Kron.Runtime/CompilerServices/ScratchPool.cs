using System.Threading;

namespace Kron.CompilerServices;

/// <summary>Scratch memory for concurrent calls: as many buffers as there were ever calls at once, lock-free to rent and return.</summary>
/// <remarks>
/// Buffers form a list that only grows, so a renter can walk it without any lock; a flag in each says whether it is taken.
/// A warm call therefore costs one interlocked exchange and allocates nothing.
/// </remarks>
internal sealed class ScratchPool
{
    private readonly int _floats;
    private Lease? _head;
    private int _count;

    public ScratchPool(int floats) => _floats = floats;

    /// <summary>Buffers the pool has made.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a buffer that no other call holds, or null when calls need no scratch.</summary>
    public Lease? Rent()
    {
        if (_floats == 0)
        {
            return null;
        }

        for (Lease? lease = Volatile.Read(ref _head); lease is not null; lease = lease.Next)
        {
            if (lease.TryTake())
            {
                return lease;
            }
        }

        return Grow(isTaken: true);
    }

    /// <summary>Makes sure that this many calls at once find a buffer.</summary>
    public void Reserve(int buffers)
    {
        while (_floats != 0 && Count < buffers)
        {
            Grow(isTaken: false);
        }
    }

    private Lease Grow(bool isTaken)
    {
        var buffer = new AlignedBuffer(_floats);
        while (true)
        {
            Lease? head = Volatile.Read(ref _head);
            var lease = new Lease(buffer, head, isTaken);
            if (Interlocked.CompareExchange(ref _head, lease, head) == head)
            {
                Interlocked.Increment(ref _count);
                return lease;
            }
        }
    }

    /// <summary>A buffer of the pool.</summary>
    internal sealed unsafe class Lease(AlignedBuffer buffer, Lease? next, bool isTaken)
    {
        private int _taken = isTaken ? 1 : 0;

        public Lease? Next { get; } = next;

        public float* Pointer { get; } = buffer.Pointer;

        // Keeps the memory behind the pointer alive for as long as the pool is.
        public AlignedBuffer Buffer { get; } = buffer;

        // The plain read first keeps a busy buffer's cache line from bouncing between the threads that pass by.
        public bool TryTake() => Volatile.Read(ref _taken) == 0 && Interlocked.Exchange(ref _taken, 1) == 0;

        public void Return() => Volatile.Write(ref _taken, 0);
    }
}
