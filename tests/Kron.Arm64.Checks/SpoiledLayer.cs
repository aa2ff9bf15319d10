using System;

namespace Kron.Arm64.Checks;

/// <summary>A layer with one wrong value in everything it computes: no check may let it pass.</summary>
internal sealed class SpoiledLayer(ILayer layer) : ILayer
{
    public int InputSize => layer.InputSize;

    public int OutputSize => layer.OutputSize;

    public Span<float> Parameters => layer.Parameters;

    public Span<float> Gradients => layer.Gradients;

    public Span<float> State => layer.State;

    public void Commit() => layer.Commit();

    public LayerTape CreateTape(int maxBatch) => layer.CreateTape(maxBatch);

    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        layer.Forward(input, output);
        Spoil(output);
    }

    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape)
    {
        layer.Forward(input, output, tape);
        Spoil(output);
    }

    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape)
    {
        layer.Backward(input, outputGradient, inputGradient, tape);
        Spoil(inputGradient);
        Spoil(layer.Gradients);
    }

    private static void Spoil(Span<float> values)
    {
        if (values.Length > 0)
        {
            values[values.Length / 2] += 0.01f;
        }
    }
}
