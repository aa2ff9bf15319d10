using System;

namespace Kron.Cuda.Device.Check;

/// <summary>Prints a line for each check and counts them.</summary>
internal sealed class Tally(Report report)
{
    public int Passed { get; private set; }

    public int Failed { get; private set; }

    /// <summary>Runs a check.</summary>
    /// <param name="mode">How the device is used.</param>
    /// <param name="what">What is checked.</param>
    /// <param name="check">Tells whether all is right, and the figures.</param>
    public void Run(string mode, string what, Func<Verdict> check)
    {
        Verdict verdict;
        try
        {
            verdict = check();
        }
#pragma warning disable CA1031 // Whatever it is, the line tells of it and the program goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            verdict = new Verdict(false, exception.ToString().ReplaceLineEndings(" "));
        }

        (Passed, Failed) = verdict.IsRight ? (Passed + 1, Failed) : (Passed, Failed + 1);
        report.Line($"{(verdict.IsRight ? "ok  " : "FAIL")}  {mode,-27}  {what}  {verdict.Detail}");
    }
}

/// <summary>How a check ended.</summary>
/// <param name="IsRight">Whether all is right.</param>
/// <param name="Detail">The figures, or what is wrong.</param>
internal readonly record struct Verdict(bool IsRight, string Detail)
{
    /// <summary>Right where an error is within its bound; one that is no number is not.</summary>
    public static Verdict Within(string what, double error, double bound) =>
        new(error <= bound, FormattableString.Invariant($"{what} {error:0.0e-0} of {bound:0e-0}"));

    /// <summary>Right where both are.</summary>
    public static Verdict operator &(Verdict first, Verdict second) => new(first.IsRight && second.IsRight, $"{first.Detail}; {second.Detail}");
}
