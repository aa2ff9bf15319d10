using System;
using System.Globalization;
using System.Linq;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Layers;

/// <summary>A layer to measure, with what the figures refer to: its work and its weights.</summary>
/// <param name="Name">How tables call it.</param>
/// <param name="Case">The layer.</param>
internal sealed record Subject(string Name, LayerCase Case) : IMeasured
{
    public int Inputs => Case.Inputs;

    public int Outputs => Case.Outputs;

    public bool IsDense => Case.Groups.Count == 0 && Case.Structured.C == 0;

    public bool IsConvolution => Case.Sliding is not null;

    public int SmallestM2 => Case.Groups.Select(group => group.M2).DefaultIfEmpty(1).Min();

    /// <summary>Multiply-adds per sample of the products, each shape group in its cheaper order, whatever a kernel does.</summary>
    public long MultiplyAdds => IsConvolution ? ConvolutionWork.Of(Case) : IsDense ? (long)Outputs * Inputs : Case.Groups.Sum(group => Math.Min(WithAFirst(group), WithBFirst(group)));

    /// <summary>Bytes of the weights, biases aside.</summary>
    public long WeightBytes => sizeof(float) * (long)(Case with { Bias = BiasMode.None }).ParameterCount;

    /// <summary>The subject of one shape group without bias and activation: the bare product.</summary>
    public static Subject Product(int m1, int m2, int n1, int n2, int r) =>
        new(Title(m1, m2, n1, n2, r), LayerCase.Of(m1, m2, n1, n2, r) with { Bias = BiasMode.None });

    /// <summary>The dense layer or convolution that a subject stands for, without bias and activation.</summary>
    public static Subject Dense(Subject of)
    {
        LayerCase layer = of.Case;
        return layer.Sliding is { } image
            ? new(
                string.Create(CultureInfo.InvariantCulture, $"dense {layer.InputChannels}→{layer.OutputChannels} {layer.Kernel.H}×{layer.Kernel.W} on {image.Height}×{image.Width}"),
                new LayerCase { Dense = (layer.OutputChannels, layer.InputChannels), DenseKernel = layer.Kernel, Sliding = image, Bias = BiasMode.None })
            : new(string.Create(CultureInfo.InvariantCulture, $"dense {of.Outputs}×{of.Inputs}"), new LayerCase { Dense = (of.Outputs, of.Inputs), Bias = BiasMode.None });
    }

    /// <summary>r·(m1·n + n2·m).</summary>
    public static long WithAFirst(ShapeGroup g) => (long)g.R * g.M1 * g.N2 * ((long)g.N1 + g.M2);

    /// <summary>r·(m2·n + n1·m).</summary>
    public static long WithBFirst(ShapeGroup g) => (long)g.R * g.N1 * g.M2 * ((long)g.N2 + g.M1);

    private static string Title(int m1, int m2, int n1, int n2, int r) => string.Create(CultureInfo.InvariantCulture, $"{m1},{m2},{n1},{n2},{r}");
}
