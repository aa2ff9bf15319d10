using System;
using System.Linq;
using System.Runtime.Intrinsics;
using Kron.CompilerServices;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Layers;

public sealed class KernelTargetsTests
{
    private static readonly KernelTarget[] All =
        [KernelTarget.Scalar, KernelTarget.Vector128, KernelTarget.AdvSimd, KernelTarget.Avx2, KernelTarget.Avx512];

    [Fact]
    public void Every_supported_target_can_be_asked_for_and_every_other_is_refused()
    {
        foreach (KernelTarget target in All)
        {
            if (KernelTargets.IsSupported(target))
            {
                KernelTargets.Resolve(target, All).ShouldBe(target);
            }
            else
            {
                string message = Should.Throw<PlatformNotSupportedException>(() => KernelTargets.Resolve(target, All)).Message;
                message.ShouldContain(target.ToString());
                message.ShouldContain("Scalar");
            }
        }
    }

    [Fact]
    public void Best_is_the_widest_target_at_full_speed()
    {
        KernelTarget best = KernelTargets.Resolve(KernelTarget.Best, All);

        KernelTarget expected =
            KernelTargets.IsSupported(KernelTarget.Avx512) && Vector512.IsHardwareAccelerated ? KernelTarget.Avx512
            : KernelTargets.IsSupported(KernelTarget.Avx2) ? KernelTarget.Avx2
            : KernelTargets.IsSupported(KernelTarget.AdvSimd) ? KernelTarget.AdvSimd
            : Vector128.IsHardwareAccelerated ? KernelTarget.Vector128
            : KernelTarget.Scalar;
        best.ShouldBe(expected);
    }

    [Fact]
    public void Best_is_limited_to_what_was_emitted()
    {
        KernelTargets.Resolve(KernelTarget.Best, [KernelTarget.Scalar]).ShouldBe(KernelTarget.Scalar);
        KernelTargets.Resolve(KernelTarget.Best, [KernelTarget.Vector128]).ShouldBe(KernelTarget.Vector128);
    }

    [Fact]
    public void A_target_that_was_not_emitted_is_refused()
    {
        string message = Should.Throw<PlatformNotSupportedException>(
            () => KernelTargets.Resolve(KernelTarget.Scalar, [KernelTarget.Vector128])).Message;

        message.ShouldContain("Scalar");
        message.ShouldContain("not compiled for it");
        message.ShouldContain("Vector128");
    }

    [Fact]
    public void No_runnable_target_is_refused()
    {
        KernelTarget[] foreign = [.. All.Where(target => !KernelTargets.IsSupported(target))];

        foreign.ShouldNotBeEmpty();
        Should.Throw<PlatformNotSupportedException>(() => KernelTargets.Resolve(KernelTarget.Best, foreign));
    }
}
