using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kron.Decomposition;

/// <summary>Runs independent parts of a computation, in parallel where the platform has threads.</summary>
internal static class PartRunner
{
    /// <summary>Calls <paramref name="body"/> once for each part.</summary>
    /// <param name="parts">The number of parts.</param>
    /// <param name="body">Must not depend on the order of the parts.</param>
    /// <param name="cancellation">What the body throws for.</param>
    public static void Run(int parts, Action<int> body, CancellationToken cancellation = default) =>
        Run(parts, static () => default(NoState), (part, _) => body(part), cancellation);

    /// <summary>Calls <paramref name="body"/> once for each part, with memory of the thread's own.</summary>
    public static void Run<TState>(int parts, Func<TState> create, Action<int, TState> body, CancellationToken cancellation)
        where TState : IDisposable
    {
        int next = -1;
        void Work(int thread)
        {
            using TState state = create();
            for (int part = Interlocked.Increment(ref next); part < parts; part = Interlocked.Increment(ref next))
            {
                body(part, state);
            }
        }

        int threads = OperatingSystem.IsBrowser() ? 1 : Math.Min(parts, Environment.ProcessorCount);
        if (threads == 1)
        {
            Work(0);
            return;
        }

        // One at a time, so that a thread that was kept waiting has fewer of them. With the token, what the body throws for it comes out as it is.
        Parallel.For(0, threads, new ParallelOptions { CancellationToken = cancellation }, Work);
    }

    private readonly struct NoState : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
