using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using System.Xml.Linq;
using Kron.Package.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Package.Tests;

[Collection(SharedPackages.Name)]
public sealed class ContentTests(PackageFixture fixture)
{
    [Fact]
    public void The_package_holds_the_library_the_compiler_and_what_the_build_needs_and_nothing_else() =>
        fixture.Package.Names.ShouldBe(
        [
            "Kron.nuspec",
            "LICENSE",
            "README.md",
            "analyzers/dotnet/cs/Kron.Generator.dll",
            "build/Kron.props",
            "buildTransitive/Kron.targets",
            "lib/net10.0/Kron.Runtime.dll",
            "lib/net10.0/Kron.Runtime.xml",
            "lib/net8.0/Kron.Runtime.dll",
            "lib/net8.0/Kron.Runtime.xml",
            "tools/netstandard2.0/Kron.Build.dll",
        ]);

    [Fact]
    public void The_symbols_are_those_of_the_library() =>
        fixture.Symbols.Names.ShouldBe(["Kron.nuspec", "lib/net10.0/Kron.Runtime.pdb", "lib/net8.0/Kron.Runtime.pdb"]);

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net10.0")]
    public void The_help_covers_the_attributes(string framework)
    {
        XDocument help = XDocument.Parse(fixture.Package.Text($"lib/{framework}/Kron.Runtime.xml").TrimStart('\uFEFF'));
        string[] described = [.. help.Descendants("member").Select(member => member.Attribute("name")!.Value)];
        described.ShouldContain("T:Kron.KroneckerLayerAttribute");
        described.ShouldContain("P:Kron.LayerAttribute.Activation");
        described.ShouldContain("M:Kron.ILayer.Forward(System.ReadOnlySpan{System.Single},System.Span{System.Single})");
    }

    [Fact]
    public void The_package_says_what_it_is_and_depends_on_nothing()
    {
        Packed package = fixture.Package;
        string Value(string name) => package.Element(name).ShouldNotBeNull(name).Value;

        Value("id").ShouldBe("Kron");
        Value("version").ShouldBe(PackageFixture.Version);
        Value("authors").ShouldBe("The Kron authors");
        Value("description").Length.ShouldBeInRange(50, 300);
        Value("tags").Split(' ').ShouldContain("kronecker");
        Value("license").ShouldBe("MIT");
        package.Element("license")!.Attribute("type")!.Value.ShouldBe("expression");
        package.Text("LICENSE").ShouldStartWith("MIT License");
        Value("readme").ShouldBe("README.md");
        package.Metadata.Descendants().ShouldNotContain(element => element.Name.LocalName == "dependency");
        package.Element("dependencies")!.Elements().Select(group => group.Attribute("targetFramework")!.Value).ShouldBe(["net10.0", "net8.0"]);
    }

    [Fact]
    public void The_package_names_the_repository_and_the_commit()
    {
        XElement repository = fixture.Package.Element("repository").ShouldNotBeNull();
        repository.Attribute("type")!.Value.ShouldBe("git");
        repository.Attribute("url")!.Value.ShouldBe(SourceTree.Remote);
        repository.Attribute("commit")!.Value.ShouldBe(fixture.Sources.Commit);
    }

    [Fact]
    public async Task A_repository_that_comes_from_a_folder_is_not_named()
    {
        SourceTree sources = fixture.Sources;
        await fixture.Tool;
        string feed = fixture.Workspace["without-remote"];
        await sources.MoveRemote("/home/someone/kron");
        try
        {
            await fixture.Pack(sources, "Kron.Runtime", feed, "--no-build");
        }
        finally
        {
            await sources.MoveRemote(SourceTree.Remote);
        }

        Packed package = new(Path.Combine(feed, $"Kron.{PackageFixture.Version}.nupkg"));
        package.Names.ShouldBe(fixture.Package.Names);
        package.Text("Kron.nuspec").ShouldNotContain("someone");
        package.Element("repository")!.Attribute("commit")!.Value.ShouldBe(sources.Commit);
    }

    /// <summary>The gallery shows the file alone: what lies beside it in the repository is not there.</summary>
    [Theory]
    [InlineData("Kron", "README.md")]
    [InlineData("Kron.Tool", "cli.md")]
    public async Task The_readme_links_only_to_itself_and_to_full_addresses(string id, string name)
    {
        await fixture.Tool;
        Packed package = new(Path.Combine(fixture.Workspace.Feed, $"{id}.{PackageFixture.Version}.nupkg"));
        package.Element("readme")!.Value.ShouldBe(name);
        string text = package.Text(name);
        string[] headings = [.. Regex.Matches(text, @"^#+ (.+?)\r?$", RegexOptions.Multiline).Select(match => Anchor(match.Groups[1].Value))];

        foreach (Match link in Regex.Matches(text, @"\]\(([^)\s]*)\)|(?:src|href)=""([^""]*)"""))
        {
            string target = link.Groups[1].Value + link.Groups[2].Value;
            bool resolves = target.StartsWith("https://", StringComparison.Ordinal)
                || (target.StartsWith('#') && headings.Contains(target[1..]));
            resolves.ShouldBeTrue($"'{target}' in {name} leads nowhere");
        }
    }

    /// <summary>The anchor of a heading: small letters, digits and hyphens.</summary>
    private static string Anchor(string heading)
    {
        StringBuilder anchor = new();
        foreach (char c in heading)
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '_')
            {
                anchor.Append(char.ToLowerInvariant(c));
            }
            else if (c == ' ')
            {
                anchor.Append('-');
            }
        }

        return anchor.ToString();
    }
}
