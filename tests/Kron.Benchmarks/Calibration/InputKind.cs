using System;

namespace Kron.Benchmarks.Calibration;

/// <summary>A distribution of inputs c × h × w.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Draw">Makes a sampler.</param>
internal sealed record InputKind(string Name, Func<(int Channels, int Height, int Width), Random, Action<float[]>> Draw)
{
    private const double Correlation = 0.9;

    /// <summary>All kinds.</summary>
    public static InputKind[] All { get; } =
    [
        new("independent", (_, random) => sample => Fill(sample, random)),
        new("pixels: neighbours correlate by 0.9", Pixels),
        new("few directions and noise", (size, random) => Directions(size, random, isRectified: false)),
        new("few directions, rectified", (size, random) => Directions(size, random, isRectified: true)),
    ];

    /// <summary>Fills with standard normal values.</summary>
    public static void Fill(Span<float> values, Random random)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }

    /// <summary>Each channel a stationary autoregressive process of order 1 along both axes.</summary>
    private static Action<float[]> Pixels((int Channels, int Height, int Width) size, Random random)
    {
        const float Rest = 0.43588989f; // √(1 − 0.9²)
        return sample =>
        {
            Fill(sample, random);
            for (int i = 0; i < sample.Length; i++)
            {
                sample[i] = i % size.Width == 0 ? sample[i] : (float)(Correlation * sample[i - 1]) + (Rest * sample[i]);
            }

            for (int i = 0; i < sample.Length; i++)
            {
                sample[i] = i / size.Width % size.Height == 0 ? sample[i] : (float)(Correlation * sample[i - size.Width]) + (Rest * sample[i]);
            }
        };
    }

    /// <summary>n / 20 directions of strengths 1/√k and a tenth of noise; or a half of noise, after an offset for each input and Relu.</summary>
    private static Action<float[]> Directions((int Channels, int Height, int Width) size, Random random, bool isRectified)
    {
        int inputs = size.Channels * size.Height * size.Width, count = Math.Max(4, inputs / 20);
        var directions = new float[count][];
        double energy = 0;
        for (int k = 0; k < count; k++)
        {
            directions[k] = new float[inputs];
            Fill(directions[k], random);
            energy += 1.0 / (k + 1);
        }

        float[] offsets = new float[inputs], strengths = new float[count], sum = new float[inputs];
        Fill(offsets, random);
        return sample =>
        {
            Fill(sample, random);
            Fill(strengths, random);
            Array.Clear(sum);
            for (int k = 0; k < count; k++)
            {
                float scale = strengths[k] / MathF.Sqrt((float)energy * (k + 1));
                DenseOutputs.Axpy(scale, directions[k], sum);
            }

            for (int i = 0; i < inputs; i++)
            {
                sample[i] = isRectified ? MathF.Max(0, sum[i] + (0.5f * offsets[i]) + (0.5f * sample[i])) : sum[i] + (0.1f * sample[i]);
            }
        };
    }
}
