using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Kron.Package.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Package.Tests;

[Collection(SharedPackages.Name)]
public sealed class ToolTests(PackageFixture fixture)
{
    private const string Id = "Kron.Tool";

    [Fact]
    public async Task The_package_says_what_it_is()
    {
        Packed package = await Packed();

        package.Element("id")!.Value.ShouldBe(Id);
        package.Element("license")!.Value.ShouldBe("MIT");
        package.Text("LICENSE").ShouldStartWith("MIT License");
        package.Element("description")!.Value.ShouldContain("kron");
        package.Element("repository")!.Attribute("commit")!.Value.ShouldBe(fixture.Sources.Commit);
        package.Element("packageTypes")!.Elements().Single().Attribute("name")!.Value.ShouldBe("DotnetTool");
    }

    [Fact]
    public async Task The_package_holds_the_program_for_two_frameworks_and_nothing_else()
    {
        string[] program =
        [
            "DotnetToolSettings.xml",
            "Kron.Generator.dll",
            "Kron.Runtime.dll",
            "Kron.Runtime.pdb",
            "Microsoft.CodeAnalysis.CSharp.dll",
            "Microsoft.CodeAnalysis.dll",
            "Spectre.Console.dll",
            "System.CommandLine.dll",
            "kron.deps.json",
            "kron.dll",
            "kron.pdb",
            "kron.runtimeconfig.json",
        ];

        (await Packed()).Names.ShouldBe(
        [
            "Kron.Tool.nuspec",
            "LICENSE",
            "cli.md",
            .. program.Select(name => $"tools/net10.0/any/{name}"),
            .. program.Select(name => $"tools/net8.0/any/{name}"),
        ]);
    }

    [Fact]
    public async Task The_tool_installs_and_runs()
    {
        await fixture.Tool;
        Workspace workspace = fixture.Workspace;
        string folder = workspace["tools"];
        await workspace.Dotnet("tool", "install", Id, "--tool-path", folder, "--version", PackageFixture.Version);
        string kron = Path.Combine(folder, OperatingSystem.IsWindows() ? "kron.exe" : "kron");

        (await workspace.Run(kron, "--version")).Trim().ShouldBe($"{PackageFixture.Version}+{fixture.Sources.Commit}");

        // The compiler and its references, as they are installed, make a layer that runs.
        JsonElement measured = JsonDocument.Parse(await workspace.Run(kron, "bench", "--shape", "2,2,2,2", "--rank", "1", "--json")).RootElement;
        measured.ValueKind.ShouldBe(JsonValueKind.Object);
    }

    private async Task<Packed> Packed()
    {
        await fixture.Tool;
        return new Packed(Path.Combine(fixture.Workspace.Feed, $"{Id}.{PackageFixture.Version}.nupkg"));
    }
}
