using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>Compares a compiled layer with the oracle: output, every gradient, and accumulation over calls.</summary>
internal static class Check
{
    /// <summary>float's unit roundoff.</summary>
    private const double Epsilon = 1.0 / (1 << 24);

    private static readonly ConcurrentDictionary<(LayerCase Layer, int Batch, int Seed), Lazy<Expectation>> Expectations = new();

    public static void Layer(LayerCase layer, ILayer compiled, int batch, int seed = 1)
    {
        Require(compiled.InputSize == layer.Inputs, $"{layer}: InputSize {compiled.InputSize}, expected {layer.Inputs}.");
        Require(compiled.OutputSize == layer.OutputSize, $"{layer}: OutputSize {compiled.OutputSize}, expected {layer.OutputSize}.");
        Require(compiled.Parameters.Length == layer.ParameterCount, $"{layer}: {compiled.Parameters.Length} parameters, expected {layer.ParameterCount}.");

        Expectation expected = Expectations.GetOrAdd((layer, batch, seed), key => new Lazy<Expectation>(() => Expectation.Of(key.Layer, key.Batch, key.Seed))).Value;
        expected.Parameters.CopyTo(compiled.Parameters);
        compiled.Commit();

        var output = new float[expected.OutputGradient.Length];
        Array.Fill(output, float.NaN);
        compiled.Forward(expected.Input, output);
        Compare(layer, compiled, "output", output, expected.Output);

        Array.Fill(output, float.NaN);
        LayerTape tape = compiled.CreateTape(batch + 3);
        compiled.Forward(expected.Input, output, tape);
        Compare(layer, compiled, "recorded output", output, expected.Output);

        var inputGradient = new float[expected.Input.Length];
        Array.Fill(inputGradient, float.NaN);
        compiled.Gradients.Clear();
        compiled.Backward(expected.Input, expected.OutputGradient, inputGradient, tape);
        Compare(layer, compiled, "input gradient", inputGradient, expected.InputGradient);
        Compare(layer, compiled, "parameter gradients", compiled.Gradients.ToArray(), expected.Gradients);

        compiled.Backward(expected.Input, expected.OutputGradient, [], tape);
        Compare(layer, compiled, "accumulated gradients", compiled.Gradients.ToArray(), expected.Gradients with { Factor = 2 });
    }

    /// <summary>Checks all and then tells of the first few that failed.</summary>
    public static void All<T>(IEnumerable<T> items, Action<T> check)
    {
        var failures = new List<string>();
        int count = 0;
        foreach (T item in items)
        {
            count++;
            try
            {
                check(item);
            }
            catch (Exception exception)
            {
                failures.Add($"{item}: {exception}");
            }
        }

        if (failures.Count > 0)
        {
            throw new InvalidOperationException($"{failures.Count} of {count} cases:\n{string.Join("\n", failures.Take(8))}");
        }
    }

    private static void Compare(LayerCase layer, ILayer compiled, string what, float[] actual, Expected expected)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            double value = expected.Factor * expected.Values[i];
            double bound = expected.Factor * Tolerance(layer) * Math.Max(expected.Scale[i], 1e-30);
            if (!(Math.Abs(actual[i] - value) <= bound))
            {
                throw new InvalidOperationException(
                    $"{layer} ({compiled.GetType().Name}, {Target(compiled)}): {what}[{i}] of {actual.Length} is {actual[i]:R}, expected {value:R} ± {bound:R}.");
            }
        }
    }

    /// <summary>ε·(k + 1) over the longest chain of roundings: both contractions, the batch, and the activation's own error.</summary>
    public static double Tolerance(LayerCase layer) => Epsilon * (32 + (2 * (layer.Groups.Count == 0
        ? (layer.Dense.N + layer.Dense.M) * layer.Kernel.H * layer.Kernel.W
        : layer.Groups.Max(g => ((g.N1 + g.M1) * g.H1 * g.W1) + ((g.N2 + g.M2) * g.H2 * g.W2) + g.R))));

    private static object? Target(ILayer layer) => layer.GetType().GetProperty("Target")?.GetValue(layer);

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
