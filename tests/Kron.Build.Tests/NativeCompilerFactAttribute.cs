using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Kron.Build.Tests;

/// <summary>A fact that publishes with NativeAOT, and is skipped where the linker that it needs is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeCompilerFactAttribute : FactAttribute
{
    public NativeCompilerFactAttribute() => Skip = OperatingSystem.IsLinux() && IsInstalled("clang") ? null : "NativeAOT on Linux needs clang and zlib1g-dev: apt-get install clang zlib1g-dev";

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
