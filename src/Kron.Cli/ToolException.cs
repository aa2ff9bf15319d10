using System;

namespace Kron.Cli;

/// <summary>An end that the user is told about in one message: what was expected and what came.</summary>
internal sealed class ToolException(string message, int exitCode = ExitCode.Usage, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
