using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kron.Samples;

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

    /// <summary>The mean and, where there are several values, its spread as percentages.</summary>
    public string ToPercent() => new Statistic(100 * Mean, 100 * Spread).ToString("F2");

    /// <summary>The mean and, where there are several values, its spread in a numeric format.</summary>
    public string ToString(string format)
    {
        string mean = Mean.ToString(format, CultureInfo.InvariantCulture);
        return Spread is { } spread ? $"{mean} ± {spread.ToString(format, CultureInfo.InvariantCulture)}" : mean;
    }
}
