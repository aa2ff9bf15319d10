using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Kron.Arm64.Checks;

namespace Kron.Arm64.Tests.Support;

/// <summary>All that the program printed, and how it ended where that was not as it should.</summary>
internal sealed class Report
{
    private readonly Dictionary<(string Case, string Target, string Check), ReportLine> _lines = [];
    private readonly Dictionary<string, string> _crashes = [];

    public Report(IEnumerable<string> output) => Add(output);

    /// <summary>The number of the case that ran last, or null.</summary>
    public static int? LastBegun(IEnumerable<string> output) => output
        .Where(line => line.StartsWith(ReportLine.Begin, StringComparison.Ordinal))
        .Select(line => (int?)int.Parse(line[ReportLine.Begin.Length..], CultureInfo.InvariantCulture))
        .LastOrDefault();

    public void Add(IEnumerable<string> output)
    {
        foreach (ReportLine line in output.Select(ReportLine.Parse).OfType<ReportLine>())
        {
            _lines[(line.Case, line.Target, line.Check)] = line;
        }
    }

    public void AddCrash(CheckedCase each, string how) => _crashes[each.Name] = how;

    /// <summary>The line of a check, or null.</summary>
    public ReportLine? Find(CheckedCase each, KernelTarget target, string check) => _lines.GetValueOrDefault((each.Name, target.ToString(), check));

    /// <summary>What is wrong with a case: checks that failed, and checks that no line tells of.</summary>
    public IEnumerable<string> Faults(CheckedCase each)
    {
        if (_crashes.TryGetValue(each.Name, out string? crash))
        {
            yield return crash;
        }

        foreach ((KernelTarget target, string check) in Expected(each))
        {
            string? fault = Find(each, target, check) switch
            {
                null => "no line",
                { Passed: false } line => line.Detail,

                // The program's verdict is not taken on trust.
                { Error: var error, Bound: var bound } when !(error <= bound) => string.Create(CultureInfo.InvariantCulture, $"error {error:R}, allowed {bound:R}"),
                _ => null,
            };
            if (fault is not null)
            {
                yield return $"{target}, {check}: {fault}";
            }
        }
    }

    private static IEnumerable<(KernelTarget Target, string Check)> Expected(CheckedCase each) =>
    [
        (KernelTarget.AdvSimd, ReportLine.Dispatch),
        .. from target in each.Targets
           from check in each.Checks.Append(ReportLine.Ended)
           select (target, check),
    ];
}
