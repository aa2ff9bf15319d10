using System;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>What a layer refuses, with a message that tells what came and what was expected, and without touching anything.</summary>
internal static class Refusals
{
    public static void OfWrongLengths(ILayer layer)
    {
        int inputs = 3 * layer.InputSize, outputs = 3 * layer.OutputSize;
        float[] x = new Random(1).Floats(inputs), y = new float[outputs + 1], dx = new float[inputs + 1];
        Array.Fill(y, 7);
        Array.Fill(dx, 7);
        LayerTape tape = layer.CreateTape(3), small = layer.CreateTape(2);

        Lengths(() => layer.Forward(x, y), outputs + 1, outputs);
        Lengths(() => layer.Forward(x, y.AsSpan(2)), outputs - 1, outputs);
        Lengths(() => layer.Forward(x, y, tape), outputs + 1, outputs);
        Lengths(() => layer.Forward(x, y.AsSpan(1), small), 3, 2);
        if (layer.InputSize > 1)
        {
            Lengths(() => layer.Forward(x.AsSpan(1), y.AsSpan(1)), inputs - 1, layer.InputSize);
        }

        float[] fitting = new float[outputs];
        layer.Forward(x, fitting, tape);
        Lengths(() => layer.Backward(x, y, dx.AsSpan(1), tape), outputs + 1, outputs);
        Lengths(() => layer.Backward(x, fitting, dx, tape), inputs + 1, inputs);
        Lengths(() => layer.Backward(x.AsSpan(layer.InputSize), fitting, dx.AsSpan(1), tape), 2, 3);

        Require(Array.TrueForAll(y, value => value == 7), "A refused call wrote the output.");
        Require(Array.TrueForAll(dx, value => value == 7), "A refused call wrote the input's gradient.");
        Require(layer.Gradients.IndexOfAnyExcept(0f) < 0, "A refused call wrote the gradients.");
    }

    public static void OfOverlaps(ILayer layer)
    {
        float[] memory = new float[layer.InputSize + layer.OutputSize - 1];
        Message(() => layer.Forward(memory.AsSpan(0, layer.InputSize), memory.AsSpan(layer.InputSize - 1)), "overlaps");

        LayerTape tape = layer.CreateTape(1);
        layer.Forward(new float[layer.InputSize], new float[layer.OutputSize], tape);
        float[] x = new float[layer.InputSize];
        Message(() => layer.Backward(x, new float[layer.OutputSize], x, tape), "overlaps");
        Require(Array.TrueForAll(memory, value => value == 0) && Array.TrueForAll(x, value => value == 0), "A refused call wrote to its arguments.");
    }

    private static void Lengths(Action call, int came, int expected) => Message(call, $" {came} ", $" {expected}");

    private static void Message(Action call, params string[] parts)
    {
        try
        {
            call();
        }
        catch (ArgumentException exception)
        {
            string? missing = parts.FirstOrDefault(part => !exception.Message.Contains(part, StringComparison.Ordinal));
            Require(missing is null, $"The message '{exception.Message}' does not contain '{missing}'.");
            return;
        }

        throw new InvalidOperationException($"Nothing was refused; expected a message with '{string.Join("' and '", parts)}'.");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new InvalidOperationException(message);
        }
    }
}
