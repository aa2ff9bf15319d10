using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Tests.Emit;

namespace Kron.Kernels.Tests.Support;

/// <summary>Runs every pass of a layer and compares all it computes with the oracle.</summary>
internal static class Measurement
{
    /// <summary>float's unit roundoff.</summary>
    public const double Epsilon = 1.0 / (1 << 24);

    private static readonly ConcurrentDictionary<(LayerCase Layer, int Batch, int Seed), Lazy<Expectation>> Expectations = new();

    /// <summary>Names of the results, in order.</summary>
    public static IReadOnlyList<string> Results { get; } = ["output", "output of one sample", "recorded output", "input gradient", "parameter gradients", "accumulated gradients"];

    /// <summary>Outputs, every gradient, and accumulation over calls, each as the worst of its values.</summary>
    /// <param name="layer">What the layer should compute.</param>
    /// <param name="compiled">The layer.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="seed">Of parameters, inputs and gradients.</param>
    /// <param name="atEnd">The caller's buffers lie flush against unreadable pages with their ends, or else with their starts: a float too far is a crash.</param>
    public static IEnumerable<Deviation> Of(LayerCase layer, ILayer compiled, int batch, int seed = 1, bool atEnd = true)
    {
        Expectation data = Expectations.GetOrAdd((layer, batch, seed), key => new Lazy<Expectation>(() => Expectation.Of(key.Layer, key.Batch, key.Seed))).Value;
        data.Parameters.CopyTo(compiled.Parameters);
        compiled.Commit();

        using GuardedFloats x = new(data.Input.Length, atEnd), dy = new(data.OutputGradient.Length, atEnd), y = new(dy.Count, atEnd), dx = new(x.Count, atEnd);
        data.Input.CopyTo(x.Span);
        data.OutputGradient.CopyTo(dy.Span);
        Deviation Compare(int result, ReadOnlySpan<float> actual, Expected expected, int start = 0)
        {
            double bound = expected.Factor * Tolerance(layer);
            return Deviation.Of(Results[result], actual, i => (expected.Factor * expected.Values[start + i], bound * Math.Max(expected.Scale[start + i], 1e-30)));
        }

        y.Span.Fill(float.NaN);
        compiled.Forward(x.Span, y.Span);
        yield return Compare(0, y.Span, data.Output);

        // The sample that the guard is next to.
        int sample = atEnd ? batch - 1 : 0, start = sample * layer.OutputSize;
        y.Span.Fill(float.NaN);
        compiled.Forward(x.Span.Slice(sample * layer.Inputs, layer.Inputs), y.Span.Slice(start, layer.OutputSize));
        yield return Compare(1, y.Span.Slice(start, layer.OutputSize), data.Output, start);

        y.Span.Fill(float.NaN);
        LayerTape tape = compiled.CreateTape(batch + 3);
        compiled.Forward(x.Span, y.Span, tape);
        yield return Compare(2, y.Span, data.Output);

        dx.Span.Fill(float.NaN);
        compiled.Gradients.Clear();
        compiled.Backward(x.Span, dy.Span, dx.Span, tape);
        yield return Compare(3, dx.Span, data.InputGradient);
        yield return Compare(4, compiled.Gradients, data.Gradients);

        compiled.Backward(x.Span, dy.Span, [], tape);
        yield return Compare(5, compiled.Gradients, data.Gradients with { Factor = 2 });

        Require(x.Span.SequenceEqual(data.Input), "The input was written.");
        Require(dy.Span.SequenceEqual(data.OutputGradient), "The output's gradient was written.");
        foreach (GuardedFloats buffer in new[] { x, dy, y, dx })
        {
            buffer.ShouldBeAloneWritten();
        }
    }

    /// <summary>ε·(k + 1) over the longest chain of roundings: both contractions, the batch, and the activation's own error.</summary>
    public static double Tolerance(LayerCase layer) => Epsilon * (32 + (2 * (layer.Groups.Count == 0
        ? (layer.Dense.N + layer.Dense.M) * layer.Kernel.H * layer.Kernel.W
        : layer.Groups.Max(g => ((g.N1 + g.M1) * g.H1 * g.W1) + ((g.N2 + g.M2) * g.H2 * g.W2) + g.R))));

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
