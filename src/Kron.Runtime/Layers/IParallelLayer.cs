using System;

namespace Kron;

/// <summary>A layer that can share out a batch over the cores of the machine. Generated classes implement it.</summary>
/// <remarks>
/// The threads are the library's own: one for each core beside the caller's, started when they are first needed and asleep
/// between calls. Only as many take part as the work pays for, so small batches run on the caller's thread alone. Calls
/// allocate nothing once warm, and any number of callers may share the threads.
/// </remarks>
public interface IParallelLayer : ILayer
{
    /// <summary>
    /// As <see cref="ILayer.Forward(ReadOnlySpan{float}, Span{float})"/>, with the batch shared out over threads; the result is
    /// the same to the bit whatever their number. Safe to call concurrently.
    /// </summary>
    /// <param name="input">batch × <see cref="ILayer.InputSize"/> values.</param>
    /// <param name="output">batch × <see cref="ILayer.OutputSize"/> values; must not overlap the input.</param>
    /// <param name="threads">The most threads to use, at least 1.</param>
    /// <exception cref="ArgumentException">A length does not fit, or the spans overlap; the output is untouched.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    void ForwardParallel(ReadOnlySpan<float> input, Span<float> output, int threads);

    /// <summary>
    /// As <see cref="ILayer.Forward(ReadOnlySpan{float}, Span{float}, LayerTape)"/>, with the batch shared out over threads;
    /// output and tape are the same to the bit whatever their number.
    /// </summary>
    /// <param name="input">batch × <see cref="ILayer.InputSize"/> values.</param>
    /// <param name="output">batch × <see cref="ILayer.OutputSize"/> values; must not overlap the input.</param>
    /// <param name="tape">A tape of this layer.</param>
    /// <param name="threads">The most threads to use, at least 1.</param>
    /// <exception cref="ArgumentException">
    /// A length does not fit, the spans overlap, or the tape belongs to another layer or is too small; output and tape are untouched.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    void ForwardParallel(ReadOnlySpan<float> input, Span<float> output, LayerTape tape, int threads);

    /// <summary>
    /// As <see cref="ILayer.Backward"/>, with the batch divided into at most <paramref name="threads"/> parts that may run at once.
    /// </summary>
    /// <remarks>
    /// Each part beyond the first adds up its gradients in memory of its own, and these sums are added in the order of the
    /// parts. The number of parts follows from the layer, the batch and <paramref name="threads"/> alone, so the result is
    /// repeatable to the bit on every run, whatever the machine's cores; results for different numbers differ by rounding.
    /// The first call for a number of threads allocates that memory, a copy of the gradients and of the scratch memory for
    /// each further part.
    /// </remarks>
    /// <param name="input">The input of the recorded pass, unchanged.</param>
    /// <param name="outputGradient">batch × <see cref="ILayer.OutputSize"/> values.</param>
    /// <param name="inputGradient">batch × <see cref="ILayer.InputSize"/> values, or empty when it is not wanted.</param>
    /// <param name="tape">A tape of this layer that holds a recorded pass of the same batch.</param>
    /// <param name="threads">The most threads to use, at least 1.</param>
    /// <exception cref="ArgumentException">
    /// A length does not fit, the batch is not the recorded one, <paramref name="inputGradient"/> overlaps another argument, or
    /// the tape belongs to another layer; all gradients are untouched.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">The tape holds no recorded pass.</exception>
    void BackwardParallel(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape, int threads);
}
