using System;

namespace Kron.Cli.Measuring;

/// <summary>Inputs to measure with: uniform in [−1, 1), the same in every run.</summary>
internal static class Samples
{
    public static float[] Draw(int length)
    {
        var random = new Random(1);
        float[] values = new float[length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (2 * random.NextSingle()) - 1;
        }

        return values;
    }
}
