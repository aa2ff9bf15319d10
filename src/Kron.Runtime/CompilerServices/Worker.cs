using System;
using System.Diagnostics;
using System.Threading;

namespace Kron.CompilerServices;

/// <summary>A background thread of a <see cref="WorkerPool"/> and the slot through which it is given work.</summary>
/// <remarks>
/// The slot's state says who may touch it: a caller claims a worker that has nothing to do, writes the work and offers it;
/// the worker takes the offer unless the caller withdraws it first. Each of these is one interlocked exchange.
/// </remarks>
internal sealed unsafe class Worker
{
    /// <summary>No thread yet.</summary>
    private const int Unstarted = 0;

    /// <summary>Awake and looking for work.</summary>
    private const int Idle = 1;

    /// <summary>Blocked until it is signalled.</summary>
    private const int Asleep = 2;

    /// <summary>A caller is writing the slot.</summary>
    private const int Claimed = 3;

    /// <summary>The slot holds work that has not been begun.</summary>
    private const int Offered = 4;

    private const int Running = 5;

    /// <summary>A thread could not be made.</summary>
    private const int Unavailable = 6;

    // Looking for work costs a core; waking costs its caller some 20 microseconds. Spinning for a small multiple of that
    // bridges the gap between the calls of a loop, and wastes little after the last one.
    private static readonly long SpinTicks = Stopwatch.Frequency / 20_000;

    private readonly AutoResetEvent _wake = new(false);
    private delegate*<object, WorkShare*, void> _work;
    private object? _target;
    private WorkShare* _share;
    private int _state;

    /// <summary>Offers work to this worker if it has none. False if it is busy, or asleep and not to be woken.</summary>
    public bool TryOffer(delegate*<object, WorkShare*, void> work, object target, WorkShare* share, bool wake)
    {
        int state = Volatile.Read(ref _state);
        if (state is not (Idle or Asleep or Unstarted) || (state != Idle && !wake)
            || Interlocked.CompareExchange(ref _state, Claimed, state) != state)
        {
            return false;
        }

        if (state == Unstarted && !TryStart())
        {
            return false;
        }

        _work = work;
        _target = target;
        _share = share;
        share->AddHelper();
        Volatile.Write(ref _state, Offered);
        if (state == Asleep)
        {
            _wake.Set();
        }

        return true;
    }

    /// <summary>Takes back work that the worker has not begun, so that its caller need not wait for a thread that wakes late.</summary>
    /// <returns>Whether the worker had not begun.</returns>
    public bool TryWithdraw(WorkShare* share)
    {
        // Another caller's offer may lie in the slot by now; it is looked at only while it cannot change.
        if (Volatile.Read(ref _state) != Offered || Interlocked.CompareExchange(ref _state, Claimed, Offered) != Offered)
        {
            return false;
        }

        bool own = _share == share;
        if (own)
        {
            _target = null;
            share->RemoveHelper();
        }

        Volatile.Write(ref _state, own ? Idle : Offered);
        return own;
    }

    private bool TryStart()
    {
        var thread = new Thread(Loop) { IsBackground = true, Name = "Kron worker" };
        try
        {
            thread.UnsafeStart();
            return true;
        }
        catch (Exception failure) when (failure is OutOfMemoryException or ThreadStartException or PlatformNotSupportedException)
        {
            // The callers do all the work themselves.
            Volatile.Write(ref _state, Unavailable);
            return false;
        }
    }

    private void Loop()
    {
        long spinUntil = 0;
        while (true)
        {
            if (Volatile.Read(ref _state) == Offered && Interlocked.CompareExchange(ref _state, Running, Offered) == Offered)
            {
                Run();
                spinUntil = Stopwatch.GetTimestamp() + SpinTicks;
            }
            else if (Stopwatch.GetTimestamp() < spinUntil)
            {
                Thread.SpinWait(4);
            }
            else if (Interlocked.CompareExchange(ref _state, Asleep, Idle) == Idle)
            {
                // Who is woken and finds nothing came too late, perhaps because the cores are busy: then it does not spin.
                _wake.WaitOne();
            }
        }
    }

    private void Run()
    {
        WorkShare* share = _share;
        _work(_target!, share);
        _target = null;

        // First free for the next call, then done with this one: its caller may call again at once and shall find us free.
        Volatile.Write(ref _state, Idle);
        share->RemoveHelper();
    }
}
