using System;

namespace Kron;

/// <summary>A fixed-shape layer with trainable parameters. Generated classes implement it.</summary>
/// <remarks>
/// The batch size of a call is <c>input.Length / InputSize</c>; samples lie one after the other, row-major.
/// <see cref="Forward(ReadOnlySpan{float}, Span{float})"/> may run on many threads at once; every other member needs
/// exclusive use of the layer.
/// </remarks>
public interface ILayer
{
    /// <summary>Floats per input sample.</summary>
    int InputSize { get; }

    /// <summary>Floats per output sample.</summary>
    int OutputSize { get; }

    /// <summary>All trained parameters in canonical order, 64-byte aligned. Call <see cref="Commit"/> after writing.</summary>
    Span<float> Parameters { get; }

    /// <summary>Gradients in the order of <see cref="Parameters"/>. <see cref="Backward"/> adds to them.</summary>
    Span<float> Gradients { get; }

    /// <summary>Saved but not trained values, such as running statistics; empty for most layers.</summary>
    Span<float> State { get; }

    /// <summary>Refreshes what the kernels read after <see cref="Parameters"/> or <see cref="State"/> was written.</summary>
    void Commit();

    /// <summary>Computes the layer for a batch. Allocates nothing; safe to call concurrently.</summary>
    /// <param name="input">batch × <see cref="InputSize"/> values.</param>
    /// <param name="output">batch × <see cref="OutputSize"/> values; must not overlap the input.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the spans overlap; the output is untouched.</exception>
    void Forward(ReadOnlySpan<float> input, Span<float> output);

    /// <summary>Creates a tape that keeps what <see cref="Backward"/> needs of one forward pass.</summary>
    /// <param name="maxBatch">The largest batch the tape can hold, at least 1.</param>
    LayerTape CreateTape(int maxBatch);

    /// <summary>
    /// As the plain forward pass, and records what <see cref="Backward"/> needs. Batch normalisation normalises by the batch's own statistics
    /// here, and updates the running ones of <see cref="State"/>.
    /// </summary>
    void Forward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape);

    /// <summary>
    /// Back-propagates through the pass last recorded on <paramref name="tape"/>: adds to <see cref="Gradients"/> and
    /// overwrites <paramref name="inputGradient"/>.
    /// </summary>
    /// <param name="input">The input of the recorded pass, unchanged.</param>
    /// <param name="outputGradient">batch × <see cref="OutputSize"/> values.</param>
    /// <param name="inputGradient">batch × <see cref="InputSize"/> values, or empty when it is not wanted.</param>
    /// <param name="tape">A tape of this layer that holds a recorded pass of the same batch.</param>
    void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape);
}
