using System;
using System.Globalization;

namespace Kron.Benchmarks.Oracle;

/// <summary>Compares what a candidate computed with the reference.</summary>
internal static class Agreement
{
    // Errors of n roundings add up like a random walk: some 0.3·√n units of the values' size at one standard deviation.
    private const double Deviations = 8;

    /// <summary>Throws unless every sample of a batch agrees with the reference of the sample at its place.</summary>
    /// <param name="what">What was computed.</param>
    /// <param name="actual">The samples, one after the other.</param>
    /// <param name="expected">The different samples of a <see cref="SampleSet"/>.</param>
    /// <param name="length">The number of products that a value is the sum of.</param>
    /// <param name="growth">How many times as large rounding errors an algorithm has.</param>
    public static void Batch(string what, ReadOnlySpan<float> actual, double[][] expected, int length, double growth = 1)
    {
        int size = expected[SampleSet.IndexAt(0)].Length;
        for (int place = 0; place * size < actual.Length; place++)
        {
            Check(what, actual.Slice(place * size, size), expected[SampleSet.IndexAt(place)], length, growth);
        }
    }

    /// <summary>Throws unless every value is within the rounding error of a sum of <paramref name="length"/> products.</summary>
    public static void Check(string what, ReadOnlySpan<float> actual, ReadOnlySpan<double> expected, int length, double growth = 1)
    {
        double squares = 0;
        foreach (double value in expected)
        {
            squares += value * value;
        }

        double tolerance = growth * Deviations * Math.Pow(2, -24) * Math.Sqrt(length + 16) * Math.Sqrt(squares / expected.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(actual[i] - expected[i]) <= tolerance))
            {
                throw new WrongResultException(string.Create(
                    CultureInfo.InvariantCulture, $"{what}: element {i} is {actual[i]}, expected {expected[i]} within {tolerance:G2}."));
            }
        }
    }
}
