using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.IO;
using System.Linq;
using Kron.Cli.Commands;
using Kron.Cli.Output;

namespace Kron.Cli;

/// <summary>The tool apart from the process, so that a test can run it.</summary>
internal static class KronTool
{
    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, ToolConsole console)
    {
        var reporter = new ErrorReporter(console, args.Contains(KronCommand.JsonName), args.Contains(KronCommand.VerboseName));
        try
        {
            ParseResult parsed = new KronCommand(console).Parse(args);
            if (parsed.Action is ParseErrorAction)
            {
                string command = parsed.CommandResult.Command is ToolCommand { Name: string name } ? $"kron {name}" : "kron";
                return reporter.Report($"{parsed.Errors[0].Message} ({command} --help shows what there is)", ExitCode.Usage);
            }

            return parsed.Invoke(new InvocationConfiguration
            {
                Output = console.Output,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (OperationCanceledException)
        {
            return reporter.Report("cancelled; no file was written", ExitCode.Cancelled);
        }
        catch (ToolException error)
        {
            return reporter.Report(error.Message, error.ExitCode);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return reporter.Report(error.Message, ExitCode.Usage);
        }
        catch (OutOfMemoryException)
        {
            return reporter.Report("there is not enough memory for this weight", ExitCode.Usage);
        }
        catch (Exception error)
        {
            return reporter.ReportDefect(error);
        }
    }
}
