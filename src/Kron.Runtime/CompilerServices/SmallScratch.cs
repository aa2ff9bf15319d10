using System;

namespace Kron.CompilerServices;

/// <summary>
/// A little scratch memory for each thread, which every small layer on it may use: no kernel runs inside another. To rent from
/// a pool takes a locked instruction, about a tenth of the time of the smallest layers.
/// </summary>
internal static unsafe class SmallScratch
{
    /// <summary>Floats of it; layers that need more take long enough to rent.</summary>
    public const int Floats = 4096;

    [ThreadStatic]
    private static AlignedBuffer? s_buffer;

    /// <summary>This thread's, 64-byte aligned, for as long as the thread lives.</summary>
    public static float* Pointer => (s_buffer ?? Make()).Pointer;

    private static AlignedBuffer Make() => s_buffer = new AlignedBuffer(Floats);
}
