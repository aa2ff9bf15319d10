using System;
using System.IO;
using System.Linq;

namespace Kron.Tests.Shared;

/// <summary>The ahead-of-time compiler, through the SDK's own commands.</summary>
internal static class NativeAot
{
    /// <summary>Fetches what publishing for a runtime needs.</summary>
    /// <param name="project">Path of the project file.</param>
    /// <param name="runtime">A runtime identifier, e.g. <c>linux-arm64</c>.</param>
    /// <returns>Null, or what is missing.</returns>
    public static string? Restore(string project, string runtime)
    {
        CommandResult result = Command.Dotnet("restore", project, "-r", runtime, "--nologo").Run();
        return result.Succeeded ? null : $"'{Path.GetFileName(project)}' cannot be restored for {runtime}: {FirstError(result)}";
    }

    /// <summary>Publishes a project for a runtime.</summary>
    /// <param name="project">Path of the project file, or its folder.</param>
    /// <param name="runtime">A runtime identifier, e.g. <c>linux-arm64</c>.</param>
    /// <param name="folder">Where the program is put.</param>
    /// <param name="options">Further options, properties among them.</param>
    /// <returns>What the build printed.</returns>
    /// <exception cref="CommandException">It failed.</exception>
    public static string Publish(string project, string runtime, string folder, params string[] options) =>
        Command.Dotnet(["publish", project, "-c", "Release", "-r", runtime, "-o", folder, "--nologo", "-p:UseSharedCompilation=false", .. options]).Run().EnsureSuccess().Text;

    private static string FirstError(CommandResult result) =>
        result.Output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))?.Trim() ?? $"exit code {result.ExitCode}";
}
