using System;
using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Kron.Runtime.Tests.IO;

/// <summary>A fact that needs <c>python3</c> with NumPy, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NumpyFactAttribute : FactAttribute
{
    // The one in use, then the distribution's.
    private static readonly Lazy<string?> Python = new(() => Array.Find(["python3", "/usr/bin/python3"], HasNumpy));

    public NumpyFactAttribute() => Skip = Python.Value is null ? "python3 has no NumPy here" : null;

    /// <summary>Runs a script and returns what it prints.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static string Run(string script, params string[] arguments) => Run(Python.Value!, script, arguments);

    private static bool HasNumpy(string python)
    {
        try
        {
            Run(python, "import numpy", []);
            return true;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Run(string python, string script, string[] arguments)
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
}
