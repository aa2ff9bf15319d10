using System;
using System.Linq;
using System.Numerics;
using Digits;
using Shouldly;
using Xunit;

namespace Kron.Samples.Tests;

public sealed class LinearModelTests
{
    private const int Inputs = DigitImages.ImageSize;

    private readonly float[][] weights = new float[DigitImages.Classes][];
    private readonly float[] bias = new float[DigitImages.Classes];
    private readonly float[] input = new float[Inputs];

    public LinearModelTests()
    {
        for (int c = 0; c < weights.Length; c++)
        {
            weights[c] = new float[Inputs];
        }
    }

    /// <summary>Softmax regression by plain gradient descent, written out here so that it needs no layer.</summary>
    [Fact]
    public void A_linear_model_learns_but_stays_far_above_ten_percent_error()
    {
        const int Epochs = 10;
        DigitImages train = DigitImages.Render(1, 0, 800, 2);
        DigitImages test = DigitImages.Render(2, 0, 400, 2);
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            float rate = 0.003f * (Epochs - epoch) / Epochs;
            for (int i = 0; i < train.Count; i++)
            {
                train.CopyTo(i, input);
                float[] errors = Probabilities();
                errors[train.Label(i)] -= 1;
                for (int c = 0; c < errors.Length; c++)
                {
                    Add(weights[c], -rate * errors[c]);
                    bias[c] -= rate * errors[c];
                }
            }
        }

        // It fits what it was shown, so that it is the images and not the training that holds it back.
        Error(train).ShouldBeLessThan(0.4);
        Error(test).ShouldBeInRange(0.3, 0.88);
    }

    private double Error(DigitImages images)
    {
        int wrong = 0;
        for (int i = 0; i < images.Count; i++)
        {
            images.CopyTo(i, input);
            float[] probabilities = Probabilities();
            wrong += Array.IndexOf(probabilities, probabilities.Max()) == images.Label(i) ? 0 : 1;
        }

        return wrong / (double)images.Count;
    }

    private float[] Probabilities()
    {
        float[] scores = new float[weights.Length];
        for (int c = 0; c < scores.Length; c++)
        {
            scores[c] = bias[c] + Dot(weights[c]);
        }

        float max = scores.Max();
        float[] powers = Array.ConvertAll(scores, s => MathF.Exp(s - max));
        float sum = powers.Sum();
        return Array.ConvertAll(powers, p => p / sum);
    }

    private float Dot(float[] row)
    {
        Vector<float> sum = Vector<float>.Zero;
        for (int i = 0; i < Inputs; i += Vector<float>.Count)
        {
            sum += new Vector<float>(row, i) * new Vector<float>(input, i);
        }

        return Vector.Sum(sum);
    }

    private void Add(float[] row, float factor)
    {
        for (int i = 0; i < Inputs; i += Vector<float>.Count)
        {
            (new Vector<float>(row, i) + (factor * new Vector<float>(input, i))).CopyTo(row, i);
        }
    }
}
