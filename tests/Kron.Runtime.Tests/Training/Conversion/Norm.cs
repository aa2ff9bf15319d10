using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;
using Kron.Runtime.Tests.Decomposition;

namespace Kron.Runtime.Tests.Training.Conversion;

/// <summary>Batch normalisation by its definition.</summary>
internal sealed class Norm : ILayer, INamedParameters
{
    private readonly float[] _parameters;
    private readonly float[] _state;

    public Norm(ImageWindow window, int seed, Activation activation = Activation.None, float epsilon = 1e-3f, string name = "Net.Norm")
    {
        Definition = new LayerDefinition
        {
            Name = name,
            Attributes = "",
            Kind = LayerKind.BatchNorm,
            Window = window,
            Inputs = window.Channels * window.Height * window.Width,
            Outputs = window.Channels * window.Height * window.Width,
            Groups = [],
            Activation = activation,
            Slope = 0.01f,
            Normalization = (epsilon, 0.1f),
        };
        _parameters = Reference.Gaussian(2 * window.Channels, seed);
        _state = [.. Reference.Gaussian(2 * window.Channels, seed + 1).Select((value, i) => i < window.Channels ? value : value * value)];
    }

    public LayerDefinition Definition { get; }

    public IReadOnlyList<ParameterTensor> ParameterTensors => ParameterLayout.Of(Definition).Tensors;

    public IReadOnlyList<ParameterTensor> StateTensors => ParameterLayout.Of(Definition).StateTensors;

    public int InputSize => Definition.Inputs;

    public int OutputSize => Definition.Outputs;

    public Span<float> Parameters => _parameters;

    public Span<float> State => _state;

    public Span<float> Gradients => throw new NotSupportedException();

    public int Commits { get; private set; }

    public double[] Normalise(double[] input)
    {
        int channels = Definition.Channels, pixels = Definition.Pixels;
        return
        [
            .. input.Select((value, i) =>
            {
                int c = i / pixels;
                return (_parameters[c] * (value - _state[c]) / Math.Sqrt(_state[channels + c] + (double)Definition.Normalization.Epsilon)) + _parameters[channels + c];
            }),
        ];
    }

    public void Commit() => Commits++;

    public void Forward(ReadOnlySpan<float> input, Span<float> output) => throw new NotSupportedException();

    public LayerTape CreateTape(int maxBatch) => throw new NotSupportedException();

    public void Forward(ReadOnlySpan<float> input, Span<float> output, LayerTape tape) => throw new NotSupportedException();

    public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, LayerTape tape) =>
        throw new NotSupportedException();
}
