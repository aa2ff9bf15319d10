using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Layers;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Networks;

/// <summary>Convolutions one after the other, each with a bias and maxout.</summary>
/// <param name="Name">How tables call it.</param>
/// <param name="Layers">The layers; what one makes is what the next one reads.</param>
internal sealed record Network(string Name, IReadOnlyList<LayerCase> Layers) : IMeasured
{
    public int Inputs => Layers[0].Inputs;

    public int Outputs => Layers[^1].OutputSize;

    public int SmallestM2 => 1;

    public long MultiplyAdds => Layers.Sum(ConvolutionWork.Of);

    public long WeightBytes => Layers.Sum(layer => sizeof(float) * (long)layer.ParameterCount);

    /// <summary>
    /// The characters of arXiv 1512.09194's scene-text experiment: 24 × 24 pixels, 36 classes. The second and the third layer are
    /// Kronecker convolutions, by the paper's (r, o1, c1, h1, w1).
    /// </summary>
    public static IReadOnlyList<Network> SceneText { get; } =
    [
        Characters("scene text a", Convolutions.Conv2Vertical, Convolutions.Conv3Vertical),
        Characters("scene text b", Convolutions.Conv2Horizontal, Convolutions.Conv3Horizontal),
        Characters("scene text c", Convolutions.Conv2TwoTerms, Convolutions.Conv3TwoTerms),
    ];

    /// <summary>The network of the dense convolutions that these stand for.</summary>
    public Network Dense => new($"{Name}, dense", [.. Layers.Select(layer => layer with
    {
        Groups = [],
        Dense = (layer.OutputChannels, layer.InputChannels),
        DenseKernel = layer.Kernel,
    })]);

    private static Network Characters(string name, Subject second, Subject third) =>
        new(name, [Maxout(Square(96, 1, 9, 24), 2), Maxout(second.Case, 2), Maxout(third.Case, 4), Maxout(Square(144, 128, 1, 1), 4)]);

    private static LayerCase Square(int outputs, int inputs, int kernel, int side) =>
        new() { Dense = (outputs, inputs), DenseKernel = (kernel, kernel), Sliding = new Sliding(side, side) };

    private static LayerCase Maxout(LayerCase layer, int pieces) => layer with { Bias = BiasMode.Shared, Activation = Activation.Maxout, Pieces = pieces };
}
