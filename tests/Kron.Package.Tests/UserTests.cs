using System.Linq;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using System.Threading.Tasks;
using Kron.Package.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Package.Tests;

/// <summary>Projects that reference the package, built and run.</summary>
[Collection(SharedPackages.Name)]
public sealed class UserTests(PackageFixture fixture)
{
    [Theory]
    [InlineData("net8.0")]
    [InlineData("net9.0")]
    [InlineData("net10.0")]
    public async Task A_program_runs_under_the_jit(string framework)
    {
        await fixture.App;

        string output = await fixture.Workspace.Dotnet(fixture.Workspace["App", "bin", "Release", framework, "App.dll"]);

        ProgramOutput.Check(output, framework, "JIT", Best);
    }

    /// <summary>
    /// A user of the user's library has the targets file, so that publishing is served, but not the permission for pointers. The
    /// library holds weights, which the package's task has put there.
    /// </summary>
    [Fact]
    public async Task A_project_that_uses_a_library_with_layers_sees_the_property_too()
    {
        Workspace workspace = fixture.Workspace;
        WeightsFile.Write(workspace["Library", "trained.safetensors"], [1, 2, 3, 4, 5, 6], [10, 20]);
        const string Targets = "-p:KronTargets=Scalar%3bVector128";
        await workspace.Dotnet("build", "User", Targets, "-warnaserror");

        string output = await workspace.Dotnet("msbuild", "User", Targets, "-getItem:CompilerVisibleProperty", "-getProperty:KronTargets,AllowUnsafeBlocks");

        JsonElement user = JsonDocument.Parse(output).RootElement;
        user.GetProperty("Items").GetProperty("CompilerVisibleProperty").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()).ShouldContain("KronTargets");
        user.GetProperty("Properties").GetProperty("KronTargets").GetString().ShouldBe("Scalar,Vector128");
        user.GetProperty("Properties").GetProperty("AllowUnsafeBlocks").GetString().ShouldNotBe("true");
        (await workspace.Dotnet(workspace["User", "bin", "Debug", "net8.0", "User.dll"])).Trim().ShouldBe("Vector128 Scalar: 24 52");
    }

    private static string Best =>
        Avx512F.VL.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported ? "Avx512"
        : Avx2.IsSupported && Fma.IsSupported ? "Avx2"
        : AdvSimd.Arm64.IsSupported ? "AdvSimd"
        : "Vector128";
}
