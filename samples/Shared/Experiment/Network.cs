using System;
using Kron.Training;

namespace Kron.Samples;

/// <summary>A chain of layers that classifies images.</summary>
internal class Network
{
    private const int EvaluationBatch = 200;

    /// <summary>Takes a chain whose last layer gives a score per class.</summary>
    public Network(Sequential layers) => Layers = layers;

    /// <summary>All layers.</summary>
    public Sequential Layers { get; }

    /// <summary>
    /// Trains with AdamW on the softmax cross-entropy; the rate warms up and then falls to zero along a cosine. What is called before a step,
    /// with its number, may add to the gradients.
    /// </summary>
    public void Train(
        BatchOrder batches, int batch, int steps, float rate, int warmUp, float weightDecay, Action<double> afterStep, Action<int>? beforeStep = null)
    {
        var optimizer = new AdamW(Layers) { WeightDecay = weightDecay };
        var schedule = LearningRate.Cosine(rate, steps).WithWarmUp(warmUp);
        var tape = Layers.CreateTape(batch);
        float[] inputs = new float[batch * Layers.InputSize];
        int[] labels = new int[batch];
        float[] scores = new float[batch * Layers.OutputSize];
        float[] gradients = new float[scores.Length];
        for (int step = 0; step < steps; step++)
        {
            batches.Next(inputs, labels);
            Layers.Forward(inputs, scores, tape);
            double loss = SoftmaxCrossEntropy.Evaluate(scores, labels, gradients);
            Layers.Backward(inputs, gradients, [], tape);
            beforeStep?.Invoke(step);
            optimizer.Step(schedule.At(step));
            afterStep(loss);
        }
    }

    /// <summary>The share of images that get their highest score in the wrong class.</summary>
    public double Error(ImageSet images)
    {
        float[] inputs = new float[EvaluationBatch * Layers.InputSize];
        float[] scores = new float[EvaluationBatch * Layers.OutputSize];
        int[] labels = new int[EvaluationBatch];
        int wrong = 0;
        for (int first = 0; first < images.Count; first += EvaluationBatch)
        {
            int count = Math.Min(EvaluationBatch, images.Count - first);
            for (int i = 0; i < count; i++)
            {
                images.CopyTo(first + i, inputs.AsSpan(i * Layers.InputSize, Layers.InputSize));
                labels[i] = images.Label(first + i);
            }

            Layers.Forward(inputs.AsSpan(0, count * Layers.InputSize), scores.AsSpan(0, count * Layers.OutputSize));
            wrong += SoftmaxCrossEntropy.CountErrors(scores.AsSpan(0, count * Layers.OutputSize), labels.AsSpan(0, count));
        }

        return wrong / (double)images.Count;
    }
}
