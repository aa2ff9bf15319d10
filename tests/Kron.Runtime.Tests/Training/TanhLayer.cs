using System;
using Kron.Runtime.Tests.Decomposition;

namespace Kron.Runtime.Tests.Training;

/// <summary>A hand-made layer y = tanh(W x + b), and its definition in double.</summary>
internal sealed class TanhLayer : ILayer
{
    private readonly float[] _parameters;
    private readonly float[] _gradients;

    public TanhLayer(int inputs, int outputs, int seed)
    {
        InputSize = inputs;
        OutputSize = outputs;
        _parameters = Reference.Gaussian((inputs + 1) * outputs, seed, 0.7);
        _gradients = new float[_parameters.Length];
    }

    public int InputSize { get; }

    public int OutputSize { get; }

    public Span<float> Parameters => _parameters;

    public Span<float> Gradients => _gradients;

    public Span<float> State => [];

    public int Commits { get; private set; }

    public void Commit() => Commits++;

    public LayerTape CreateTape(int maxBatch) => new(this, maxBatch, OutputSize);

    public static double[] Define(int inputs, int outputs, ReadOnlySpan<double> parameters, ReadOnlySpan<double> input)
    {
        var output = new double[input.Length / inputs * outputs];
        for (int i = 0; i < output.Length; i++)
        {
            int row = i % outputs;
            double sum = parameters[(inputs * outputs) + row];
            for (int j = 0; j < inputs; j++)
            {
                sum += parameters[(row * inputs) + j] * input[(i / outputs * inputs) + j];
            }

            output[i] = Math.Tanh(sum);
        }

        return output;
    }

    public void Forward(ReadOnlySpan<float> input, Span<float> output)
    {
        for (int i = 0; i < output.Length; i++)
        {
            int row = i % OutputSize;
            double sum = _parameters[(InputSize * OutputSize) + row];
            for (int j = 0; j < InputSize; j++)
            {
                sum += (double)_parameters[(row * InputSize) + j] * input[(i / OutputSize * InputSize) + j];
            }

            output[i] = (float)Math.Tanh(sum);
        }
    }

    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape)
    {
        Forward(input, output);
        output.CopyTo(tape.Values);
        tape.Record(output.Length / OutputSize);
    }

    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape)
    {
        inputGradient.Clear();
        for (int i = 0; i < outputGradient.Length; i++)
        {
            int row = i % OutputSize, sample = i / OutputSize;
            float y = tape.Values[i];
            float delta = outputGradient[i] * (1 - (y * y));
            _gradients[(InputSize * OutputSize) + row] += delta;
            for (int j = 0; j < InputSize; j++)
            {
                _gradients[(row * InputSize) + j] += delta * input[(sample * InputSize) + j];
                if (!inputGradient.IsEmpty)
                {
                    inputGradient[(sample * InputSize) + j] += delta * _parameters[(row * InputSize) + j];
                }
            }
        }
    }
}
