using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Tests.Emit;
using Kron.Generator.Tests.Support;

namespace Kron.Kernels.Tests.Support;

/// <summary>Runs several steps of training with a batch normalisation and compares all it computes with its definition.</summary>
internal static class NormalizationMeasurement
{
    private const int Steps = 3;

    private static readonly string[] StepResults = ["output", "running statistics", "input gradient", "parameter gradients", "accumulated gradients", "inference"];

    /// <summary>Names of the results, in order.</summary>
    public static IReadOnlyList<string> Results { get; } = [.. Enumerable.Range(0, Steps).SelectMany(step => StepResults.Select(result => Name(step, result)))];

    /// <summary>All of each step, each as the worst of its values.</summary>
    /// <param name="normalization">What the layer should compute.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="atEnd">The caller's buffers lie flush against unreadable pages with their ends, or else with their starts: a float too far is a crash.</param>
    public static IEnumerable<Deviation> Of(NormalizationCase normalization, ILayer layer, int batch, bool atEnd)
    {
        NaiveNormalization oracle = normalization.Oracle(layer);
        LayerTape tape = layer.CreateTape(batch + 2);
        using GuardedFloats x = new(batch * layer.InputSize, atEnd), y = new(x.Count, atEnd), dy = new(x.Count, atEnd), dx = new(x.Count, atEnd);
        for (int step = 0; step < Steps; step++)
        {
            Deviation Compare(int result, ReadOnlySpan<float> actual, IEnumerable<double> expected, double tolerance)
            {
                double[] values = [.. expected];
                return Deviation.Of(Name(step, StepResults[result]), actual, i => (values[i], tolerance * Math.Max(1, Math.Abs(values[i]))));
            }

            normalization.Input(batch, seed: step).CopyTo(x.Span);
            new Random(step + 10).Fill(dy.Span);
            double[] input = Widen(x.Span);

            y.Span.Fill(float.NaN);
            layer.Forward(x.Span, y.Span, tape);
            yield return Compare(0, y.Span, oracle.Train(input), 2e-5);
            oracle.Update(input);
            yield return Compare(1, layer.State, oracle.RunningMean.Concat(oracle.RunningVariance), 1e-5);

            layer.Gradients.Clear();
            dx.Span.Fill(float.NaN);
            layer.Backward(x.Span, dy.Span, dx.Span, tape);
            (double[] inputGradient, double[] weight, double[] bias) = oracle.Backward(input, Widen(dy.Span));
            yield return Compare(2, dx.Span, inputGradient, 1e-4);
            yield return Compare(3, layer.Gradients, weight.Concat(bias), 1e-4);

            // Gradients add up, and the input's is not asked for.
            layer.Backward(x.Span, dy.Span, [], tape);
            yield return Compare(4, layer.Gradients, weight.Concat(bias).Select(v => 2 * v), 1e-4);

            // Inference reads the new running statistics without a commit.
            y.Span.Fill(float.NaN);
            layer.Forward(x.Span, y.Span);
            yield return Compare(5, y.Span, oracle.Infer(input), 2e-5);

            if (!Widen(x.Span).SequenceEqual(input))
            {
                throw new InvalidOperationException("The input was written.");
            }

            foreach (GuardedFloats buffer in new[] { x, y, dy, dx })
            {
                buffer.ShouldBeAloneWritten();
            }
        }
    }

    private static string Name(int step, string result) => $"step {step + 1}: {result}";

    private static double[] Widen(ReadOnlySpan<float> values) => [.. values.ToArray().Select(v => (double)v)];
}
