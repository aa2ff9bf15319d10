using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Kron.Tests.Shared;

/// <summary>Programs of ARM64 Linux, made and run on x64 Linux.</summary>
internal static class Arm64Emulator
{
    private const string Program = "qemu-aarch64";

    // Where the distribution's compiler for ARM64 has that machine's libraries.
    private const string Sysroot = "/usr/aarch64-linux-gnu";

    private const string Packages = "apt-get install clang llvm qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross";

    private static readonly Lazy<string?> Obstacle = new(FindObstacle);

    /// <summary>What is missing to compile programs ahead of time and to run them, or null.</summary>
    public static string? Missing => Obstacle.Value;

    /// <summary>A program under emulation.</summary>
    public static Command Emulate(string program, params string[] arguments) => new(Program, ["-L", Sysroot, program, .. arguments]);

    private static string? FindObstacle()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return $"ARM64 is emulated on x64 Linux; this is {RuntimeInformation.RuntimeIdentifier}.";
        }

        string[] missing =
        [
            .. new[] { Program, "clang", "aarch64-linux-gnu-gcc", "llvm-objcopy" }.Where(tool => !Command.Exists(tool)),
            .. new[] { $"{Sysroot}/lib/libc.so.6" }.Where(file => !File.Exists(file)),
        ];
        return missing.Length == 0 ? null : $"No {string.Join(", no ", missing)} here. Debian: {Packages}.";
    }
}
