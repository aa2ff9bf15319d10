using System;
using System.IO;
using System.Threading;
using Kron.Cli.Output;
using Spectre.Console;

namespace Kron.Cli;

/// <summary>Where a command writes, what the terminals there can do, and how it is cancelled.</summary>
internal sealed class ToolConsole
{
    // Nothing is wrapped or cut in a file or a pipe.
    private const int UnlimitedWidth = 10_000;

    /// <summary>The result: what a pipe or a file is to receive.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Errors, notes and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether a person reads <see cref="Output"/>.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person reads <see cref="Error"/>, so that progress may be drawn there.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether a terminal may get colours.</summary>
    public bool Colours { get; init; }

    /// <summary>Cancelled by Ctrl+C.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The console of the process. Colours obey NO_COLOR (no-color.org), and a dumb terminal is none.</summary>
    public static ToolConsole OfProcess(CancellationToken cancellation)
    {
        bool capable = Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new ToolConsole
        {
            Output = Console.Out,
            Error = Console.Error,
            OutputIsTerminal = capable && !Console.IsOutputRedirected,
            ErrorIsTerminal = capable && !Console.IsErrorRedirected,
            Colours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Cancellation = cancellation,
        };
    }

    /// <summary>Draws tables on <see cref="Output"/>.</summary>
    public IAnsiConsole Tables => Create(Output, OutputIsTerminal, ansi: OutputIsTerminal && Colours);

    /// <summary>Draws tables and progress on <see cref="Error"/>.</summary>
    public IAnsiConsole Notes => Create(Error, ErrorIsTerminal, ansi: ErrorIsTerminal);

    private IAnsiConsole Create(TextWriter writer, bool terminal, bool ansi)
    {
        // A Windows console has to be asked whether it knows escape sequences.
        AnsiSupport support = OperatingSystem.IsWindows() ? AnsiSupport.Detect : AnsiSupport.Yes;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? support : AnsiSupport.No,
            ColorSystem = ansi && Colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(terminal ? writer : new TrimmedWriter(writer)),
        });
        if (!terminal)
        {
            console.Profile.Width = UnlimitedWidth;
        }

        return console;
    }
}
