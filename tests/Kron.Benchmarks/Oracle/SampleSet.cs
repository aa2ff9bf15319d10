using System;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Oracle;

/// <summary>
/// Random parameters and samples of a subject. Batches of any size repeat 16 different samples in an order that changes
/// from block to block, so that the oracle computes 16 and a kernel that mixes samples up is still found out.
/// </summary>
internal sealed class SampleSet
{
    /// <summary>The number of different samples.</summary>
    public const int Distinct = 16;

    public SampleSet(Subject subject, int seed)
    {
        Subject = subject;
        var random = new Random(seed);
        Parameters = Fill(subject.Case.ParameterCount, random);
        Inputs = Fill(Distinct * subject.Inputs, random);
        OutputGradients = Fill(Distinct * subject.Outputs, random);
    }

    public Subject Subject { get; }

    public float[] Parameters { get; }

    /// <summary>The different samples, one after the other.</summary>
    public float[] Inputs { get; }

    /// <summary>A gradient of the outputs for each of them.</summary>
    public float[] OutputGradients { get; }

    /// <summary>Which of the different samples is at a place of a batch; each once per 16 places.</summary>
    public static int IndexAt(int place) => ((5 * (place % Distinct)) + (place / Distinct)) % Distinct;

    /// <summary>A batch of samples or gradients: <paramref name="size"/> values of each place.</summary>
    public static FloatBuffer Batch(float[] distinct, int size, int batch)
    {
        var buffer = new FloatBuffer((long)batch * size);
        for (int place = 0; place < batch; place++)
        {
            distinct.AsSpan(IndexAt(place) * size, size).CopyTo(buffer.Span[(place * size)..]);
        }

        return buffer;
    }

    private static float[] Fill(int length, Random random)
    {
        var values = new float[length];
        foreach (ref float value in values.AsSpan())
        {
            value = (random.NextSingle() * 2) - 1;
        }

        return values;
    }
}
