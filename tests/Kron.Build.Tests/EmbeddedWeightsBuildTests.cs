using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Kron.Build.Tests;

/// <summary>Real builds of a project with files of weights, by the targets of the package.</summary>
public partial class EmbeddedWeightsBuildTests
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
    public void Weights_are_part_of_the_program_and_follow_their_file()
    {
        using var project = new UserProject(Program);
        project.Save("fc.safetensors", 2, 3, value: 0.5f);
        Build(project);
        Run(project).ShouldBe("3 3 0 32 0.5");

        // Nothing to do the second time.
        string[] outputs = [project.Program, project["obj/Release/net10.0/Kron.Weights.bin"], project["obj/Release/net10.0/Kron.Weights.txt"]];
        DateTime[] times = [.. outputs.Select(File.GetLastWriteTimeUtc)];
        Build(project);
        outputs.Select(File.GetLastWriteTimeUtc).ShouldBe(times);

        // Other values, and then a file that is older than the one it replaces.
        project.Save("fc.safetensors", 2, 3, value: 2);
        Build(project);
        Run(project).ShouldBe("12 12 0 32 2");
        project.Save("fc.safetensors", 2, 3, value: 1);
        File.SetLastWriteTimeUtc(project["fc.safetensors"], DateTime.UtcNow.AddDays(-1));
        Build(project);
        Run(project).ShouldBe("6 6 0 32 1");

        // A file that the pattern no longer finds.
        File.Delete(project["fc.safetensors"]);
        project.Dotnet("build", "-c", "Release").Output.ShouldContain("error KRON042");
        project.Dotnet("clean", "-c", "Release").Code.ShouldBe(0);
        outputs.ShouldAllBe(path => !File.Exists(path));
    }

    [Fact]
    public void What_is_wrong_with_a_file_is_an_error_where_an_attribute_names_it()
    {
        using var project = new UserProject(
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

        (int code, string output) = project.Dotnet("build", "-c", "Release");

        code.ShouldNotBe(0);
        Errors(output).ShouldBe(
            [
                "(4,19): KRON044: 'fc.safetensors' does not hold the weights of 'Wrong': tensor 'weight' has shape [2, 3]; expected [2, 4]",
                "(5,19): KRON043: 'cut.safetensors' cannot be embedded: the file has 28 bytes of data; expected 32",
                "(6,19): KRON043: 'listed/gone.safetensors' cannot be embedded: it does not exist",
                "(7,19): KRON042: The project has no item <KronWeights Include=\"other.safetensors\" />, whose weights would be part of the assembly; it has 'cut.safetensors', 'fc.safetensors', 'listed/gone.safetensors'",
            ]);
    }

    [Fact]
    public void An_editors_build_gives_the_compiler_the_list()
    {
        using var project = new UserProject(Program);
        project.Save("fc.safetensors", 2, 3, value: 1);
        project.Dotnet("restore").Code.ShouldBe(0);

        (int code, string output) = project.Dotnet(
            "msbuild", "-t:Compile", "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-getItem:CscCommandLineArgs");

        code.ShouldBe(0, output);
        output.Replace('\\', '/').ShouldContain("/additionalfile:obj/Debug/net10.0/Kron.Weights.txt");
        File.ReadAllText(project["obj/Debug/net10.0/Kron.Weights.txt"]).ShouldContain("file\tfc.safetensors\n");
    }

    [NativeCompilerFact]
    public void A_program_compiled_ahead_of_time_reads_them_in_place()
    {
        using var project = new UserProject(Program);
        project.Save("fc.safetensors", 2, 3, value: 0.5f);
        string runtime = "linux-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

        (int code, string output) = project.Dotnet("publish", "-c", "Release", "-r", runtime, "-warnaserror");

        code.ShouldBe(0, output);
        project.Run(project[$"bin/Release/net10.0/{runtime}/publish/App"]).Output.Trim().ShouldBe("3 3 0 32 0.5");
    }

    private static void Build(UserProject project)
    {
        (int code, string output) = project.Dotnet("build", "-c", "Release", "-warnaserror");
        code.ShouldBe(0, output);
    }

    private static string Run(UserProject project) => project.Dotnet(project.Program).Output.Trim();

    /// <summary>Kron's errors, in the order of their places; a build prints each twice.</summary>
    private static IEnumerable<string> Errors(string output) => Error().Matches(output)
        .Select(match => $"{match.Groups[1].Value}: {match.Groups[2].Value}: {match.Groups[3].Value}")
        .Distinct()
        .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"Program\.cs(\(\d+,\d+\)): error (KRON\d+): (.*?) \(https:")]
    private static partial Regex Error();
}
