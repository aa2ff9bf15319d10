using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using EdgeTraining;
using Kron.CompilerServices;
using Kron.Deployment.Tests.Support;
using Kron.Runtime.Tests.IO;
using Shouldly;
using Xunit;

namespace Kron.Deployment.Tests;

/// <summary>samples/Edge as native binaries: published, looked at, and run on images against an oracle.</summary>
[Collection(Publishing.Collection)]
public sealed class EdgeBinaryTests
{
    private const int Images = 40;

    // Single-precision sums of at most 400 products, relative to the largest score.
    private const double Tolerance = 1e-5;

    private const long MostBytes = 2_000_000;

    private static readonly string Model = Repository.Path("samples/Edge/digits.safetensors");

    // What the C library consists of.
    private static readonly string[] SystemLibraries = ["libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "ld-linux-x86-64.so.2"];

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
        Needed(binary).ShouldBeSubsetOf(SystemLibraries);
        CheckSymbols(binary + ".dbg");
        if (KernelTargets.IsSupported(target))
        {
            CheckScores((arguments, input) => Command.Run(input, binary, arguments), target);
        }
    }

    [CrossPublishFact]
    public void An_ARM64_binary_classifies_as_the_oracle_does_on_its_NEON_kernels()
    {
        string binary = Publish("net10.0", "linux-arm64", "portable");

        CheckScores(
            (arguments, input) => Command.Run(input, CrossPublishFactAttribute.Emulator, ["-L", CrossPublishFactAttribute.Libraries, binary, .. arguments]),
            KernelTarget.AdvSimd);
    }

    private static string Publish(string framework, string runtime, string instructionSet) =>
        Path.Combine(Publishing.Publish(Repository.Path("samples/Edge"), framework, runtime, instructionSet), "Edge");

    private static void CheckScores(Func<string[], byte[], Command> run, KernelTarget target)
    {
        using var folder = new TemporaryFolder();
        WrittenDigits digits = WrittenDigits.Render(seed: 4, Images);
        digits.Save(folder["images"]);

        Command result = run([Model, "--scores"], File.ReadAllBytes(folder["images"]));

        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldStartWith($"{Images} image(s), kernels for {target}\n");
        Regex.IsMatch(result.Error, @"\nlatency of 40 pass\(es\) in µs: median [\d.]+, 90% [\d.]+, 99% [\d.]+, longest [\d.]+, first [\d.]+\n$").ShouldBeTrue(result.Error);
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(Images);
        var oracle = new ModelOracle(Model);
        for (int i = 0; i < Images; i++)
        {
            double[] printed = [.. lines[i].Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
            double[] expected = oracle.Scores(digits.Pixels(i));
            double scale = expected.Max(Math.Abs);
            printed.Length.ShouldBe(1 + expected.Length);
            printed[1..].Zip(expected, (score, wanted) => Math.Abs(score - wanted)).Max().ShouldBeLessThan(Tolerance * scale, $"image {i}");
            ((int)printed[0]).ShouldBe(Array.IndexOf(expected, expected.Max()), $"image {i}");
        }
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

    /// <summary>The libraries that a binary asks the loader for.</summary>
    private static string[] Needed(string binary)
    {
        Command listing = Command.Run([], "readelf", "-d", binary);
        listing.ExitCode.ShouldBe(0, listing.Error);
        string[] needed = [.. Regex.Matches(listing.Output, @"\(NEEDED\).*\[(.+)\]").Select(match => match.Groups[1].Value)];
        needed.ShouldContain("libc.so.6");
        return needed;
    }
}
