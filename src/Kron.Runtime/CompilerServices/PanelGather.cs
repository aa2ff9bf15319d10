using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Kron.CompilerServices;

/// <summary>Fills panels where no inner dimension lies together in the source: lane by lane, and by vectors where lanes do.</summary>
internal static unsafe class PanelGather
{
    /// <summary>Some lanes at one step of the loops.</summary>
    private interface IPiece
    {
        /// <summary>Copies lanes that lie at <paramref name="at"/> floats from the given places.</summary>
        static abstract void Copy(float* lane0, float* lane1, float* lane2, float* lane3, long at, float* to);
    }

    /// <summary>Copies all lanes; those that lie together as vectors, the others by fours.</summary>
    /// <param name="from">The source, to which <paramref name="offsets"/> are added.</param>
    /// <param name="offsets">Where each lane lies.</param>
    /// <param name="used">Lanes.</param>
    /// <param name="to">The panel.</param>
    /// <param name="around">The loop around the steps.</param>
    /// <param name="steps">The innermost loop.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* from, long* offsets, int used, float* to, PanelAxis around, PanelAxis steps)
    {
        for (int lane = 0; lane < used;)
        {
            int run = Run(offsets + lane, used - lane);
            if (run < 4 && used - lane is > 0 and < 4 && used >= 4)
            {
                // The last four, some of them once more.
                lane = used - 4;
                run = Run(offsets + lane, 4);
            }

            if (run >= 16)
            {
                Walk<Sixteen>(from, offsets + lane, to + lane, around, steps);
                lane += 16;
            }
            else if (run >= 8)
            {
                Walk<Eight>(from, offsets + lane, to + lane, around, steps);
                lane += 8;
            }
            else if (run >= 4)
            {
                Walk<Four>(from, offsets + lane, to + lane, around, steps);
                lane += 4;
            }
            else if (used - lane < 4)
            {
                Walk<One>(from, offsets + lane, to + lane, around, steps);
                lane++;
            }
            else if (run >= 2 && offsets[lane + 3] == offsets[lane + 2] + 1)
            {
                Walk<TwoPairs>(from, offsets + lane, to + lane, around, steps);
                lane += 4;
            }
            else
            {
                Walk<FourApart>(from, offsets + lane, to + lane, around, steps);
                lane += 4;
            }
        }
    }

    /// <summary>Lanes from the first that lie together.</summary>
    private static int Run(long* offsets, int count)
    {
        int run = 1;
        while (run < count && offsets[run] == offsets[0] + run)
        {
            run++;
        }

        return run;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Walk<TPiece>(float* from, long* offsets, float* to, PanelAxis around, PanelAxis steps)
        where TPiece : struct, IPiece
    {
        bool isQuad = typeof(TPiece) == typeof(TwoPairs) || typeof(TPiece) == typeof(FourApart);
        float* lane0 = from + offsets[0];
        float* lane1 = isQuad ? from + offsets[1] : null;
        float* lane2 = isQuad ? from + offsets[2] : null;
        float* lane3 = isQuad ? from + offsets[3] : null;
        for (int i = 0; i < around.Count; i++)
        {
            long at = i * around.From;
            float* target = to + (i * around.To);
            for (int step = 0; step < steps.Count; step++)
            {
                TPiece.Copy(lane0, lane1, lane2, lane3, at, target);
                at += steps.From;
                target += steps.To;
            }
        }
    }

    private readonly struct One : IPiece
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Copy(float* lane0, float* lane1, float* lane2, float* lane3, long at, float* to) => *to = lane0[at];
    }

    private readonly struct Four : IPiece
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Copy(float* lane0, float* lane1, float* lane2, float* lane3, long at, float* to) =>
            Vector128.Load(lane0 + at).Store(to);
    }

    private readonly struct Eight : IPiece
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Copy(float* lane0, float* lane1, float* lane2, float* lane3, long at, float* to) =>
            Vector256.Load(lane0 + at).Store(to);
    }

    private readonly struct Sixteen : IPiece
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Copy(float* lane0, float* lane1, float* lane2, float* lane3, long at, float* to)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Vector512.Load(lane0 + at).Store(to);
            }
            else
            {
                Vector256.Load(lane0 + at).Store(to);
                Vector256.Load(lane0 + at + 8).Store(to + 8);
            }
        }
    }

    private readonly struct TwoPairs : IPiece
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Copy(float* lane0, float* lane1, float* lane2, float* lane3, long at, float* to) =>
            Vector128.Create(*(double*)(lane0 + at), *(double*)(lane2 + at)).Store((double*)to);
    }

    private readonly struct FourApart : IPiece
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Copy(float* lane0, float* lane1, float* lane2, float* lane3, long at, float* to) =>
            Vector128.Create(lane0[at], lane1[at], lane2[at], lane3[at]).Store(to);
    }
}
