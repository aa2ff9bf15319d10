using System;

namespace Kron.CompilerServices;

/// <summary>Checks of the arguments of a layer's passes, before anything is written; each returns the batch.</summary>
internal static class PassCheck
{
    public static int Forward(ReadOnlySpan<float> input, Span<float> output, int inputSize, int outputSize)
    {
        int batch = BatchCheck.Of(nameof(input), input.Length, inputSize);
        BatchCheck.Length(nameof(output), output.Length, batch, outputSize);
        BatchCheck.Disjoint(nameof(output), output, nameof(input), input);
        return batch;
    }

    /// <param name="input">The input.</param>
    /// <param name="output">The output.</param>
    /// <param name="tape">The tape to record on.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="name">Its name for messages.</param>
    public static int Forward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape, ILayer layer, string name)
    {
        Owner(tape, layer, name);
        int batch = Forward(input, output, layer.InputSize, layer.OutputSize);
        if (batch > tape.MaxBatch)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'{nameof(input)}' holds {batch} samples; expected at most {tape.MaxBatch}, the tape's largest batch."),
                nameof(input));
        }

        return batch;
    }

    /// <param name="input">The recorded input.</param>
    /// <param name="outputGradient">The output's gradient.</param>
    /// <param name="inputGradient">The input's, or empty.</param>
    /// <param name="tape">The tape that holds the pass.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="name">Its name for messages.</param>
    public static int Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape, ILayer layer, string name)
    {
        Owner(tape, layer, name);
        if (tape.RecordedBatch < 0)
        {
            throw new InvalidOperationException("The tape holds no recorded pass; run Forward with it first.");
        }

        int batch = BatchCheck.Of(nameof(input), input.Length, layer.InputSize);
        if (batch != tape.RecordedBatch)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"'{nameof(input)}' holds {batch} samples; expected {tape.RecordedBatch}, the batch of the recorded pass."),
                nameof(input));
        }

        BatchCheck.Length(nameof(outputGradient), outputGradient.Length, batch, layer.OutputSize);
        if (!inputGradient.IsEmpty)
        {
            BatchCheck.Length(nameof(inputGradient), inputGradient.Length, batch, layer.InputSize);
            BatchCheck.Disjoint(nameof(inputGradient), inputGradient, nameof(input), input);
            BatchCheck.Disjoint(nameof(inputGradient), inputGradient, nameof(outputGradient), outputGradient);
        }

        return batch;
    }

    private static void Owner(LayerTape tape, ILayer layer, string name)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (!ReferenceEquals(tape.Owner, layer))
        {
            throw new ArgumentException(
                $"The tape belongs to another layer object; expected one that CreateTape of this {name} made.",
                nameof(tape));
        }
    }
}
