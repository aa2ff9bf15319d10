using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Benchmarks.Measure;

/// <summary>Summaries of measured values.</summary>
internal static class Summary
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    public static double GeometricMean(IEnumerable<double> values)
    {
        double[] logarithms = [.. values.Select(value => Math.Log(value))];
        return logarithms.Length == 0 ? double.NaN : Math.Exp(logarithms.Average());
    }
}
