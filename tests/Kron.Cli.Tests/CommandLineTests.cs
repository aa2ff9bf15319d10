using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.Json;
using Kron.Cli.Commands;
using Kron.Cli.Tests.Support;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Cli.Tests;

public class CommandLineTests
{
    public static TheoryData<string> Names => [.. Commands().Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Help_of_every_command_has_examples_that_parse_and_the_exit_codes(string name)
    {
        string help = ToolRun.Succeed(name, "--help");
        help.ShouldContain("Examples:");
        help.ShouldContain("130  cancelled");
        foreach (Example example in Commands().Single(command => command.Name == name).Examples)
        {
            help.ShouldContain(example.CommandLine);
            example.CommandLine.ShouldStartWith($"kron {name} ");
            Root().Parse(example.CommandLine["kron ".Length..]).Errors.ShouldBeEmpty();
        }
    }

    [Fact]
    public void Without_a_command_help_is_an_error()
    {
        ToolRun run = ToolRun.Of();
        run.ExitCode.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldContain("inspect");
    }

    [Fact]
    public void A_wrong_option_is_one_line_and_exit_code_2() =>
        ToolRun.Fail(2, "inspect", "a.npy", "--colour").ShouldBe(
            $"kron: Unrecognized command or argument '--colour'. (kron inspect --help shows what there is){System.Environment.NewLine}");

    [Fact]
    public void Under_json_an_error_is_json_on_standard_output()
    {
        ToolRun run = ToolRun.Of("inspect", "missing.npy", "--json");
        run.ExitCode.ShouldBe(2);
        JsonElement error = ToolRun.Parse(run.Output);
        error.GetProperty("error").GetString().ShouldBe("there is no file 'missing.npy'");
        error.GetProperty("exitCode").GetInt32().ShouldBe(2);
        run.Error.ShouldBe($"kron: there is no file 'missing.npy'{System.Environment.NewLine}");
    }

    [Fact]
    public void An_error_of_the_tool_itself_shows_its_stack_only_on_request()
    {
        ToolConsole broken = new() { Output = new BrokenWriter(), Error = new StringWriter() };
        KronTool.Run(["inspect", "--help"], broken).ShouldBe(70);
        broken.Error.ToString()!.ShouldStartWith("kron: unexpected error: out of order");
        broken.Error.ToString()!.ShouldContain("report");
        broken.Error.ToString()!.ShouldNotContain("   at ");

        ToolConsole verbose = new() { Output = new BrokenWriter(), Error = new StringWriter() };
        KronTool.Run(["inspect", "--help", "--verbose"], verbose).ShouldBe(70);
        verbose.Error.ToString()!.ShouldContain("   at ");
    }

    [Fact]
    public void Colours_are_left_out_on_request_and_off_a_terminal()
    {
        using var folder = new TemporaryFolder();
        string path = Weights.Model(folder);
        Inspect(terminal: true, colours: true).ShouldContain("\u001b[");
        Inspect(terminal: true, colours: false).ShouldNotContain("\u001b");
        Inspect(terminal: false, colours: true).ShouldNotContain("\u001b");

        string Inspect(bool terminal, bool colours) => ToolRun.Of(terminal, colours, ["inspect", path], default).Output;
    }

    private static KronCommand Root() => new(new ToolConsole { Output = TextWriter.Null, Error = TextWriter.Null });

    private static IEnumerable<ToolCommand> Commands() => Root().Subcommands.OfType<ToolCommand>();

    private sealed class BrokenWriter : StringWriter
    {
        public override void Write(char value) => throw new System.InvalidOperationException("out of order");

        public override void Write(string? value) => Write(' ');

        public override void WriteLine(string? value) => Write(' ');
    }
}
