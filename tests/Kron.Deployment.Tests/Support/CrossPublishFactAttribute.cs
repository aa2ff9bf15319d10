using System;
using Kron.Tests.Shared;
using Xunit;

namespace Kron.Deployment.Tests.Support;

/// <summary>A fact that links a NativeAOT program for ARM64 Linux on x64 and runs it under emulation, and is skipped where that cannot be done.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CrossPublishFactAttribute : FactAttribute
{
    public CrossPublishFactAttribute() => Skip = Arm64Emulator.Missing;
}
