using System;
using System.Numerics;
using System.Runtime.InteropServices;
using Kron.CompilerServices;

namespace Kron.Training;

/// <summary>
/// The cross-entropy of softmax probabilities with integer labels, averaged over the batch:
/// L = 1/k · Σ_s (log Σ_j e^{z_sj} − z_s,label(s)), and ∂L/∂z_sj = (softmax(z_s)_j − [j = label(s)]) / k.
/// </summary>
/// <remarks>Stable for scores of any finite size: the row's maximum is taken off first. Scores that are not finite give NaN.</remarks>
public static class SoftmaxCrossEntropy
{
    /// <summary>Computes the loss and, if wanted, its gradient by the scores.</summary>
    /// <param name="scores">batch × classes scores (logits), row-major.</param>
    /// <param name="labels">The class of each sample, from 0.</param>
    /// <param name="gradient">Overwritten by the gradient, as long as the scores; empty when it is not wanted. Must not overlap the scores.</param>
    /// <returns>The mean loss in nats; 0 for an empty batch.</returns>
    /// <exception cref="ArgumentException">A length does not fit, the spans overlap, or a label is no class; nothing is written.</exception>
    public static double Evaluate(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, Span<float> gradient = default)
    {
        int classes = Classes(scores.Length, labels);
        if (!gradient.IsEmpty)
        {
            BatchCheck.Length(nameof(gradient), gradient.Length, labels.Length, classes);
            BatchCheck.Disjoint(nameof(gradient), gradient, nameof(scores), scores);
        }

        double loss = 0;
        for (int s = 0; s < labels.Length; s++)
        {
            ReadOnlySpan<float> row = scores.Slice(s * classes, classes);
            Span<float> target = gradient.IsEmpty ? default : gradient.Slice(s * classes, classes);
            float max = Max(row);
            double sum = Exponentials(row, max, target);
            loss += Math.Log(sum) - ((double)row[labels[s]] - max);
            if (!target.IsEmpty)
            {
                Scale(target, (float)(1 / (sum * labels.Length)));
                target[labels[s]] -= 1f / labels.Length;
            }
        }

        return labels.Length == 0 ? 0 : loss / labels.Length;
    }

    /// <summary>The number of samples whose highest score is not that of their label; the first of equal scores counts.</summary>
    /// <param name="scores">batch × classes scores, row-major.</param>
    /// <param name="labels">The class of each sample, from 0.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a label is no class.</exception>
    public static int CountErrors(ReadOnlySpan<float> scores, ReadOnlySpan<int> labels)
    {
        int classes = Classes(scores.Length, labels);
        int errors = 0;
        for (int s = 0; s < labels.Length; s++)
        {
            ReadOnlySpan<float> row = scores.Slice(s * classes, classes);
            int best = 0;
            for (int j = 1; j < classes; j++)
            {
                best = row[j] > row[best] ? j : best;
            }

            errors += best == labels[s] ? 0 : 1;
        }

        return errors;
    }

    /// <summary>How many classes so many scores are of; 0 for an empty batch.</summary>
    /// <exception cref="ArgumentException">The number does not fit, or a label is no class.</exception>
    internal static int Classes(long scores, ReadOnlySpan<int> labels)
    {
        if (labels.IsEmpty ? scores != 0 : scores == 0 || scores % labels.Length != 0)
        {
            throw new ArgumentException(
                $"'scores' has {scores} floats; expected a positive multiple of {labels.Length}, the number of labels.", nameof(scores));
        }

        int classes = labels.IsEmpty ? 0 : checked((int)(scores / labels.Length));
        for (int s = 0; s < labels.Length; s++)
        {
            if ((uint)labels[s] >= (uint)classes)
            {
                throw new ArgumentException($"labels[{s}] is {labels[s]}; expected a class from 0 to {classes - 1}.", nameof(labels));
            }
        }

        return classes;
    }

    private static float Max(ReadOnlySpan<float> row)
    {
        float max = float.NegativeInfinity;
        foreach (float value in row)
        {
            max = MathF.Max(max, value);
        }

        return max;
    }

    /// <summary>Writes e^{z − max} where wanted and returns the sum.</summary>
    private static double Exponentials(ReadOnlySpan<float> row, float max, Span<float> target)
    {
        double sum = 0;
        int j = 0;
#if NET9_0_OR_GREATER
        ref float source = ref MemoryMarshal.GetReference(row);
        var maxima = new Vector<float>(max);
        Vector<double> sums = default;
        for (; j <= row.Length - Vector<float>.Count; j += Vector<float>.Count)
        {
            Vector<float> value = Vector.Exp(Vector.LoadUnsafe(ref source, (nuint)j) - maxima);
            Vector.Widen(value, out Vector<double> low, out Vector<double> high);
            sums += low + high;
            if (!target.IsEmpty)
            {
                value.CopyTo(target[j..]);
            }
        }

        sum = Vector.Sum(sums);
#endif
        for (; j < row.Length; j++)
        {
            float value = MathF.Exp(row[j] - max);
            sum += value;
            if (!target.IsEmpty)
            {
                target[j] = value;
            }
        }

        return sum;
    }

    private static void Scale(Span<float> values, float scale)
    {
        ref float first = ref MemoryMarshal.GetReference(values);
        int j = 0;
        for (; j <= values.Length - Vector<float>.Count; j += Vector<float>.Count)
        {
            (Vector.LoadUnsafe(ref first, (nuint)j) * scale).StoreUnsafe(ref first, (nuint)j);
        }

        for (; j < values.Length; j++)
        {
            values[j] *= scale;
        }
    }
}
