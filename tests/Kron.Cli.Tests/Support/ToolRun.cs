using System.IO;
using System.Text.Json;
using System.Threading;
using Shouldly;

namespace Kron.Cli.Tests.Support;

/// <summary>What one run of the tool returned and wrote.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a command line with both streams redirected.</summary>
    public static ToolRun Of(params string[] args) => Of(terminal: false, colours: false, args, CancellationToken.None);

    /// <summary>Runs a command line on given terminals.</summary>
    public static ToolRun Of(bool terminal, bool colours, string[] args, CancellationToken cancellation)
    {
        using StringWriter output = new(), error = new();
        int exitCode = KronTool.Run(args, new ToolConsole
        {
            Output = output,
            Error = error,
            OutputIsTerminal = terminal,
            ErrorIsTerminal = terminal,
            Colours = colours,
            Cancellation = cancellation,
        });
        return new ToolRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The output of a run that succeeds.</summary>
    public static string Succeed(params string[] args)
    {
        ToolRun run = Of(args);
        run.ExitCode.ShouldBe(0, run.Error);
        return run.Output;
    }

    /// <summary>The JSON of a run that succeeds.</summary>
    public static JsonElement Json(params string[] args) => Parse(Succeed([.. args, "--json"]));

    /// <summary>The message of a run that ends with an exit code and no output.</summary>
    public static string Fail(int exitCode, params string[] args)
    {
        ToolRun run = Of(args);
        run.ExitCode.ShouldBe(exitCode, run.Error);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldStartWith("kron: ");
        run.Error.ShouldNotContain("   at ");
        return run.Error;
    }

    public static JsonElement Parse(string text) => JsonDocument.Parse(text).RootElement;
}
