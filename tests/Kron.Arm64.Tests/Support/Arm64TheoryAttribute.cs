using System;
using Xunit;

namespace Kron.Arm64.Tests.Support;

/// <summary>A theory that needs an emulated ARM64 machine, and is skipped where there is none unless <c>KRON_REQUIRE_ARM64</c> is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Arm64TheoryAttribute : TheoryAttribute
{
    public Arm64TheoryAttribute() => Skip = Arm64.SkipReason;
}
