using System;

namespace Kron.Decomposition;

/// <summary>Argument checks that the decompositions share.</summary>
internal static class WeightChecks
{
    /// <summary>Checks that every entry is finite and returns ‖W‖²_F.</summary>
    public static double Energy(ReadOnlySpan<float> weight, int columns, string parameter)
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
                ThrowNotFinite(values, row, columns, parameter);
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

    private static void ThrowNotFinite(ReadOnlySpan<float> values, int row, int columns, string parameter)
    {
        for (int column = 0; column < columns; column++)
        {
            if (!float.IsFinite(values[column]))
            {
                throw new ArgumentException(
                    $"{parameter}[{((long)row * columns) + column}] (row {row}, column {column}) is {values[column]}; every entry must be finite.",
                    parameter);
            }
        }
    }
}
