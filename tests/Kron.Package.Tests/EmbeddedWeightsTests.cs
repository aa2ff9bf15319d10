using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Kron.Package.Tests.Support;
using Kron.Tests.Shared;
using Shouldly;
using Xunit;

namespace Kron.Package.Tests;

/// <summary>Builds of a project with files of weights.</summary>
[Collection(SharedPackages.Name)]
public sealed partial class EmbeddedWeightsTests(PackageFixture fixture)
{
    private const string Program =
        """
        using System;
        using Kron;

        var layer = new Fc();
        float[] y = new float[2];
        layer.Forward(new float[] { 1, 2, 3 }, y);
        Console.WriteLine(FormattableString.Invariant($"{y[0]} {y[1]} {layer.Memory.ParameterBytes} {Fc.Info.EmbeddedBytes} {layer.Parameters[0]}"));

        [DenseLayer(2, 3, Weights = "fc.safetensors")]
        public sealed partial class Fc;
        """;

    [Fact]
    public async Task Weights_are_part_of_the_program_and_follow_their_file()
    {
        UserProject project = new(fixture.Workspace, "followed", Program);
        project.Save("fc.safetensors", 2, 3, value: 0.5f);
        await Build(project);
        (await Run(project)).ShouldBe("3 3 0 32 0.5");

        // Nothing to do the second time.
        string[] outputs = [project.Program, project["obj/Release/net10.0/Kron.Weights.bin"], project["obj/Release/net10.0/Kron.Weights.txt"]];
        DateTime[] times = [.. outputs.Select(File.GetLastWriteTimeUtc)];
        await Build(project);
        outputs.Select(File.GetLastWriteTimeUtc).ShouldBe(times);

        // Other values, and then a file that is older than the one it replaces.
        project.Save("fc.safetensors", 2, 3, value: 2);
        await Build(project);
        (await Run(project)).ShouldBe("12 12 0 32 2");
        project.Save("fc.safetensors", 2, 3, value: 1);
        File.SetLastWriteTimeUtc(project["fc.safetensors"], DateTime.UtcNow.AddDays(-1));
        await Build(project);
        (await Run(project)).ShouldBe("6 6 0 32 1");

        // A file that the pattern no longer finds.
        File.Delete(project["fc.safetensors"]);
        (await project.Dotnet("build", "-c", "Release")).Output.ShouldContain("error KRON042");
        (await project.Dotnet("clean", "-c", "Release")).EnsureSuccess();
        outputs.ShouldAllBe(path => !File.Exists(path));
    }

    [Fact]
    public async Task What_is_wrong_with_a_file_is_an_error_where_an_attribute_names_it()
    {
        UserProject project = new(
            fixture.Workspace,
            "wrong",
            """
            using Kron;
            System.Console.WriteLine();
            [DenseLayer(2, 3, Weights = "fc.safetensors")] public sealed partial class Right;
            [DenseLayer(2, 4, Weights = "fc.safetensors")] public sealed partial class Wrong;
            [DenseLayer(2, 3, Weights = "cut.safetensors")] public sealed partial class Cut;
            [DenseLayer(2, 3, Weights = "listed/gone.safetensors")] public sealed partial class Gone;
            [DenseLayer(2, 3, Weights = "other.safetensors")] public sealed partial class Unlisted;
            """);
        project.Save("fc.safetensors", 2, 3, value: 1);
        File.WriteAllBytes(project["cut.safetensors"], File.ReadAllBytes(project["fc.safetensors"])[..^4]);

        CommandResult build = await project.Dotnet("build", "-c", "Release");

        build.Succeeded.ShouldBeFalse();
        Errors(build.Output).ShouldBe(
            [
                "(4,19): KRON044: 'fc.safetensors' does not hold the weights of 'Wrong': tensor 'weight' has shape [2, 3]; expected [2, 4]",
                "(5,19): KRON043: 'cut.safetensors' cannot be embedded: the file has 28 bytes of data; expected 32",
                "(6,19): KRON043: 'listed/gone.safetensors' cannot be embedded: it does not exist",
                "(7,19): KRON042: The project has no item <KronWeights Include=\"other.safetensors\" />, whose weights would be part of the assembly; it has 'cut.safetensors', 'fc.safetensors', 'listed/gone.safetensors'",
            ]);
    }

    [Fact]
    public async Task An_editors_build_gives_the_compiler_the_list()
    {
        UserProject project = new(fixture.Workspace, "edited", Program);
        project.Save("fc.safetensors", 2, 3, value: 1);
        (await project.Dotnet("restore")).EnsureSuccess();

        CommandResult build = await project.Dotnet(
            "msbuild", "-t:Compile", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-getItem:CscCommandLineArgs");

        build.EnsureSuccess().Output.Replace('\\', '/').ShouldContain("/additionalfile:obj/Debug/net10.0/Kron.Weights.txt");
        File.ReadAllText(project["obj/Debug/net10.0/Kron.Weights.txt"]).ShouldContain("file\tfc.safetensors\n");
    }

    [Fact]
    public async Task A_program_compiled_ahead_of_time_reads_them_in_place()
    {
        UserProject project = new(fixture.Workspace, "native-weights", Program);
        project.Save("fc.safetensors", 2, 3, value: 0.5f);

        (await project.Dotnet("publish", "-c", "Release", "-o", "published", "-warnaserror")).EnsureSuccess();

        string program = project[OperatingSystem.IsWindows() ? "published/App.exe" : "published/App"];
        (await fixture.Workspace.Run(program)).Trim().ShouldBe("3 3 0 32 0.5");
    }

    private static async Task Build(UserProject project) => (await project.Dotnet("build", "-c", "Release", "-warnaserror")).EnsureSuccess();

    private static async Task<string> Run(UserProject project) => (await project.Dotnet(project.Program)).EnsureSuccess().Text.Trim();

    /// <summary>Kron's errors, in the order of their places; a build prints each twice.</summary>
    private static IEnumerable<string> Errors(string output) => Error().Matches(output)
        .Select(match => $"{match.Groups[1].Value}: {match.Groups[2].Value}: {match.Groups[3].Value}")
        .Distinct()
        .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"Program\.cs(\(\d+,\d+\)): error (KRON\d+): (.*?) \(https:")]
    private static partial Regex Error();
}
