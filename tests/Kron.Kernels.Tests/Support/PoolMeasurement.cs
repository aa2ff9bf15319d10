using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Emit;
using Kron.Generator.Tests.Support;

namespace Kron.Kernels.Tests.Support;

/// <summary>Runs every pass of a pool and compares all it computes with the pool by its definition.</summary>
internal static class PoolMeasurement
{
    /// <summary>Tiling, ragged, overlapping and padded, and as large as the image.</summary>
    public static IReadOnlyList<WindowSpec> Windows { get; } = [.. new[] { 0, 1, 2, 4, 8 }.Select(i => PoolSpecs.Windows[i])];

    /// <summary>Names of the results, in order.</summary>
    public static IReadOnlyList<string> Results { get; } = ["output", "recorded output", "input gradient"];

    /// <summary>Outputs and the input's gradient, each as the worst of its values.</summary>
    /// <param name="window">The window and its image.</param>
    /// <param name="isMaximum">Whether the pool takes the maximum, or the mean.</param>
    /// <param name="layer">The pool.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="seed">Of inputs and gradients.</param>
    /// <param name="atEnd">The caller's buffers lie flush against unreadable pages with their ends, or else with their starts: a float too far is a crash.</param>
    public static IEnumerable<Deviation> Of(WindowSpec window, bool isMaximum, ILayer layer, int batch, int seed, bool atEnd)
    {
        using GuardedFloats x = new(batch * layer.InputSize, atEnd), y = new(batch * layer.OutputSize, atEnd), dy = new(y.Count, atEnd), dx = new(x.Count, atEnd);

        // Tenths: many windows have several maxima.
        var random = new Random(seed);
        foreach (ref float value in x.Span)
        {
            value = random.Next(-9, 10) / 10f;
        }

        random.Fill(dy.Span);
        double[] input = Widen(x.Span), outputGradient = Widen(dy.Span);

        // A maximum is exact; all else is a sum of at most a window's values, after a division where it is a mean.
        double roundings = Measurement.Epsilon * ((window.KernelH * window.KernelW) + 2);
        Expected output = new(NaivePool.Forward(window, isMaximum, input), isMaximum ? new double[y.Count] : NaivePool.Forward(window, isMaximum, Magnitudes(input)));
        Expected inputGradient = new(
            NaivePool.Backward(window, isMaximum, input, outputGradient),
            NaivePool.Backward(window, isMaximum, input, Magnitudes(outputGradient)));
        Deviation Compare(int result, ReadOnlySpan<float> actual, Expected expected) =>
            Deviation.Of(Results[result], actual, i => (expected.Values[i], roundings * expected.Scale[i]));

        layer.Forward(x.Span, y.Span);
        yield return Compare(0, y.Span, output);

        LayerTape tape = layer.CreateTape(batch);
        y.Span.Fill(float.NaN);
        layer.Forward(x.Span, y.Span, tape);
        yield return Compare(1, y.Span, output);

        dx.Span.Fill(float.NaN);
        layer.Backward(x.Span, dy.Span, dx.Span, tape);
        yield return Compare(2, dx.Span, inputGradient);

        if (!Widen(x.Span).SequenceEqual(input) || !Widen(dy.Span).SequenceEqual(outputGradient))
        {
            throw new InvalidOperationException("The input or the output's gradient was written.");
        }

        foreach (GuardedFloats buffer in new[] { x, y, dy, dx })
        {
            buffer.ShouldBeAloneWritten();
        }
    }

    private static double[] Widen(ReadOnlySpan<float> values) => [.. values.ToArray().Select(v => (double)v)];

    private static double[] Magnitudes(double[] values) => [.. values.Select(Math.Abs)];
}
