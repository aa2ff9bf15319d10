using System;
using System.IO;
using System.Text.RegularExpressions;
using EdgeTraining;
using Kron.CompilerServices;
using Kron.Deployment.Tests.Support;
using Kron.Runtime.Tests.IO;
using Kron.Tests.Shared;
using Shouldly;
using Xunit;

namespace Kron.Deployment.Tests;

/// <summary>samples/Edge as native binaries: published, looked at, and run on images against an oracle.</summary>
[Collection(Publishing.Collection)]
public sealed class EdgeBinaryTests
{
    private const int Images = 40;

    private const long MostBytes = 2_000_000;

    private static readonly string Model = Repository.Path("samples/Edge/digits.safetensors");

    [PublishTheory]
    [InlineData("net10.0", "portable", KernelTarget.Vector128)]
    [InlineData("net10.0", "avx2", KernelTarget.Avx2)]
    [InlineData("net10.0", "avx512", KernelTarget.Avx512)]
    [InlineData("net9.0", "portable", KernelTarget.Vector128)]
    [InlineData("net9.0", "avx512", KernelTarget.Avx512)]
    public void A_native_binary_classifies_as_the_oracle_does_on_the_kernels_it_was_published_for(string framework, string instructionSet, KernelTarget target)
    {
        string binary = Publish(framework, "linux-x64", instructionSet);

        new FileInfo(binary).Length.ShouldBeLessThanOrEqualTo(MostBytes);
        NativeBinary.ShouldNeedTheSystemAlone(binary);
        CheckSymbols(binary + ".dbg");
        if (KernelTargets.IsSupported(target))
        {
            CheckScores(arguments => new Command(binary, arguments), target);
        }
    }

    [CrossPublishFact]
    public void An_ARM64_binary_classifies_as_the_oracle_does_on_its_NEON_kernels()
    {
        string binary = Publish("net10.0", "linux-arm64", "portable");

        CheckScores(arguments => Arm64Emulator.Emulate(binary, arguments), KernelTarget.AdvSimd);
    }

    private static string Publish(string framework, string runtime, string instructionSet) =>
        Path.Combine(Publishing.Publish(Repository.Path("samples/Edge"), framework, runtime, instructionSet), "Edge");

    private static void CheckScores(Func<string[], Command> binary, KernelTarget target)
    {
        using var folder = new TemporaryFolder();
        WrittenDigits digits = WrittenDigits.Render(seed: 4, Images);
        digits.Save(folder["images"]);
        byte[] images = File.ReadAllBytes(folder["images"]);

        CommandResult result = Run(Model, "--scores");

        result.Error.ShouldStartWith($"{Images} image(s), kernels for {target}\n");
        Regex.IsMatch(result.Error, @"\nlatency of 40 pass\(es\) in µs: median [\d.]+, 90% [\d.]+, 99% [\d.]+, longest [\d.]+, first [\d.]+\n$").ShouldBeTrue(result.Error);
        Scores.Check(result.Output, digits, Model);
        Run("--scores").Output.ShouldBe(result.Output, "the weights in the program are those of the file");

        CommandResult Run(params string[] arguments) => (binary(arguments) with { Input = images }).Run().EnsureSuccess();
    }

    /// <summary>A program that only infers is published without the kernels of training, and without fitting.</summary>
    private static void CheckSymbols(string symbols)
    {
        ReadOnlySpan<byte> names = File.ReadAllBytes(symbols);
        names.IndexOf("Kernels__ContractW_"u8).ShouldBeGreaterThan(0);
        names.IndexOf("Kernels__Gradient"u8).ShouldBe(-1);
        names.IndexOf("Kernels__Record"u8).ShouldBe(-1);
        names.IndexOf("Kernels__CreateTraining"u8).ShouldBe(-1);
        names.IndexOf("Kron_Decomposition_"u8).ShouldBe(-1);
    }
}
