using System;

namespace Kron.Decomposition;

/// <summary>Argument checks that the decompositions share.</summary>
internal static class WeightChecks
{
    /// <summary>Checks that every entry is finite and returns ‖W‖²_F.</summary>
    /// <param name="weight">W, row-major.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ArgumentException">An entry is not finite; the message names the first.</exception>
    public static double Energy(ReadOnlySpan<float> weight, int columns, string name)
    {
        double energy = 0;
        for (int row = 0; row < weight.Length / columns; row++)
        {
            ReadOnlySpan<float> values = weight.Slice(row * columns, columns);
            double sum = 0;
            foreach (float value in values)
            {
                sum += (double)value * value;
            }

            // A double holds the sum of any finite squares, so a sum that is not finite betrays the row.
            if (!double.IsFinite(sum))
            {
                ThrowNotFinite(weight, row, columns, name);
            }

            energy += sum;
        }

        return energy;
    }

    public static void Length(int actual, long expected, string shape, string parameter)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{parameter} must hold {expected} floats, {shape}, but holds {actual}.", parameter);
        }
    }

    private static void ThrowNotFinite(ReadOnlySpan<float> weight, int row, int columns, string name)
    {
        for (int i = row * columns; ; i++)
        {
            if (!float.IsFinite(weight[i]))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"{name}[{i}] (row {row}, column {i - (row * columns)}) is {weight[i]}; every entry must be finite."),
                    nameof(weight));
            }
        }
    }
}
