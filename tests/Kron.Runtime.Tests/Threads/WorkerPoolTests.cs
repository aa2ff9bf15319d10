using System;
using System.Linq;
using System.Threading;
using Kron.CompilerServices;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Threads;

public sealed unsafe class WorkerPoolTests
{
    private const long Large = 1_000_000_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(0, 4, 9)]
    [InlineData(1, 2, 1)]
    [InlineData(3, 4, 0)]
    [InlineData(3, 4, 2)]
    [InlineData(3, 2, 1000)]
    [InlineData(7, 100, 1000)]
    public void Every_part_is_done_once(int workers, int threads, int parts)
    {
        var pool = new WorkerPool(workers, isEager: true);
        for (int i = 0; i < 200; i++)
        {
            Done(pool, parts, threads).ShouldAllBe(count => count == 1);
        }
    }

    [Theory]
    [InlineData(1, 2, 2)]
    [InlineData(3, 4, 4)]
    [InlineData(3, 2, 2)]
    [InlineData(2, 8, 3)]
    public void Helpers_work_at_the_same_time(int workers, int threads, int expected)
    {
        var pool = new WorkerPool(workers, isEager: true);
        for (int i = 0; i < 20; i++)
        {
            using var meeting = new Meeting(expected);
            Run(pool, &Meet, meeting, threads, threads, Large);
            meeting.Threads.ShouldBe(expected);
            meeting.Came.ShouldBeTrue();
        }
    }

    [Fact]
    public void Little_work_stays_with_the_caller()
    {
        var pool = new WorkerPool(3);
        var log = new ThreadLog();
        for (int i = 0; i < 100; i++)
        {
            Run(pool, &LogThread, log, parts: 50, threads: 4, cost: 1_000);
        }

        log.Others.ShouldBe(0);
        pool.Threads(4, 1_000).ShouldBe(1);
        pool.Threads(4, Large).ShouldBe(4);
        pool.Threads(9, Large).ShouldBe(4);
    }

    [Fact]
    public void Many_callers_share_the_workers()
    {
        const int Callers = 8;
        var pool = new WorkerPool(3, isEager: true);
        var wrong = new int[Callers];
        using var start = new Barrier(Callers);
        Thread[] callers = [.. Enumerable.Range(0, Callers).Select(id => new Thread(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < 3000; i++)
            {
                wrong[id] += Done(pool, 1 + ((id + i) % 13), 1 + (i % 5)).All(count => count == 1) ? 0 : 1;
            }
        }))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());

        wrong.ShouldAllBe(count => count == 0);
    }

    [Fact]
    public void Work_may_use_the_pool_itself()
    {
        var pool = new WorkerPool(2, isEager: true);
        for (int i = 0; i < 500; i++)
        {
            var outer = new Nested(pool);
            Run(pool, &RunInner, outer, Nested.Parts, 3, Large);
            outer.Wrong.ShouldBe(0);
        }
    }

    [Fact]
    public void Workers_that_have_fallen_asleep_are_woken()
    {
        var pool = new WorkerPool(2, isEager: true);
        for (int i = 0; i < 5; i++)
        {
            Thread.Sleep(20);
            using var meeting = new Meeting(3);
            Run(pool, &Meet, meeting, 3, 3, Large);
            meeting.Came.ShouldBeTrue();
        }
    }

    [Fact]
    public void A_failure_in_the_caller_waits_for_the_helpers()
    {
        var pool = new WorkerPool(1, isEager: true);
        for (int i = 0; i < 200; i++)
        {
            var failing = new Failing();
            Should.Throw<InvalidOperationException>(() => Run(pool, &Fail, failing, 100, 2, Large));
            int done = failing.Done;
            Thread.Yield();
            failing.Done.ShouldBe(done);
        }
    }

    private static void Run(WorkerPool pool, delegate*<object, WorkShare*, void> work, object target, int parts, int threads, long cost)
    {
        var share = new WorkShare(null, parts);
        pool.Run(work, target, &share, threads, cost);
    }

    private static int[] Done(WorkerPool pool, int parts, int threads)
    {
        int[] counts = new int[parts];
        Run(pool, &Count, counts, parts, threads, Large);
        return counts;
    }

    private static void Count(object target, WorkShare* share)
    {
        while (share->TryNext(out int part))
        {
            Interlocked.Increment(ref ((int[])target)[part]);
        }
    }

    private static void Meet(object target, WorkShare* share) => ((Meeting)target).Arrive();

    private static void LogThread(object target, WorkShare* share)
    {
        while (share->TryNext(out _))
        {
            ((ThreadLog)target).Add();
        }
    }

    private static void RunInner(object target, WorkShare* share)
    {
        var nested = (Nested)target;
        while (share->TryNext(out _))
        {
            nested.Add(Done(nested.Pool, 7, 3).All(count => count == 1));
        }
    }

    private static void Fail(object target, WorkShare* share)
    {
        var failing = (Failing)target;
        Thread.SpinWait(100);
        if (Environment.CurrentManagedThreadId == failing.Caller)
        {
            throw new InvalidOperationException("The caller's work fails.");
        }

        while (share->TryNext(out _))
        {
            Thread.SpinWait(50);
            failing.Count();
        }
    }

    /// <summary>Where as many threads as expected have to be at once.</summary>
    private sealed class Meeting(int expected) : IDisposable
    {
        private readonly CountdownEvent _missing = new(expected);
        private int _threads;
        private int _alone;

        public int Threads => _threads;

        public bool Came => _alone == 0;

        public void Arrive()
        {
            Interlocked.Increment(ref _threads);
            _missing.Signal();
            if (!_missing.Wait(Patience))
            {
                Interlocked.Increment(ref _alone);
            }
        }

        public void Dispose() => _missing.Dispose();
    }

    private sealed class ThreadLog
    {
        private readonly int _caller = Environment.CurrentManagedThreadId;
        private int _others;

        public int Others => _others;

        public void Add()
        {
            if (Environment.CurrentManagedThreadId != _caller)
            {
                Interlocked.Increment(ref _others);
            }
        }
    }

    private sealed class Nested(WorkerPool pool)
    {
        public const int Parts = 11;

        private int _wrong;

        public WorkerPool Pool => pool;

        public int Wrong => _wrong;

        public void Add(bool isRight)
        {
            if (!isRight)
            {
                Interlocked.Increment(ref _wrong);
            }
        }
    }

    private sealed class Failing
    {
        private int _done;

        public int Caller { get; } = Environment.CurrentManagedThreadId;

        public int Done => Volatile.Read(ref _done);

        public void Count() => Interlocked.Increment(ref _done);
    }
}
