using System;
using System.Collections.Generic;
using Kron.CompilerServices;
using Kron.Runtime.Tests.Decomposition;
using Kron.Runtime.Tests.IO;

namespace Kron.Runtime.Tests.Training.Conversion;

/// <summary>Layers by their definitions; nothing runs but what a test computes itself.</summary>
internal static class TestLayers
{
    /// <summary>The image of the convolutions here: 6 channels of 7 × 8 pixels; kernels of 3 × 3, strides (2, 1), paddings (1, 0).</summary>
    public static ImageWindow Window { get; } = new(6, 7, 8, 3, 3, 2, 1, 1, 0);

    public static LayerEngine Dense(string name, Activation activation = Activation.None, BiasMode bias = BiasMode.Shared, ImageWindow? window = null, int channels = 4) =>
        Create(name, LayerKind.Dense, window ?? Window, channels, [], default, activation, bias);

    public static LayerEngine LowRank(string name, int rank, Activation activation = Activation.None, BiasMode bias = BiasMode.Shared) =>
        Create(name, LayerKind.LowRank, Window, 4, [Kernels.Shape(1, 6, 3, 1, 4, 1, 1, 3, rank)], default, activation, bias);

    public static LayerEngine Structured(string name, int channels, int side, Activation activation = Activation.None, BiasMode bias = BiasMode.Shared) =>
        Create(name, LayerKind.Structured, Window, 4, [], (channels, side, side), activation, bias);

    public static LayerEngine Kronecker(
        string name, ShapeGroup[] groups, Activation activation = Activation.None, BiasMode bias = BiasMode.Shared, Nonlinearity nonlinearity = Nonlinearity.AfterSum) =>
        Create(name, LayerKind.Kronecker, Window, 4, groups, default, activation, bias, nonlinearity);

    /// <summary>A layer of vectors, dense where there are no groups.</summary>
    public static LayerEngine Vectors(string name, int outputs, int inputs, ShapeGroup[]? groups = null, Activation activation = Activation.None) => new(
        new LayerDefinition { Name = name, Attributes = "", Inputs = inputs, Outputs = outputs, Groups = groups ?? [], Activation = activation },
        StoredLayers.NoKernels);

    public static LayerEngine Pool(string name, ImageWindow window, LayerKind kind = LayerKind.MaxPool) =>
        Create(name, kind, window, window.Channels, [], default, Activation.None, BiasMode.Shared);

    public static LayerEngine Drawn(this LayerEngine layer, int seed)
    {
        Reference.Gaussian(layer.Parameters.Length, seed).AsSpan().CopyTo(layer.Parameters);
        return layer;
    }

    public static float[] DenseWeight(this LayerEngine layer)
    {
        var weight = new float[layer.Definition.Channels * layer.Definition.WeightColumns];
        layer.ToDense(weight);
        return weight;
    }

    /// <summary>The bias, zeros where there is none.</summary>
    public static float[] BiasValues(this LayerEngine layer) => ParameterLayout.Of(layer.Definition).Bias is { } bias
        ? layer.Parameters.Slice(bias.Offset, bias.Length).ToArray()
        : new float[layer.Definition.Channels];

    /// <summary>W∗x + b by its definition, for one sample.</summary>
    public static double[] Convolve(this LayerEngine layer, float[] input)
    {
        ImageWindow w = layer.Definition.Window ?? new ImageWindow(layer.InputSize, 1, 1, 1, 1, 1, 1, 0, 0);
        float[] weight = layer.DenseWeight(), bias = layer.BiasValues();
        var output = new double[layer.Definition.Outputs];
        for (int i = 0; i < output.Length; i++)
        {
            int o = i / w.Pixels, y = i / w.OutWidth % w.OutHeight, x = i % w.OutWidth;
            output[i] = bias[o];
            for (int c = 0; c < w.Channels; c++)
            {
                for (int v = 0; v < w.KernelH; v++)
                {
                    for (int u = 0; u < w.KernelW; u++)
                    {
                        int row = (y * w.StrideH) + v - w.PaddingH, column = (x * w.StrideW) + u - w.PaddingW;
                        if (row >= 0 && row < w.Height && column >= 0 && column < w.Width)
                        {
                            output[i] += (double)weight[(((((o * w.Channels) + c) * w.KernelH) + v) * w.KernelW) + u] * input[(((c * w.Height) + row) * w.Width) + column];
                        }
                    }
                }
            }
        }

        return output;
    }

    private static LayerEngine Create(
        string name,
        LayerKind kind,
        ImageWindow window,
        int channels,
        IReadOnlyList<ShapeGroup> groups,
        (int, int, int) structured,
        Activation activation,
        BiasMode bias,
        Nonlinearity nonlinearity = Nonlinearity.AfterSum) => new(
        new LayerDefinition
        {
            Name = name,
            Attributes = "",
            Kind = kind,
            Window = window,
            Inputs = window.Channels * window.Height * window.Width,
            Outputs = channels * window.Pixels,
            Groups = groups,
            Structured = structured,
            Activation = activation,
            Slope = 0.01f,
            Bias = bias,
            Nonlinearity = nonlinearity,
        },
        StoredLayers.NoKernels);
}
