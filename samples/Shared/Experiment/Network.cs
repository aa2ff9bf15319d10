using System;
using Kron.Training;

namespace Kron.Samples;

/// <summary>A chain of layers that classifies images.</summary>
internal sealed class Network
{
    private const int EvaluationBatch = 200;
    private readonly Sequential layers;

    /// <summary>Joins the layers; the last one gives a score per class.</summary>
    public Network(params ILayer[] layers)
        : this(new Sequential(layers))
    {
    }

    /// <summary>Takes a chain whose last layer gives a score per class.</summary>
    public Network(Sequential layers) => this.layers = layers;

    /// <summary>
    /// Trains with AdamW on the softmax cross-entropy; the rate warms up and then falls to zero along a cosine. What is called before a step,
    /// with its number, may add to the gradients.
    /// </summary>
    public void Train(
        BatchOrder batches, int batch, int steps, float rate, int warmUp, float weightDecay, Action<double> afterStep, Action<int>? beforeStep = null)
    {
        var optimizer = new AdamW(layers) { WeightDecay = weightDecay };
        var schedule = LearningRate.Cosine(rate, steps).WithWarmUp(warmUp);
        var tape = layers.CreateTape(batch);
        float[] inputs = new float[batch * layers.InputSize];
        int[] labels = new int[batch];
        float[] scores = new float[batch * layers.OutputSize];
        float[] gradients = new float[scores.Length];
        for (int step = 0; step < steps; step++)
        {
            batches.Next(inputs, labels);
            layers.Forward(inputs, scores, tape);
            double loss = SoftmaxCrossEntropy.Evaluate(scores, labels, gradients);
            layers.Backward(inputs, gradients, [], tape);
            beforeStep?.Invoke(step);
            optimizer.Step(schedule.At(step));
            afterStep(loss);
        }
    }

    /// <summary>The share of images that get their highest score in the wrong class.</summary>
    public double Error(ImageSet images)
    {
        float[] inputs = new float[EvaluationBatch * layers.InputSize];
        float[] scores = new float[EvaluationBatch * layers.OutputSize];
        int[] labels = new int[EvaluationBatch];
        int wrong = 0;
        for (int first = 0; first < images.Count; first += EvaluationBatch)
        {
            int count = Math.Min(EvaluationBatch, images.Count - first);
            for (int i = 0; i < count; i++)
            {
                images.CopyTo(first + i, inputs.AsSpan(i * layers.InputSize, layers.InputSize));
                labels[i] = images.Label(first + i);
            }

            layers.Forward(inputs.AsSpan(0, count * layers.InputSize), scores.AsSpan(0, count * layers.OutputSize));
            wrong += SoftmaxCrossEntropy.CountErrors(scores.AsSpan(0, count * layers.OutputSize), labels.AsSpan(0, count));
        }

        return wrong / (double)images.Count;
    }
}
