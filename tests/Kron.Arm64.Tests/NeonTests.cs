using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.Arm64.Checks;
using Kron.Arm64.Tests.Support;
using Kron.Generator.Scheduling;
using Kron.Kernels.Tests.Support;
using Kron.Tests.Shared;
using Shouldly;
using Xunit;

namespace Kron.Arm64.Tests;

/// <summary>Generated layers as ARM64 machine code, run under emulation: every line that the program prints, and none missing.</summary>
public sealed class NeonTests(ChecksProgram program) : IClassFixture<ChecksProgram>
{
    public static TheoryData<string> Names => [.. CheckedCases.All.Select(each => each.Name)];

    /// <summary>A little of everything.</summary>
    public static TheoryData<string> NamesOfEveryKind =>
        [.. new[] { CompiledCases.Essential, CompiledCases.Convolutions, CompiledCases.Structured }.SelectMany(batch => batch.Cases).Select(layer => layer.ToString())];

    [Arm64Theory]
    [MemberData(nameof(Names))]
    public void Every_check_passes(string name) => program.Report.Faults(Find(name)).ShouldBeEmpty();

    [Arm64Theory]
    [MemberData(nameof(NamesOfEveryKind))]
    public void The_machine_rounds_as_the_interpreter_does(string name)
    {
        var layer = (CheckedLayer)Find(name);
        foreach (Deviation believed in layer.Compute(new InterpretedLayer(layer.Layer, Targets.AdvSimd)))
        {
            program.Report.Find(layer, KernelTarget.AdvSimd, believed.What)!.Bits.ShouldBe(believed.Bits, believed.What);
        }
    }

    [Arm64Fact]
    public void A_wrong_value_fails_every_check_of_values() => AllShouldFail(CheckedCases.All[0], CheckedLayer.Computed);

    [Arm64Fact]
    public void A_value_that_one_thread_computes_otherwise_fails_every_check_of_several()
    {
        CheckedParallel parallel = CheckedCases.All.OfType<CheckedParallel>().First();
        AllShouldFail(parallel, parallel.Checks);
    }

    [Arm64Fact]
    public void A_float_beyond_a_guard_ends_the_program()
    {
        CommandResult result = ChecksProgram.Run("overrun");
        result.Succeeded.ShouldBeFalse();
        result.Output.Trim().Split('\n').Length.ShouldBe(1);
    }

    private static void AllShouldFail(CheckedCase spoiled, IReadOnlyList<string> checks)
    {
        int index = CheckedCases.All.TakeWhile(each => each != spoiled).Count();
        CommandResult result = ChecksProgram.Run("spoil", index.ToString(CultureInfo.InvariantCulture)).EnsureSuccess();
        var report = new Report(result.Output.Split('\n'));
        foreach (string check in checks)
        {
            ReportLine line = report.Find(spoiled, KernelTarget.AdvSimd, check).ShouldNotBeNull(check);
            line.Passed.ShouldBeFalse(check);
            line.Error.ShouldBeGreaterThan(line.Bound, check);
        }
    }

    private static CheckedCase Find(string name) => CheckedCases.All.Single(each => each.Name == name);
}
