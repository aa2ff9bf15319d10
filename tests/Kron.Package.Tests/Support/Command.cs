using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace Kron.Package.Tests.Support;

/// <summary>Runs programs as a user would from a shell.</summary>
internal static class Command
{
    /// <summary>Runs a program and returns what it prints on both streams.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="variables">Environment variables beside those of this process.</param>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="CommandException">It failed.</exception>
    public static async Task<string> Run(string folder, IReadOnlyDictionary<string, string> variables, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What `dotnet test` tells its own build must not reach another one.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        string text = await output + await error;
        return process.ExitCode == 0
            ? text
            : throw new CommandException($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {process.ExitCode}:{Environment.NewLine}{text}");
    }
}
