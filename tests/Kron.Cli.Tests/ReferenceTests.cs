using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.Json.Serialization.Metadata;
using Kron.Cli.Commands;
using Kron.Cli.Output;
using Kron.Tests.Shared;
using Shouldly;
using Xunit;

namespace Kron.Cli.Tests;

public class ReferenceTests
{
    private static readonly string Text = File.ReadAllText(Repository.Path("docs/cli.md"));

    [Fact]
    public void The_reference_has_every_option()
    {
        KronCommand root = new(new ToolConsole { Output = TextWriter.Null, Error = TextWriter.Null });
        foreach (Option option in root.Subcommands.SelectMany(command => command.Options))
        {
            Text.ShouldContain(option.Name);
        }
    }

    [Theory]
    [InlineData(typeof(InspectResult))]
    [InlineData(typeof(FrontResult))]
    [InlineData(typeof(FitResult))]
    [InlineData(typeof(BenchResult))]
    [InlineData(typeof(MergeResult))]
    [InlineData(typeof(ExportResult))]
    public void The_reference_has_every_field_of_the_JSON(Type result)
    {
        foreach (JsonPropertyInfo property in JsonOutput.Default.GetTypeInfo(result)!.Properties)
        {
            Text.ShouldContain($"`{property.Name}`", Case.Sensitive);
        }
    }
}
