using System.Globalization;
using Kron.Kernels.Tests.Support;

namespace Kron.Arm64.Checks;

/// <summary>What the program prints for each check, in columns parted by tabs.</summary>
/// <param name="Case">The case's name.</param>
/// <param name="Target">The kernels that ran.</param>
/// <param name="Check">The check's name.</param>
/// <param name="Error">How far the worst value is from the oracle's.</param>
/// <param name="Bound">How far it may be.</param>
/// <param name="Bits">A hash of all values' bits.</param>
/// <param name="Passed">The program's own verdict.</param>
/// <param name="Detail">What happened, for a reader.</param>
internal sealed record ReportLine(string Case, string Target, string Check, double Error, double Bound, ulong Bits, bool Passed, string Detail)
{
    /// <summary>The check that nothing was thrown and nothing crashed; its line comes last.</summary>
    public const string Ended = "ran to its end";

    /// <summary>The check that the class chooses NEON by itself and refuses what an ARM64 processor lacks.</summary>
    public const string Dispatch = "dispatch";

    /// <summary>Starts the line that tells the number of the case which runs from there on.</summary>
    public const string Begin = "begin\t";

    private const string Good = "ok", Bad = "FAIL";

    public static ReportLine Of(CheckedCase each, KernelTarget target, Deviation deviation) => new(
        each.Name,
        target.ToString(),
        deviation.What,
        deviation.Error,
        deviation.Bound,
        deviation.Bits,
        deviation.IsAllowed,
        deviation.IsAllowed ? "" : deviation.ToString());

    /// <summary>A check without values.</summary>
    public static ReportLine Of(CheckedCase each, KernelTarget target, string check, bool passed, string detail) =>
        new(each.Name, target.ToString(), check, 0, 0, 0, passed, detail.ReplaceLineEndings(" ").Replace('\t', ' '));

    /// <returns>Null where the text is no such line.</returns>
    public static ReportLine? Parse(string text) => text.Split('\t') is [var verdict and (Good or Bad), var name, var target, var check, var error, var bound, var bits, var detail]
        ? new ReportLine(
            name,
            target,
            check,
            double.Parse(error, CultureInfo.InvariantCulture),
            double.Parse(bound, CultureInfo.InvariantCulture),
            ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            verdict == Good,
            detail)
        : null;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Passed ? Good : Bad)}\t{Case}\t{Target}\t{Check}\t{Error:R}\t{Bound:R}\t{Bits:x16}\t{Detail}");
}
