using System;
using System.IO;

namespace Kron.Tests.Shared;

/// <summary>How a program ended, and what it printed.</summary>
internal sealed record CommandResult(Command Command, int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>What it printed on both streams.</summary>
    public string Text => Output + Error;

    /// <returns>This.</returns>
    /// <exception cref="CommandException">It failed.</exception>
    public CommandResult EnsureSuccess() => Succeeded ? this : throw new CommandException(ToString());

    public override string ToString() =>
        $"{Path.GetFileName(Command.Program)} {string.Join(' ', Command.Arguments)} ended with {ExitCode}:{Environment.NewLine}{Text}";
}
