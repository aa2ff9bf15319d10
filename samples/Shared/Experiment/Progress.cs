using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;

namespace Kron.Samples;

/// <summary>Says what is going on, with the time since the start; safe to call from several threads.</summary>
internal sealed class Progress(TextWriter output)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly Lock gate = new();
    private long totalSteps;
    private long doneSteps;
    private long shownTwentieths;

    /// <summary>The time since the start.</summary>
    public TimeSpan Elapsed => watch.Elapsed;

    /// <summary>Announces training steps to come.</summary>
    public void Expect(long steps) => totalSteps += steps;

    /// <summary>Counts a training step, and shows a line whenever another twentieth of all of them is done.</summary>
    public void Step(string name, double loss)
    {
        lock (gate)
        {
            doneSteps++;
            if (20 * doneSteps / totalSteps > shownTwentieths)
            {
                shownTwentieths = 20 * doneSteps / totalSteps;
                Show($"{5 * shownTwentieths,3}% of {totalSteps} steps; {name}: loss {loss:F3}");
            }
        }
    }

    /// <summary>Shows a line.</summary>
    public void Show(FormattableString text)
    {
        lock (gate)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{watch.Elapsed.TotalSeconds,6:F1} s] {text.ToString(CultureInfo.InvariantCulture)}"));
            output.Flush();
        }
    }
}
