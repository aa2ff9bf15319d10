namespace Kron.Cli.Commands;

/// <summary>A command line that help shows.</summary>
/// <param name="CommandLine">What to type.</param>
/// <param name="Purpose">What it does.</param>
internal sealed record Example(string CommandLine, string Purpose);
