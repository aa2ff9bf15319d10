using System;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Kron.Benchmarks.Measure;

/// <summary>
/// Time that this thread has run, where the system tells (Linux): what it waits for a core that another process holds is
/// not counted. On an idle machine it is the time on the wall.
/// </summary>
internal static unsafe partial class ThreadClock
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Seconds since some moment.</summary>
    public static double Seconds
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;
            }

            Timespec time;
            int failed = ClockGetTime(ThreadCpuTime, &time);
            return failed == 0 ? time.Seconds + (time.Nanoseconds * 1e-9) : throw new InvalidOperationException("The system has no clock of a thread's time.");
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, Timespec* time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
