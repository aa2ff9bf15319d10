using System;
using Xunit;

namespace Kron.Cuda.Tests.Support;

/// <summary>A theory that needs the stand-in for CUDA's libraries, and is skipped where it cannot be made unless <c>KRON_REQUIRE_CUDA_STANDIN</c> is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StandinTheoryAttribute : TheoryAttribute
{
    public StandinTheoryAttribute() => Skip = Standin.SkipReason;
}
