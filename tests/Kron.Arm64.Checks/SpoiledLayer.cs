using System;

namespace Kron.Arm64.Checks;

/// <summary>A layer with one wrong value in everything that it computes on one thread: no check may let it pass.</summary>
internal sealed class SpoiledLayer(IParallelLayer layer) : IParallelLayer
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

    public void ForwardParallel(ReadOnlySpan<float> input, Span<float> output, int threads) => layer.ForwardParallel(input, output, threads);

    public void ForwardParallel(ReadOnlySpan<float> input, Span<float> output, LayerTape tape, int threads) => layer.ForwardParallel(input, output, tape, threads);

    public void BackwardParallel(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape, int threads) =>
        layer.BackwardParallel(input, outputGradient, inputGradient, tape, threads);

    private static void Spoil(Span<float> values)
    {
        if (values.Length > 0)
        {
            values[values.Length / 2] += 0.01f;
        }
    }
}
