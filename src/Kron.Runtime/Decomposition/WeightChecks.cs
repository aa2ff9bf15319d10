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
    public static unsafe double Energy(ReadOnlySpan<float> weight, int columns, string name)
    {
        long rows = weight.Length / columns;
        int slices = MatrixKernels.SliceCount(weight.Length);
        var energies = new double[slices];
        var wrong = new long[slices];
        fixed (float* start = weight)
        {
            float* values = start;
            PartRunner.Run(slices, slice =>
            {
                wrong[slice] = -1;
                for (long row = rows * slice / slices; row < rows * (slice + 1) / slices; row++)
                {
                    // A double holds the sum of any finite squares, so a sum that is not finite betrays the row.
                    double sum = MatrixKernels.SumOfSquares(values + (row * columns), columns);
                    if (!double.IsFinite(sum))
                    {
                        wrong[slice] = row;
                        return;
                    }

                    energies[slice] += sum;
                }
            });
        }

        double energy = 0;
        for (int slice = 0; slice < slices; slice++)
        {
            if (wrong[slice] >= 0)
            {
                ThrowNotFinite(weight, (int)wrong[slice], columns, name);
            }

            energy += energies[slice];
        }

        return energy;
    }

    public static void AtLeast(int least, long? value, string name, string parameter)
    {
        if (value < least)
        {
            throw new ArgumentException($"{name} must be at least {least}, but is {value}.", parameter);
        }
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
