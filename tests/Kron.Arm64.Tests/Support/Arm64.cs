using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kron.Arm64.Tests.Support;

/// <summary>What it takes to make and run ARM64 programs on this machine.</summary>
internal static class Arm64
{
    public const string Runtime = "linux-arm64";

    /// <summary>The environment variable that, set to <c>1</c>, makes a failure of what would be skipped.</summary>
    public const string RequiredVariable = "KRON_REQUIRE_ARM64";

    // Where the distribution's compiler for ARM64 has that machine's libraries.
    private const string Sysroot = "/usr/aarch64-linux-gnu";

    private const string Packages = "apt-get install clang llvm qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross";

    private static readonly Lazy<string?> Obstacle = new(FindObstacle);

    /// <summary>Why the tests are skipped here; null where they run.</summary>
    public static string? SkipReason => IsNative || Environment.GetEnvironmentVariable(RequiredVariable) != "1" ? Missing : null;

    /// <summary>Why nothing can be run here, or null.</summary>
    public static string? Missing => Obstacle.Value;

    /// <summary>The project whose program the tests run.</summary>
    public static string Project { get; } = Path.GetFullPath("../../Kron.Arm64.Checks/Kron.Arm64.Checks.csproj", ThisFolder());

    private static bool IsNative => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>Runs an ARM64 program under emulation.</summary>
    public static CommandResult Run(string program, params string[] arguments) =>
        Command.Run("qemu-aarch64", ["-L", Sysroot, program, .. arguments]) ?? throw new InvalidOperationException("There is no 'qemu-aarch64'.");

    private static string? FindObstacle()
    {
        if (IsNative)
        {
            return "This machine is ARM64 itself: here Kron.Kernels.Tests runs the NEON kernels.";
        }

        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return $"NEON kernels are emulated on x64 Linux; this is {RuntimeInformation.RuntimeIdentifier}.";
        }

        string[] missing =
        [
            .. new[] { "qemu-aarch64", "clang", "aarch64-linux-gnu-gcc", "llvm-objcopy" }.Where(tool => Command.Run(tool, "--version") is not { Succeeded: true }),
            .. new[] { $"{Sysroot}/lib/libc.so.6" }.Where(file => !File.Exists(file)),
        ];
        return missing.Length > 0
            ? $"No {string.Join(", no ", missing)} here. Debian: {Packages}."
            : NativeAot.Restore(Project, Runtime);
    }

    private static string ThisFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
