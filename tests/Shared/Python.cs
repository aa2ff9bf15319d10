using System;
using System.ComponentModel;

namespace Kron.Tests.Shared;

/// <summary>The Python of this machine, as an independent reader and writer of files.</summary>
internal static class Python
{
    /// <summary>The first interpreter with a module, or null: the one in use, then the distribution's.</summary>
    public static string? With(string module) => Array.Find(["python3", "/usr/bin/python3"], python => Has(python, module));

    /// <summary>Runs a script and returns what it prints.</summary>
    /// <exception cref="CommandException">It failed.</exception>
    public static string Run(string python, string script, params string[] arguments) =>
        new Command(python, ["-c", script, .. arguments]).Run().EnsureSuccess().Output;

    private static bool Has(string python, string module)
    {
        try
        {
            return new Command(python, "-c", $"import importlib.util, sys; sys.exit(importlib.util.find_spec('{module}') is None)").Run().Succeeded;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
