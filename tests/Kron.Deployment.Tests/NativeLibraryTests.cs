using System;
using System.IO;
using Edge;
using EdgeTraining;
using Kron.CompilerServices;
using Kron.Deployment.Tests.Support;
using Kron.Runtime.Tests.IO;
using Kron.Tests.Shared;
using Shouldly;
using Xunit;

namespace Kron.Deployment.Tests;

/// <summary>samples/NativeLibrary: published, looked at, and used by programs in C and Python on images against an oracle.</summary>
[Collection(Publishing.Collection)]
public sealed class NativeLibraryTests
{
    private const string Name = "libkron_model";
    private const long MostBytes = 2_000_000;

    private static readonly string[] Functions =
    [
        "kron_model_create", "kron_model_forward", "kron_model_free", "kron_model_last_error", "kron_model_sizes", "kron_model_version",
    ];

    private static readonly string[] Warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

    private static readonly string Sample = Repository.Path("samples/NativeLibrary");

    private static readonly string Model = Repository.Path("samples/Edge/digits.safetensors");

    [NativeLibraryTheory]
    [InlineData("net10.0", "portable", KernelTarget.Vector128)]
    [InlineData("net9.0", "avx2", KernelTarget.Avx2)]
    public void A_shared_library_serves_C_and_Python(string framework, string instructionSet, KernelTarget target)
    {
        string folder = Publishing.Publish(Sample, framework, "linux-x64", instructionSet);
        string library = Path.Combine(folder, $"{Name}.so");

        new FileInfo(library).Length.ShouldBeLessThanOrEqualTo(MostBytes);
        NativeBinary.ShouldNeedTheSystemAlone(library);
        NativeBinary.Exports(library).ShouldBe(Functions, ignoreOrder: true);
        if (KernelTargets.IsSupported(target))
        {
            using var programs = new Programs("cc", Shared(folder), Native);
            programs.Check(rounds: 100);
            programs.CheckLoading(library);
            CheckPython(library);
        }
    }

    [NativeLibraryTheory]
    [InlineData("net10.0")]
    public void A_static_library_becomes_part_of_a_C_program(string framework)
    {
        string folder = Publishing.Publish(Sample, framework, "linux-x64", "portable", "-p:NativeLib=Static");

        using var programs = new Programs("cc", [Path.Combine(folder, $"{Name}.a"), $"@{Path.Combine(folder, $"{Name}.rsp")}"], Native);
        programs.Check(rounds: 20);
        NativeBinary.ShouldNeedTheSystemAlone(programs["example"]);
    }

    [CrossPublishFact]
    public void A_shared_library_for_ARM64_serves_C()
    {
        string folder = Publishing.Publish(Sample, "net10.0", "linux-arm64", "portable");
        string library = Path.Combine(folder, $"{Name}.so");

        NativeBinary.ShouldNeedTheSystemAlone(library);
        NativeBinary.Exports(library).ShouldBe(Functions, ignoreOrder: true);
        using var programs = new Programs("aarch64-linux-gnu-gcc", Shared(folder), Arm64Emulator.Emulate);
        programs.Check(rounds: 10);
    }

    [NativeLibraryTheory]
    [InlineData("-std=c++98")]
    [InlineData("-std=c++20")]
    public void The_header_is_one_of_Cplusplus_as_well(string standard)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["use.cpp"], """
            #include "kron_model.h"
            #include "kron_model.h"
            int main() { kron_model model; return kron_model_create("model", &model) == KRON_OK ? 0 : 1; }
            """);

        new Command("c++", [standard, .. Warnings, "-fsyntax-only", "-I", Sample, folder["use.cpp"]]).Run().EnsureSuccess();
    }

    private static Command Native(string program, params string[] arguments) => new(program, arguments);

    private static string[] Shared(string folder) => ["-L", folder, "-lkron_model", $"-Wl,-rpath,{folder}"];

    private static void CheckPython(string library)
    {
        using var folder = new TemporaryFolder();
        WrittenDigits digits = WrittenDigits.Render(seed: 7, 20);
        digits.Save(folder["images"]);
        byte[] images = File.ReadAllBytes(folder["images"]);
        string script = Path.Combine(Sample, "example.py");

        Command With(string model) => new("python3", script, library, model) { Input = images };

        Scores.Check(With(Model).Run().EnsureSuccess().Output, digits, Model);

        CommandResult failed = With(folder["nowhere"]).Run();
        failed.ExitCode.ShouldBe(1);
        failed.Error.ShouldStartWith("file not readable: ");
        failed.Error.ShouldContain(folder["nowhere"]);
    }

    /// <summary>The programs in C, compiled by one compiler against one library.</summary>
    private sealed class Programs : IDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly string compiler;
        private readonly Func<string, string[], Command> command;

        public Programs(string compiler, string[] library, Func<string, string[], Command> command)
        {
            (this.compiler, this.command) = (compiler, command);
            Compile(Path.Combine(Sample, "example.c"), ["-std=c99", .. library]);
            Compile(Test("contract"), ["-std=gnu99", .. library]);
            Compile(Test("stress"), ["-std=gnu99", "-pthread", .. library]);
        }

        public string this[string program] => folder[program];

        public void Dispose() => folder.Dispose();

        /// <summary>Runs those that are linked with the library.</summary>
        public void Check(int rounds)
        {
            WrittenDigits digits = WrittenDigits.Render(seed: 6, 20);
            digits.Save(folder["images"]);
            Scores.Check(Run(File.ReadAllBytes(folder["images"]), "example", Model), digits, Model);

            File.WriteAllBytes(folder["damaged"], File.ReadAllBytes(Model)[..^1]);
            new Hidden().Save(folder["another"]);
            Run([], "contract", Model, folder["damaged"], folder["another"]).ShouldBe("ok\n");
            Run([], "stress", Model, $"{rounds}").ShouldStartWith("ok");
        }

        /// <summary>Runs the one that loads the library itself.</summary>
        public void CheckLoading(string library)
        {
            Compile(Test("loading"), ["-std=gnu99", "-ldl"]);
            Run([], "loading", library, Model).ShouldBe("ok\n");
        }

        private static string Test(string program) => Repository.Path($"tests/Kron.Deployment.Tests/NativeLibrary/{program}.c");

        // Libraries come behind what needs them.
        private void Compile(string source, string[] options) =>
            new Command(compiler, ["-O1", .. Warnings, "-I", Sample, "-o", this[Path.GetFileNameWithoutExtension(source)], source, .. options]).Run().EnsureSuccess();

        private string Run(byte[] input, string program, params string[] arguments) => (command(this[program], arguments) with { Input = input }).Run().EnsureSuccess().Output;
    }
}
