using System;
using System.Linq;
using System.Runtime.InteropServices;
using Kron.Tests.Shared;
using Xunit;

namespace Kron.Deployment.Tests.Support;

/// <summary>A theory that links a NativeAOT library for x64 Linux and programs in C that use it, and is skipped where that cannot be done.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeLibraryTheoryAttribute : TheoryAttribute
{
    private static readonly string[] Tools = ["clang", "cc", "c++", "readelf", "python3"];

    public NativeLibraryTheoryAttribute() => Skip =
        !OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64 ? "needs Linux on x64"
        : !Tools.All(Command.Exists) ? "needs clang, a C and a C++ compiler, binutils and Python (Debian: clang, g++, zlib1g-dev, python3)"
        : null;
}
