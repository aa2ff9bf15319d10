using System;
using System.Runtime.InteropServices;
using Kron.Tests.Shared;

namespace Kron.Arm64.Tests.Support;

/// <summary>What it takes to make and run the program with the checks on this machine.</summary>
internal static class Arm64
{
    public const string Runtime = "linux-arm64";

    /// <summary>The environment variable that, set to <c>1</c>, makes a failure of what would be skipped.</summary>
    public const string RequiredVariable = "KRON_REQUIRE_ARM64";

    private static readonly Lazy<string?> Obstacle = new(FindObstacle);

    /// <summary>Why the tests are skipped here; null where they run.</summary>
    public static string? SkipReason => IsNative || Environment.GetEnvironmentVariable(RequiredVariable) != "1" ? Missing : null;

    /// <summary>Why nothing can be run here, or null.</summary>
    public static string? Missing => Obstacle.Value;

    /// <summary>The project whose program the tests run.</summary>
    public static string Project { get; } = Repository.Path("tests/Kron.Arm64.Checks/Kron.Arm64.Checks.csproj");

    private static bool IsNative => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static string? FindObstacle() => IsNative
        ? "This machine is ARM64 itself: here Kron.Kernels.Tests runs the NEON kernels."
        : Arm64Emulator.Missing ?? NativeAot.Restore(Project, Runtime);
}
