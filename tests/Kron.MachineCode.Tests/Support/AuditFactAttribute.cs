using System;
using Xunit;

namespace Kron.MachineCode.Tests.Support;

/// <summary>A fact about machine code of one target, skipped where that cannot be made unless <c>KRON_REQUIRE_ARM64</c> is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AuditFactAttribute : FactAttribute
{
    public AuditFactAttribute(KernelTarget target) => Skip = TakenApart.SkipReason(target == KernelTarget.AdvSimd ? Platform.Neon : Platform.Avx512);
}
