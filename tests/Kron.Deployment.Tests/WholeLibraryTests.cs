using System.IO;
using Kron.Deployment.Tests.Support;
using Kron.Runtime.Tests.IO;
using Kron.Tests.Shared;
using Xunit;

namespace Kron.Deployment.Tests;

/// <summary>The library, all of it, under the ahead-of-time compiler's eyes: no program uses everything.</summary>
[Collection(Publishing.Collection)]
public sealed class WholeLibraryTests
{
    [PublishTheory]
    [InlineData("net9.0")]
    [InlineData("net10.0")]
    public void Everything_compiles_ahead_of_time_without_a_warning(string framework)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["Whole.cs"], "return;");
        File.WriteAllText(folder["Whole.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{framework}</TargetFramework>
                <PublishAot>true</PublishAot>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TrimmerSingleWarn>false</TrimmerSingleWarn>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="{Repository.Path("src/Kron.Runtime/Kron.Runtime.csproj")}" />
                <TrimmerRootAssembly Include="Kron.Runtime" />
              </ItemGroup>
            </Project>
            """);

        Publishing.Publish(folder["Whole.csproj"], framework, "linux-x64", "portable");
    }
}
