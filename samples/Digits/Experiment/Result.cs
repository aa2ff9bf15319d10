using System;
using System.Collections.Generic;
using System.Linq;
using Kron;

namespace Digits.Experiment;

/// <summary>What one method reached with one seed.</summary>
/// <param name="Before">The test error before fine-tuning.</param>
/// <param name="After">The test error after it.</param>
/// <param name="Hidden">The layer in its final state.</param>
internal sealed record Outcome(double Before, double After, ILayer Hidden);

/// <summary>A mean over the seeds and their sample standard deviation; a single seed has none.</summary>
internal readonly record struct Statistic(double Mean, double? Spread)
{
    /// <summary>Summarises at least one value.</summary>
    public static Statistic Of(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        double squares = values.Sum(value => (value - mean) * (value - mean));
        return new Statistic(mean, values.Count > 1 ? Math.Sqrt(squares / (values.Count - 1)) : null);
    }
}

/// <summary>One row of the table.</summary>
/// <param name="Method">The form of the layer.</param>
/// <param name="Before">Test error before fine-tuning.</param>
/// <param name="After">Test error after it.</param>
/// <param name="Single">Nanoseconds per sample at batch 1.</param>
/// <param name="Batched">Nanoseconds per sample at batch 256.</param>
internal sealed record Row(Method Method, Statistic Before, Statistic After, double Single, double Batched);
