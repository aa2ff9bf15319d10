using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Spec;
using Kron.Generator.Tests.Support;

namespace Kron.Kernels.Tests.Support;

/// <summary>A batch normalisation that every target is tested on.</summary>
internal sealed record NormalizationCase(int Channels, int Height, int Width, Activation Activation, float Epsilon = 1e-5f, float Momentum = 0.1f)
{
    public static IReadOnlyList<NormalizationCase> All { get; } =
    [
        new(3, 2, 5, Activation.None, Momentum: 0.3f),
        new(5, 1, 1, Activation.Tanh),
        new(2, 7, 7, Activation.Relu, Epsilon: 0.01f),
        new(17, 8, 8, Activation.LeakyRelu),
    ];

    public LayerSpec Spec => NormalizationSpecs.Layer(Channels, Height, Width, (ActivationKind)(int)Activation, Epsilon, Momentum);

    /// <summary>Gives the layer parameters, and makes the definition that has the same.</summary>
    public NaiveNormalization Oracle(ILayer layer)
    {
        layer.Initialize(seed: Channels);
        return new NaiveNormalization(Channels, Height * Width, z => Functions.Value(Activation, 0.2f, z), z => Functions.Derivative(Activation, 0.2f, z))
        {
            Epsilon = Epsilon,
            Momentum = Momentum,
            Weight = Widen(layer.Parameters[..Channels]),
            Bias = Widen(layer.Parameters[Channels..]),
        };
    }

    /// <summary>Samples whose means and deviations differ from channel to channel.</summary>
    public float[] Input(int batch, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, batch * Channels * Height * Width).Select(i =>
        {
            int channel = i / (Height * Width) % Channels;
            return (((random.NextSingle() * 2) - 1) * (1 + (channel % 3))) + channel - seed;
        })];
    }

    public override string ToString() => $"normalisation of {Channels} × {Height} × {Width}, {Activation}";

    private static double[] Widen(ReadOnlySpan<float> values) => [.. values.ToArray().Select(v => (double)v)];
}
