using System;
using System.Collections.Generic;
using Kron.Kernels.Tests.Support;

namespace Kron.Arm64.Checks;

/// <summary>A layer whose batch is shared out over threads: the bits of one thread.</summary>
/// <param name="Layer">A layer that computes integers of integers, so that the sums of gradients are exact in any order.</param>
/// <param name="Samples">As many as pay for a further thread.</param>
internal sealed record CheckedParallel(LayerCase Layer, int Samples) : CheckedCase
{
    private const int Threads = 3;
    private const string Output = "output", Recorded = "recorded output", InputGradient = "input gradient", Gradients = "parameter gradients";

    public override string Name => $"{Layer} over {Samples} samples in parallel";

    public override IReadOnlyList<string> Checks { get; } = [Output, Recorded, InputGradient, Gradients];

    public override IEnumerable<Deviation> Run(ILayer layer)
    {
        var random = new Random(Samples);
        Integers(random, layer.Parameters.Length).CopyTo(layer.Parameters);
        layer.Commit();
        float[] x = Integers(random, Samples * layer.InputSize), dy = Integers(random, Samples * layer.OutputSize);
        float[] y = new float[dy.Length], alone = new float[dy.Length], dx = new float[x.Length], aloneGradient = new float[x.Length];
        LayerTape tape = layer.CreateTape(Samples), aloneTape = layer.CreateTape(Samples);
        var parallel = (IParallelLayer)layer;

        layer.Forward(x, alone);
        Array.Fill(y, float.NaN);
        parallel.ForwardParallel(x, y, Threads);
        yield return Compare(Output, y, alone);

        layer.Forward(x, alone, aloneTape);
        Array.Fill(y, float.NaN);
        parallel.ForwardParallel(x, y, tape, Threads);
        yield return Compare(Recorded, y, alone);

        layer.Gradients.Clear();
        layer.Backward(x, dy, aloneGradient, aloneTape);
        float[] gradients = layer.Gradients.ToArray();
        layer.Gradients.Clear();
        Array.Fill(dx, float.NaN);
        long before = GC.GetAllocatedBytesForCurrentThread();
        parallel.BackwardParallel(x, dy, dx, tape, Threads);
        long memory = GC.GetAllocatedBytesForCurrentThread() - before, expected = (Threads - 1) * sizeof(float) * (long)gradients.Length;
        yield return Compare(InputGradient, dx, aloneGradient);
        yield return Compare(Gradients, layer.Gradients.ToArray(), gradients);

        // Each further part has gradients of its own.
        if (memory < expected)
        {
            throw new InvalidOperationException($"The backward pass took {memory} bytes; expected at least {expected}, for {Threads} parts.");
        }
    }

    public override string ToString() => Name;

    private static float[] Integers(Random random, int length)
    {
        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = random.Next(-2, 3);
        }

        return values;
    }

    /// <summary>Zeros of both signs are equal, but not the same bits.</summary>
    private static Deviation Compare(string what, float[] actual, float[] alone)
    {
        Deviation deviation = Exact(what, actual, alone);
        return deviation.IsAllowed && deviation.Bits != Exact(what, alone, alone).Bits ? deviation with { Bound = double.NaN } : deviation;
    }

    private static Deviation Exact(string what, float[] actual, float[] alone) => Deviation.Of(what, actual, i => (alone[i], 0));
}
