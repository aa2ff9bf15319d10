using System;
using System.Runtime.InteropServices;

namespace Kron;

/// <summary>Memory in pages of two megabytes, where the system has them for whoever asks.</summary>
/// <remarks>
/// The first touch of a page costs more than filling it: with ordinary pages that is most of the time in which a large layer is
/// made. Whoever streams through large weights misses fewer translations of addresses as well.
/// </remarks>
internal static unsafe partial class HugePages
{
    private const nuint Size = 1 << 21;
    private const int AdviseHugePage = 14;

    // Some systems have no such function, and then none is asked again.
    private static bool s_isMissing = !OperatingSystem.IsLinux();

    /// <summary>Asks for those that lie within a block whole, so that it takes no more memory; to be called before it is touched.</summary>
    public static void Advise(void* start, nuint bytes)
    {
        nuint first = ((nuint)start + (Size - 1)) & ~(Size - 1), end = ((nuint)start + bytes) & ~(Size - 1);
        if (first >= end || s_isMissing)
        {
            return;
        }

        try
        {
            // A refusal changes nothing.
            _ = AdviseMemory((void*)first, end - first, AdviseHugePage);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            s_isMissing = true;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseMemory(void* address, nuint length, int advice);
}
