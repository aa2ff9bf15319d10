namespace Kron.Cli.Output;

/// <summary>An error under --json.</summary>
/// <param name="Error">The message.</param>
/// <param name="ExitCode">What the process returns.</param>
internal sealed record ErrorResult(string Error, int ExitCode);
