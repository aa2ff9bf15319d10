using System;

namespace Kron.Kernels.Tests.Support;

/// <summary>Random contents for layers and buffers.</summary>
internal static class LayerExtensions
{
    /// <summary>Parameters between −1 and 1.</summary>
    public static void Initialize(this ILayer layer, int seed)
    {
        new Random(seed).Fill(layer.Parameters);
        layer.Commit();
    }

    /// <summary>Values between −1 and 1.</summary>
    public static void Fill(this Random random, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (random.NextSingle() * 2) - 1;
        }
    }

    /// <summary>An array of values between −1 and 1.</summary>
    public static float[] Floats(this Random random, int length)
    {
        var values = new float[length];
        random.Fill(values);
        return values;
    }
}
