using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Kron.Package.Tests.Support;
using Kron.Tests.Shared;
using Shouldly;
using Xunit;

namespace Kron.Package.Tests;

/// <summary>The user's program compiled ahead of time for this machine, as the SDK does it by default.</summary>
[Collection(SharedPackages.Name)]
public sealed class NativeAotTests(PackageFixture fixture)
{
    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    [Theory]
    [InlineData("net8.0")]
    [InlineData("net9.0")]
    [InlineData("net10.0")]
    public async Task A_program_runs_without_a_jit(string framework)
    {
        Workspace workspace = fixture.Workspace;
        string folder = workspace["native", framework];

        string log = await Publish("publish", "Native", "-c", "Release", $"-p:Framework={framework}", "-o", folder);

        // The one warning says that nobody asked for AVX; none is about trimming or ahead-of-time compilation.
        Regex.Matches(log, @"warning (\w+):").Select(match => match.Groups[1].Value).Distinct().ShouldBe(IsX64 ? ["KRONAOT001"] : []);
        string program = Path.Combine(folder, OperatingSystem.IsWindows() ? "Native.exe" : "Native");
        ProgramOutput.Check(await workspace.Run(program), framework, "AOT", IsX64 ? "Vector128" : "AdvSimd");
    }

    private async Task<string> Publish(params string[] arguments)
    {
        try
        {
            return await fixture.Workspace.Dotnet(arguments);
        }
        catch (CommandException error)
        {
            // NU1101: no such package; NU1102: not in the version that the SDK asks for.
            IEnumerable<string> missing = Regex.Matches(error.Message, @"error NU110[12]: Unable to find package (.+?)(?:\. |\r?$)", RegexOptions.Multiline)
                .Select(match => match.Groups[1].Value).Distinct();
            throw missing.Any() ? new InvalidOperationException($"No source has what the SDK needs to publish: {string.Join("; ", missing)}.", error) : error;
        }
    }
}
