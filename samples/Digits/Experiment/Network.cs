using System;
using Kron;
using Kron.Training;

namespace Digits.Experiment;

/// <summary>A chain of layers that classifies digits.</summary>
internal sealed class Network
{
    private const int EvaluationBatch = 200;
    private readonly Sequential layers;

    /// <summary>Joins the layers; the last one gives a score per class.</summary>
    public Network(params ILayer[] layers) => this.layers = new Sequential(layers);

    /// <summary>Trains with AdamW on the softmax cross-entropy; the rate warms up and then falls to zero along a cosine.</summary>
    public void Train(BatchOrder batches, int batch, int steps, float rate, int warmUp, float weightDecay, Action<double> afterStep)
    {
        var optimizer = new AdamW(layers) { WeightDecay = weightDecay };
        var schedule = LearningRate.Cosine(rate, steps).WithWarmUp(warmUp);
        var tape = layers.CreateTape(batch);
        float[] inputs = new float[batch * DigitImages.ImageSize];
        int[] labels = new int[batch];
        float[] scores = new float[batch * DigitImages.Classes];
        float[] gradients = new float[scores.Length];
        for (int step = 0; step < steps; step++)
        {
            batches.Next(inputs, labels);
            layers.Forward(inputs, scores, tape);
            double loss = SoftmaxCrossEntropy.Evaluate(scores, labels, gradients);
            layers.Backward(inputs, gradients, [], tape);
            optimizer.Step(schedule.At(step));
            afterStep(loss);
        }
    }

    /// <summary>The share of images that get their highest score in the wrong class.</summary>
    public double Error(DigitImages images)
    {
        float[] inputs = new float[EvaluationBatch * DigitImages.ImageSize];
        float[] scores = new float[EvaluationBatch * DigitImages.Classes];
        int[] labels = new int[EvaluationBatch];
        int wrong = 0;
        for (int first = 0; first < images.Count; first += EvaluationBatch)
        {
            int count = Math.Min(EvaluationBatch, images.Count - first);
            for (int i = 0; i < count; i++)
            {
                images.CopyTo(first + i, inputs.AsSpan(i * DigitImages.ImageSize, DigitImages.ImageSize));
                labels[i] = images.Label(first + i);
            }

            layers.Forward(inputs.AsSpan(0, count * DigitImages.ImageSize), scores.AsSpan(0, count * DigitImages.Classes));
            wrong += SoftmaxCrossEntropy.CountErrors(scores.AsSpan(0, count * DigitImages.Classes), labels.AsSpan(0, count));
        }

        return wrong / (double)images.Count;
    }
}
