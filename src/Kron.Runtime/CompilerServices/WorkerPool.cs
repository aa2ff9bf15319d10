using System;
using System.Threading;

namespace Kron.CompilerServices;

/// <summary>Threads that help a caller with work in parts. Calls allocate nothing once the threads have started.</summary>
/// <remarks>
/// The caller always works itself, and waits only for parts that a helper has begun. Any number of callers may run at once,
/// helpers among them: each takes the helpers that are free, and does alone what it finds no helper for.
/// </remarks>
internal sealed unsafe class WorkerPool
{
    // Nanoseconds of work, as the caller would take alone, that pay for handing a share of it to a helper that is awake. It
    // was measured to begin after 0.2 µs.
    private const long AwakeCost = 2_000;

    // The same for a helper that has to be woken, measured on a virtual machine, where that costs most: 18 µs in the caller's
    // own thread (90th percentile 22) and 13 µs (16) until the helper runs.
    private const long AsleepCost = 50_000;

    // Times the cost of waking a helper.
    private const int Negligible = 20;
    private const int LongestPause = 64;

    private readonly Worker[] _workers;
    private readonly long _handOverCost;
    private readonly long _wakeCost;
    private int _backoff;
    private int _pause;

    /// <summary>Makes a pool; its threads start when they are first needed.</summary>
    /// <param name="workers">The most threads beside the callers.</param>
    /// <param name="isEager">Whether helpers are asked however little there is to do; for tests.</param>
    public WorkerPool(int workers, bool isEager = false)
    {
        _handOverCost = isEager ? 0 : AwakeCost;
        _wakeCost = isEager ? 0 : AsleepCost;
        _workers = new Worker[workers];
        for (int i = 0; i < workers; i++)
        {
            _workers[i] = new Worker();
        }
    }

    /// <summary>The pool of the process: with the caller, one thread for each core.</summary>
    public static WorkerPool Shared { get; } = new(OperatingSystem.IsBrowser() ? 0 : Environment.ProcessorCount - 1);

    /// <summary>The most threads that work on something at once, the caller among them.</summary>
    /// <param name="most">A limit of the caller's.</param>
    /// <param name="cost">Nanoseconds that one thread would take, roughly.</param>
    public int Threads(int most, long cost) => (int)Math.Min(Math.Min(most, _workers.Length + 1), 1 + Helpers(cost, _handOverCost));

    /// <summary>Nanoseconds of a share of work that certainly pay for a helper.</summary>
    public long AmpleShare => _wakeCost / 2;

    /// <summary>Calls <paramref name="work"/> in this thread and in helpers; together they must take all parts of the share.</summary>
    /// <param name="work">Takes parts of the share until there are none; must not throw in a helper.</param>
    /// <param name="target">Passed to the work, and kept alive until it is done.</param>
    /// <param name="share">The parts, none of them taken, on the caller's stack.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <param name="cost">Nanoseconds that one thread would take for all parts, roughly.</param>
    public void Run(delegate*<object, WorkShare*, void> work, object target, WorkShare* share, int threads, long cost)
    {
        threads = Threads(threads, cost);
        if (threads == 1)
        {
            work(target, share);
            return;
        }

        (int asked, bool offered) = Offer(work, target, share, threads - 1, WakesNow(cost) ? Helpers(cost, _wakeCost) : 0);
        try
        {
            work(target, share);
        }
        finally
        {
            // The share's memory goes with the caller's frame, so no helper may be left that knows of it.
            bool late = false;
            for (int i = 0; i < asked; i++)
            {
                late |= _workers[i].TryWithdraw(share);
            }

            if (offered)
            {
                Adapt(late);
            }
            var spin = default(SpinWait);
            while (share->HasHelpers)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    // A helper that has not begun by the end was woken for nothing, most likely because other processes keep the cores busy.
    // Then fewer and fewer calls try it, one in 2, 3, 5, 9, …, but for those that would hardly notice. Racing callers may
    // miscount, which does no harm.
    private bool WakesNow(long cost)
    {
        int pause = _pause;
        if (pause == 0 || cost >= Negligible * _wakeCost)
        {
            return true;
        }

        _pause = pause - 1;
        return false;
    }

    private void Adapt(bool isLate)
    {
        _backoff = isLate ? Math.Min(Math.Max(1, 2 * _backoff), LongestPause) : 0;
        _pause = _backoff;
    }

    private static long Helpers(long cost, long each) => each == 0 ? int.MaxValue : cost / each;

    /// <summary>Offers the work to this many workers, if they are free; returns how many it asked, and whether one took it.</summary>
    private (int Asked, bool Offered) Offer(delegate*<object, WorkShare*, void> work, object target, WorkShare* share, int helpers, long wakes)
    {
        int asked = 0, missing = helpers;
        for (; asked < _workers.Length && missing > 0; asked++)
        {
            if (_workers[asked].TryOffer(work, target, share, wakes > 0))
            {
                missing--;
                wakes--;
            }
        }

        return (asked, missing < helpers);
    }
}
