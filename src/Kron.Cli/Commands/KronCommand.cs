using System.CommandLine;
using System.CommandLine.Help;

namespace Kron.Cli.Commands;

/// <summary>The root of the command line.</summary>
internal sealed class KronCommand : RootCommand
{
    public const string JsonName = "--json";
    public const string VerboseName = "--verbose";

    public KronCommand(ToolConsole console)
        : base("Compresses trained neural-network layers to sums of Kronecker products, and shows the C# that runs them.")
    {
        foreach (Option option in Options)
        {
            if (option is HelpOption { Action: HelpAction help })
            {
                option.Action = new HelpWithExamples(help);
            }
        }

        Add(new Option<bool>(JsonName) { Description = "Write one JSON value to standard output, an error too, and nothing else there", Recursive = true });
        Add(new Option<bool>(VerboseName) { Description = "Show the stack trace of an unexpected error", Recursive = true });
        Add(new InspectCommand(console));
        Add(new FitCommand(console));
        Add(new SearchCommand(console));
        Add(new BenchCommand(console));
        Add(new MergeLoKrCommand(console));
        Add(new ExportCommand(console));
        SetAction(parsed =>
        {
            Parse("--help").Invoke(new InvocationConfiguration { Output = console.Error, Error = console.Error });
            return ExitCode.Usage;
        });
    }
}
