using System;
using System.ComponentModel;
using System.Linq;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Kron.CompilerServices;

/// <summary>Chooses the target a layer object runs on.</summary>
/// <remarks>
/// A generated class has a constructor that takes a <see cref="KernelTarget"/>. <see cref="KernelTarget.Best"/>, which the
/// parameterless constructor stands for, is the fastest emitted target of this machine; naming a target overrides that choice,
/// for instance to run AVX-512 kernels on a processor which the runtime holds to be faster with 256-bit vectors.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class KernelTargets
{
    private static ReadOnlySpan<KernelTarget> FastestFirst =>
        [KernelTarget.Avx512, KernelTarget.Avx2, KernelTarget.AdvSimd, KernelTarget.Vector128, KernelTarget.Scalar];

    /// <summary>Whether kernels of a target can run here, at whatever speed.</summary>
    /// <param name="target">The target; <see cref="KernelTarget.Best"/> always can.</param>
    public static bool IsSupported(KernelTarget target) => target switch
    {
        KernelTarget.Avx512 => Avx512F.IsSupported && Avx512F.VL.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported,
        KernelTarget.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        KernelTarget.AdvSimd => AdvSimd.Arm64.IsSupported,
        KernelTarget.Best or KernelTarget.Vector128 or KernelTarget.Scalar => true,
        _ => false,
    };

    /// <summary>Turns a request into one of the targets that were emitted.</summary>
    /// <param name="requested">
    /// A target, or <see cref="KernelTarget.Best"/>: the widest supported one that this machine runs at full speed.
    /// </param>
    /// <param name="emitted">The targets that the layer was compiled for.</param>
    /// <returns>A target of <paramref name="emitted"/> that is supported here; never <see cref="KernelTarget.Best"/>.</returns>
    /// <exception cref="PlatformNotSupportedException">
    /// The requested target was not emitted or is not supported here, or none of the emitted ones is. The message lists those available.
    /// </exception>
    public static KernelTarget Resolve(KernelTarget requested, ReadOnlySpan<KernelTarget> emitted)
    {
        if (requested != KernelTarget.Best)
        {
            return Contains(emitted, requested) && IsSupported(requested)
                ? requested
                : throw Unavailable(requested, emitted);
        }

        foreach (KernelTarget target in FastestFirst)
        {
            if (Contains(emitted, target) && IsFast(target))
            {
                return target;
            }
        }

        // A build narrowed to a target that is merely slow here still runs.
        foreach (KernelTarget target in FastestFirst)
        {
            if (Contains(emitted, target) && IsSupported(target))
            {
                return target;
            }
        }

        throw Unavailable(requested, emitted);
    }

    /// <summary>Multiply-adds per nanosecond of a good core, roughly: one vector per cycle at 4 GHz.</summary>
    /// <param name="target">A resolved target.</param>
    internal static int MultiplyAddsPerNanosecond(KernelTarget target) => 4 * target switch
    {
        KernelTarget.Avx512 => 16,
        KernelTarget.Avx2 => 8,
        KernelTarget.Scalar => 1,
        _ => 4,
    };

    // Vector512 counts as accelerated only where 512-bit code does not throttle the clock.
    private static bool IsFast(KernelTarget target) => IsSupported(target) && target switch
    {
        KernelTarget.Avx512 => Vector512.IsHardwareAccelerated,
        KernelTarget.Vector128 => Vector128.IsHardwareAccelerated,
        _ => true,
    };

    private static bool Contains(ReadOnlySpan<KernelTarget> targets, KernelTarget target)
    {
        foreach (KernelTarget candidate in targets)
        {
            if (candidate == target)
            {
                return true;
            }
        }

        return false;
    }

    private static PlatformNotSupportedException Unavailable(KernelTarget requested, ReadOnlySpan<KernelTarget> emitted)
    {
        KernelTarget[] targets = emitted.ToArray();
        string available = string.Join(", ", targets.Where(IsSupported));
        string reason = requested != KernelTarget.Best && targets.Contains(requested)
            ? "this machine does not support it"
            : "the layer was not compiled for it";
        return requested == KernelTarget.Best
            ? new PlatformNotSupportedException(
                $"The layer was compiled for {string.Join(", ", targets)}, and this machine supports none of them.")
            : new PlatformNotSupportedException(
                $"Target {requested} is not available: {reason}. Available here: {(available.Length == 0 ? "none" : available)}.");
    }
}
