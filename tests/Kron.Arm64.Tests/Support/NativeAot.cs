using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kron.Arm64.Tests.Support;

/// <summary>The ahead-of-time compiler, through the SDK's own commands.</summary>
internal static class NativeAot
{
    // The one that runs this process, where it says so.
    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    /// <summary>Fetches what publishing for a runtime needs.</summary>
    /// <param name="project">Path of the project file.</param>
    /// <param name="runtime">A runtime identifier, e.g. <c>linux-arm64</c>.</param>
    /// <returns>Null, or what is missing.</returns>
    public static string? Restore(string project, string runtime)
    {
        CommandResult? result = Command.Run(Dotnet, "restore", project, "-r", runtime, "--nologo");
        return result switch
        {
            null => $"'{Dotnet}' cannot be started",
            { Succeeded: false } => $"'{Path.GetFileName(project)}' cannot be restored for {runtime}: {FirstError(result)}",
            _ => null,
        };
    }

    /// <summary>Publishes a restored project for a runtime.</summary>
    /// <param name="project">Path of the project file.</param>
    /// <param name="runtime">A runtime identifier, e.g. <c>linux-arm64</c>.</param>
    /// <param name="folder">Where the program is put.</param>
    /// <param name="properties">MSBuild properties.</param>
    /// <returns>The program's path.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message is what the build said.</exception>
    public static string Publish(string project, string runtime, string folder, IReadOnlyDictionary<string, string> properties)
    {
        // Servers that outlive the build would keep the test run waiting.
        string[] options = ["--no-restore", "--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", .. properties.Select(p => $"-p:{p.Key}={p.Value}")];
        CommandResult? result = Command.Run(Dotnet, ["publish", project, "-c", "Release", "-r", runtime, "-o", folder, .. options]);
        return result is { Succeeded: true }
            ? Path.Combine(folder, Path.GetFileNameWithoutExtension(project))
            : throw new InvalidOperationException($"Publishing '{project}' for {runtime} failed:\n{result?.Output}{result?.Error}");
    }

    private static string FirstError(CommandResult result) =>
        result.Output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))?.Trim() ?? $"exit code {result.ExitCode}";
}
