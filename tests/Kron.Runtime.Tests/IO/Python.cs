using System;
using System.ComponentModel;
using System.Diagnostics;

namespace Kron.Runtime.Tests.IO;

/// <summary>The Python of this machine, as an independent reader and writer of files.</summary>
internal static class Python
{
    /// <summary>The first interpreter with a module, or null: the one in use, then the distribution's.</summary>
    public static string? With(string module) => Array.Find(["python3", "/usr/bin/python3"], python => Has(python, module));

    /// <summary>Runs a script and returns what it prints.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static string Run(string python, string script, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(python, ["-c", script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string output = process.StandardOutput.ReadToEnd(), error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(error);
    }

    private static bool Has(string python, string module)
    {
        try
        {
            Run(python, $"import importlib.util, sys; sys.exit(importlib.util.find_spec('{module}') is None)");
            return true;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }
}
