using System;
using System.Runtime.InteropServices;
using Xunit;

namespace Kron.Deployment.Tests.Support;

/// <summary>A fact that links a NativeAOT program for ARM64 Linux on x64 and runs it under emulation, and is skipped where that cannot be done.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CrossPublishFactAttribute : FactAttribute
{
    /// <summary>The C library that an emulated program loads.</summary>
    public const string Libraries = "/usr/aarch64-linux-gnu";

    public const string Emulator = "qemu-aarch64";

    public CrossPublishFactAttribute() => Skip =
        !OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64 ? "needs Linux on x64"
        : !Command.Exists("clang") || !Command.Exists("aarch64-linux-gnu-gcc") || !Command.Exists("llvm-objcopy") || !Command.Exists(Emulator)
            ? "needs a cross-compiler and an emulator (Debian: clang, llvm, gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, qemu-user)"
        : null;
}
