using System;
using System.Runtime.InteropServices;
using Kron.Tests.Shared;
using Xunit;

namespace Kron.Deployment.Tests.Support;

/// <summary>A theory that links a NativeAOT program for x64 Linux, and is skipped where that cannot be done.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PublishTheoryAttribute : TheoryAttribute
{
    public PublishTheoryAttribute() => Skip =
        !OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64 ? "needs Linux on x64"
        : !Command.Exists("clang") || !Command.Exists("readelf") ? "needs clang and readelf (Debian: clang, binutils)"
        : null;
}
