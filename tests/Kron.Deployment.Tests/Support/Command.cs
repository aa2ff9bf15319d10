using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Threading.Tasks;

namespace Kron.Deployment.Tests.Support;

/// <summary>What a program of this machine returned and wrote.</summary>
internal sealed record Command(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="input">What it reads from its input.</param>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its command line.</param>
    /// <exception cref="Win32Exception">There is no such program.</exception>
    public static Command Run(ReadOnlySpan<byte> input, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_NOLOGO"] = start.Environment["MSBUILDDISABLENODEREUSE"] = "1";

        // Those of a test under the SDK's own MSBuild would lead a nested one astray.
        foreach (string name in (string[])["MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly"])
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return new Command(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Whether a program can be started.</summary>
    public static bool Exists(string program)
    {
        try
        {
            Run([], program, "--version");
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
