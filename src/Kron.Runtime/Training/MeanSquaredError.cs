using System;
using Kron.CompilerServices;

namespace Kron.Training;

/// <summary>The mean squared error over all values of a batch: L = 1/N · Σ (y − t)², and ∂L/∂y = 2·(y − t) / N.</summary>
public static class MeanSquaredError
{
    /// <summary>Computes the loss and, if wanted, its gradient by the outputs.</summary>
    /// <param name="outputs">The values y, N of them.</param>
    /// <param name="targets">The values t they should have, N of them.</param>
    /// <param name="gradient">Overwritten by the gradient, N values; empty when it is not wanted. Must not overlap the other spans.</param>
    /// <returns>The mean loss; 0 for an empty batch.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or the spans overlap; nothing is written.</exception>
    public static double Evaluate(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, Span<float> gradient = default)
    {
        BatchCheck.Length(nameof(targets), targets.Length, outputs.Length, 1);
        if (!gradient.IsEmpty)
        {
            BatchCheck.Length(nameof(gradient), gradient.Length, outputs.Length, 1);
            BatchCheck.Disjoint(nameof(gradient), gradient, nameof(outputs), outputs);
            BatchCheck.Disjoint(nameof(gradient), gradient, nameof(targets), targets);
        }

        double sum = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double difference = (double)outputs[i] - targets[i];
            sum += difference * difference;
            if (!gradient.IsEmpty)
            {
                gradient[i] = (float)(2 * difference / outputs.Length);
            }
        }

        return outputs.IsEmpty ? 0 : sum / outputs.Length;
    }
}
