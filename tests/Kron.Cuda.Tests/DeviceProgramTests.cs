using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Kron.Cuda.Tests.Support;
using Kron.Tests.Shared;
using Shouldly;
using Xunit;

namespace Kron.Cuda.Tests;

/// <summary>The program that checks and measures layers on a machine with a device, on the stand-in.</summary>
public sealed class DeviceProgramTests
{
    private const string Name = "Kron.Cuda.Device";

    // As this assembly was built.
    private static readonly string Program = Path.Combine(
        Repository.Path($"tests/{Name}"),
        Path.GetRelativePath(Repository.Path("tests/Kron.Cuda.Tests"), AppContext.BaseDirectory),
        $"{Name}.dll");

    [StandinFact]
    public void It_checks_layers_in_every_mode()
    {
        using var folder = new TemporaryFolder();
        string record = folder.File("record.txt");

        CommandResult result = Run(Standin.Complete, "check", "--quick", "--record", record);

        result.ExitCode.ShouldBe(0, result.Text);
        string[] lines = result.Output.Split('\n');
        lines.ShouldContain(line => line.StartsWith("Device: Stand-in, compute capability 9.0", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("CUDA: driver for 12.8, runtime 12.8, cuBLAS 12.8.4, with NVRTC", StringComparison.Ordinal));
        foreach (string mode in new[] { "FP32 ", "FP32, chunks of 7", "FP32, no graphs", "FP32, no NVRTC", "FP32, chunks of 1, no NVRTC", "TF32", "BF16" })
        {
            lines.Count(line => line.StartsWith($"ok    {mode}", StringComparison.Ordinal) && line.Contains("Layer(", StringComparison.Ordinal)).ShouldBe(6, mode);
        }

        int checks = lines.Count(line => line.StartsWith("ok  ", StringComparison.Ordinal));
        lines.Last(line => line.Length > 0).ShouldBe($"{checks} passed, 0 failed");
        File.ReadAllText(record).ShouldBe(result.Output);
    }

    [StandinFact]
    public void A_layer_with_a_wrong_parameter_fails_every_check()
    {
        CommandResult result = Run(Standin.Complete, "check", "--quick", "--spoil");

        result.ExitCode.ShouldBe(1, result.Text);
        string[] layers = [.. result.Output.Split('\n').Where(line => line.Contains("Layer(", StringComparison.Ordinal))];
        layers.ShouldNotBeEmpty();
        layers.ShouldAllBe(line => line.StartsWith("FAIL", StringComparison.Ordinal));
    }

    [StandinFact]
    public void It_says_when_the_device_s_compiler_is_missing() =>
        Run(Standin.WithoutCompiler, "bench", "--quick").Output.ShouldContain("without NVRTC");

    [StandinFact]
    public void It_prints_the_tables()
    {
        CommandResult result = Run(Standin.Complete, "bench", "--quick");

        result.ExitCode.ShouldBe(0, result.Text);
        result.Output.ShouldContain("Tflop/s in FP32");
        string[][] rows = [.. result.Output.Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1])];
        string[] large = ["layer", "pass", "ms", "roofline, ms", "of the roofline", "met", "dense, ms", "dense ÷ Kron", "multiply-adds, dense ÷ Kron", "met"];
        string[] small = ["layer", "pass", "µs", "launches", "met"];
        rows.Select(row => row.Length).ShouldBe([10, 10, 10, 10, 5, 5, 5, 5, 5]);
        rows[0].ShouldBe(large);
        rows[4].ShouldBe(small);

        // The multiply-adds of (8, 8, 8, 8, 2): 2 · 8 · 8 · (8 + 8), of the dense layer 64 · 64.
        rows[2][1..2].ShouldBe(["forward"]);
        rows[2][8].ShouldBe("2.00");
    }

    [Theory]
    [InlineData("measure")]
    [InlineData("--record")]
    [InlineData("bench", "--spoil")]
    public void Wrong_arguments_are_answered_by_the_usage(params string[] arguments)
    {
        CommandResult result = Run("", arguments);

        result.ExitCode.ShouldBe(3);
        result.Error.ShouldContain("Usage: Kron.Cuda.Device [check | bench]");
    }

    [Fact]
    public void Without_CUDA_it_says_so()
    {
        // The system's loader is asked as well.
        if (NativeLibrary.TryLoad(LibraryNames.Driver, out _))
        {
            return;
        }

        CommandResult result = Run("", "check");

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldStartWith("CUDA is not available. No NVIDIA driver was found");
    }

    private static CommandResult Run(string libraries, params string[] arguments) => (Command.Dotnet([Program, .. arguments]) with
    {
        Variables = new Dictionary<string, string> { [LibrarySearch.Override] = libraries },
    }).Run();
}
