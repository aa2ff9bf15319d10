using System;

namespace Kron.Cli.Output;

/// <summary>Says what went wrong: one message on standard error, and the same as JSON on standard output where JSON is asked for.</summary>
internal sealed class ErrorReporter(ToolConsole console, bool json, bool verbose)
{
    /// <summary>Reports an end that the user can do something about.</summary>
    /// <returns>The exit code.</returns>
    public int Report(string message, int exitCode)
    {
        console.Error.WriteLine($"kron: {message}");
        if (json)
        {
            JsonOutput.Write(console, new ErrorResult(message, exitCode));
        }

        return exitCode;
    }

    /// <summary>Reports an error of the tool itself.</summary>
    public int ReportDefect(Exception error)
    {
        int exitCode = Report(
            $"unexpected error: {error.Message} ({error.GetType().Name}). Please report it with the command line"
            + (verbose ? "." : " and what --verbose adds."),
            ExitCode.Internal);
        if (verbose)
        {
            console.Error.WriteLine(error);
        }

        return exitCode;
    }
}
