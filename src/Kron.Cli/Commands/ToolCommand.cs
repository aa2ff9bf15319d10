using System.Collections.Generic;
using System.CommandLine;

namespace Kron.Cli.Commands;

/// <summary>A command: it parses its options, calls the library, and writes a result as text or as JSON.</summary>
internal abstract class ToolCommand : Command
{
    protected ToolCommand(string name, string description, ToolConsole console)
        : base(name, description)
    {
        Console = console;
        SetAction(Run);
    }

    /// <summary>Command lines that help shows.</summary>
    public abstract IReadOnlyList<Example> Examples { get; }

    protected ToolConsole Console { get; }

    /// <summary>Runs the command.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    protected abstract int Run(ParseResult parsed);

    /// <summary>Whether the result is to be JSON.</summary>
    protected static bool IsJson(ParseResult parsed) => parsed.GetValue<bool>(KronCommand.JsonName);

    /// <summary>Tells the reader something beside the result.</summary>
    protected void Note(string text) => Console.Error.WriteLine(text);
}
