using System;
using Kron.Training;

namespace Kron.Cuda;

/// <summary>The losses of <see cref="Kron.Training"/> over device buffers: only a value per sample comes to the host.</summary>
public static class CudaLosses
{
    /// <summary>As <see cref="SoftmaxCrossEntropy.Evaluate"/>. Sums over classes are in single precision.</summary>
    /// <param name="scores">batch × classes scores, batch-last, as a layer writes them.</param>
    /// <param name="labels">The class of each sample, from 0.</param>
    /// <param name="gradient">Overwritten by the gradient, as long as the scores; null when it is not wanted.</param>
    /// <returns>The mean loss in nats; 0 for an empty batch.</returns>
    /// <exception cref="ArgumentException">A length does not fit, a buffer is of another context, or a label is no class; nothing is written.</exception>
    /// <exception cref="CudaException">A call failed.</exception>
    public static double SoftmaxCrossEntropy(CudaBuffer<float> scores, ReadOnlySpan<int> labels, CudaBuffer<float>? gradient = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        int classes = Training.SoftmaxCrossEntropy.Classes(scores.Length, labels);
        if (labels.IsEmpty)
        {
            return 0;
        }

        Fits(scores, gradient, nameof(gradient));
        CudaContext context = scores.Context;
        using CudaContext.Scope scope = context.Enter();
        using CudaBuffer<int> classOf = context.Allocate<int>(labels.Length);
        classOf.CopyFrom(labels);
        return Sum(TrainingKernels.CrossEntropy, scores, gradient, classOf.Pointer, classes, labels.Length, 1f / labels.Length, isPerSample: true) / labels.Length;
    }

    /// <summary>As <see cref="Training.MeanSquaredError.Evaluate"/>. Sums over a sample are in single precision.</summary>
    /// <param name="outputs">batch × <paramref name="size"/> values, batch-last, as a layer writes them.</param>
    /// <param name="targets">The values they should have, likewise.</param>
    /// <param name="size">Values per sample.</param>
    /// <param name="gradient">Overwritten by the gradient, as long as the outputs; null when it is not wanted.</param>
    /// <returns>The mean loss over all values; 0 for an empty batch.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a buffer is of another context; nothing is written.</exception>
    /// <exception cref="CudaException">A call failed.</exception>
    public static double MeanSquaredError(CudaBuffer<float> outputs, CudaBuffer<float> targets, int size, CudaBuffer<float>? gradient = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (outputs.Length % size != 0)
        {
            throw new ArgumentException($"'{nameof(outputs)}' has {outputs.Length} floats; expected a multiple of {size}, one sample's.", nameof(outputs));
        }

        Fits(outputs, targets, nameof(targets));
        Fits(outputs, gradient, nameof(gradient));
        if (gradient is not null && gradient == targets)
        {
            throw new ArgumentException($"'{nameof(gradient)}' is the buffer of the targets; expected one of its own.", nameof(gradient));
        }

        if (outputs.Length == 0)
        {
            return 0;
        }

        using CudaContext.Scope scope = outputs.Context.Enter();
        int batch = checked((int)(outputs.Length / size));
        return Sum(TrainingKernels.SquaredError, outputs, gradient, targets.Pointer, size, batch, (float)(2.0 / outputs.Length), isPerSample: false) / outputs.Length;
    }

    /// <summary>Runs the kernel on each chunk and adds up what it says of each sample.</summary>
    private static double Sum(string kernel, CudaBuffer<float> values, CudaBuffer<float>? gradient, nint other, int size, int batch, float scale, bool isPerSample)
    {
        CudaContext context = values.Context;
        ElementKernels kernels = TrainingKernels.Of(context);
        using CudaBuffer<float> losses = context.Allocate<float>(batch);
        for (int done = 0, samples; done < batch; done += samples)
        {
            samples = Math.Min(context.ChunkSamples, batch - done);
            long first = (long)done * size, length = (long)samples * size;
            kernels.Launch(
                kernel,
                samples,
                size,
                [
                    new DeviceFloats(At(losses.Pointer, done), samples),
                    gradient is null ? default : new DeviceFloats(At(gradient.Pointer, first), length),
                    new DeviceFloats(At(values.Pointer, first), length),
                    new DeviceFloats(At(other, isPerSample ? done : first), isPerSample ? samples : length),
                ],
                [scale, gradient is null ? 0 : 1]);
        }

        float[] each = new float[batch];
        losses.CopyTo(each);
        double sum = 0;
        foreach (float loss in each)
        {
            sum += loss;
        }

        return sum;

        static nint At(nint address, long floats) => address + (nint)(sizeof(float) * floats);
    }

    private static void Fits(CudaBuffer<float> values, CudaBuffer<float>? other, string parameter)
    {
        if (other is null)
        {
            return;
        }

        if (other.Context != values.Context)
        {
            throw new ArgumentException($"'{parameter}' is a buffer of another context.", parameter);
        }

        if (other == values)
        {
            throw new ArgumentException($"'{parameter}' is the buffer that is evaluated; expected one of its own.", parameter);
        }

        if (other.Length != values.Length)
        {
            throw new ArgumentException($"'{parameter}' has {other.Length} floats; expected {values.Length}.", parameter);
        }
    }
}
