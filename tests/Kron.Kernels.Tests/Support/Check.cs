using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>Compares layers with the oracle, and throws where one is wrong.</summary>
internal static class Check
{
    public static void Layer(LayerCase layer, ILayer compiled, int batch, int seed = 1)
    {
        Require(compiled.InputSize == layer.Inputs, $"{layer}: InputSize {compiled.InputSize}, expected {layer.Inputs}.");
        Require(compiled.OutputSize == layer.OutputSize, $"{layer}: OutputSize {compiled.OutputSize}, expected {layer.OutputSize}.");
        Require(compiled.Parameters.Length == layer.ParameterCount, $"{layer}: {compiled.Parameters.Length} parameters, expected {layer.ParameterCount}.");
        foreach (Deviation deviation in Measurement.Of(layer, compiled, batch, seed))
        {
            Require(deviation.IsAllowed, $"{layer} ({compiled.GetType().Name}, {Target(compiled)}): {deviation}.");
        }
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

    private static object? Target(ILayer layer) => layer.GetType().GetProperty("Target")?.GetValue(layer);

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
