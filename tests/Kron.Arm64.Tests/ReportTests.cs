using System.Collections.Generic;
using System.Linq;
using Kron.Arm64.Checks;
using Kron.Arm64.Tests.Support;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Arm64.Tests;

/// <summary>How the program's lines are judged; nothing is emulated here.</summary>
public class ReportTests
{
    private static readonly CheckedCase Case = CheckedCases.All[0];

    [Fact]
    public void A_line_is_read_as_it_was_printed()
    {
        ReportLine line = ReportLine.Of(Case, KernelTarget.AdvSimd, new Deviation("output", 3, 9, 1.25f, 1, 0.125, 0xF00DF00DF00DF00D));
        line.Passed.ShouldBeFalse();
        ReportLine.Parse(line.ToString()).ShouldBe(line);
        ReportLine.Parse("begin\t3").ShouldBeNull();
        Report.LastBegun(["begin\t3", line.ToString(), "begin\t5", ""]).ShouldBe(5);
    }

    [Fact]
    public void All_lines_and_all_good_is_no_fault() => Faults(Lines()).ShouldBeEmpty();

    [Fact]
    public void A_missing_line_is_a_fault()
    {
        List<ReportLine> lines = Lines();
        for (int i = 0; i < lines.Count; i++)
        {
            Faults([.. lines[..i], .. lines[(i + 1)..]]).ShouldBe([$"{lines[i].Target}, {lines[i].Check}: no line"]);
        }
    }

    [Fact]
    public void An_error_beyond_its_bound_is_a_fault_whatever_the_program_says()
    {
        List<ReportLine> lines = Lines();
        Faults([.. lines, lines[1] with { Error = 2, Bound = 1 }]).ShouldHaveSingleItem().ShouldEndWith("error 2, allowed 1");
        Faults([.. lines, lines[1] with { Error = double.NaN, Bound = 1 }]).ShouldHaveSingleItem().ShouldEndWith("error NaN, allowed 1");
        Faults([.. lines, lines[1] with { Passed = false, Detail = "no good" }]).ShouldHaveSingleItem().ShouldEndWith("no good");
    }

    [Fact]
    public void A_crash_is_a_fault_of_the_case_that_ran()
    {
        var report = new Report(Lines().Select(line => line.ToString()));
        report.AddCrash(CheckedCases.All[1], "It ended.");
        report.Faults(Case).ShouldBeEmpty();
        report.Faults(CheckedCases.All[1]).ShouldContain("It ended.");
    }

    private static IEnumerable<string> Faults(IEnumerable<ReportLine> lines) => new Report(lines.Select(line => line.ToString())).Faults(Case);

    private static List<ReportLine> Lines() =>
    [
        ReportLine.Of(Case, KernelTarget.AdvSimd, ReportLine.Dispatch, passed: true, ""),
        .. from target in Case.Targets
           from check in Case.Checks.Append(ReportLine.Ended)
           select ReportLine.Of(Case, target, check, passed: true, ""),
    ];
}
