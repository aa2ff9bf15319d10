using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Threading.Tasks;

namespace Kron.Cuda.Tests.Support;

/// <summary>What a program that ran to its end printed.</summary>
internal sealed record Command(int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Null where there is no such program.</returns>
    public static Command? Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;

            // Both at once: a full pipe would stop the program.
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new Command(process.ExitCode, output, error.Result);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
