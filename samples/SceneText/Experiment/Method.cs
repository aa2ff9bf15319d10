using System;
using System.Collections.Generic;
using System.Linq;
using Kron;

namespace SceneText.Experiment;

/// <summary>A convolution of a network.</summary>
/// <param name="Configuration">Its shape: (r,o1,c1,h1,w1) of a Kronecker convolution.</param>
/// <param name="Info">Its counts.</param>
/// <param name="Create">Makes it with random parameters.</param>
internal sealed record Convolution(string Configuration, LayerInfo Info, Func<Random, ILayer> Create)
{
    /// <summary>Describes a generated class.</summary>
    public static Convolution Of<T>(string configuration, LayerInfo info, Action<T, Random> initialize)
        where T : ILayer, new() => new(configuration, info, random =>
        {
            var layer = new T();
            initialize(layer, random);
            return layer;
        });
}

/// <summary>A network: one row of the table.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Convolutions">Its four layers.</param>
/// <param name="PaperSpeedUp">The speed of the whole network relative to the baseline in the paper's Table 4.</param>
internal sealed record Method(string Name, IReadOnlyList<Convolution> Convolutions, double PaperSpeedUp)
{
    private static readonly Convolution First = Convolution.Of<Conv1>("dense", Conv1.Info, (layer, random) => layer.Initialize(random));
    private static readonly Convolution Last = Convolution.Of<Conv4>("dense", Conv4.Info, (layer, random) => layer.Initialize(random));

    /// <summary>The rows of the paper's Table 4; the dense network comes first.</summary>
    public static IReadOnlyList<Method> All { get; } =
    [
        Between(
            "Baseline",
            Convolution.Of<Conv2>("dense", Conv2.Info, (layer, random) => layer.Initialize(random)),
            Convolution.Of<Conv3>("dense", Conv3.Info, (layer, random) => layer.Initialize(random)),
            1),
        Between(
            "KConv a",
            Convolution.Of<Conv2A>("(1,128,24,9,1)", Conv2A.Info, (layer, random) => layer.Initialize(random)),
            Convolution.Of<Conv3A>("(1,256,64,8,1)", Conv3A.Info, (layer, random) => layer.Initialize(random)),
            3.3),
        Between(
            "KConv b",
            Convolution.Of<Conv2B>("(1,128,48,1,9)", Conv2B.Info, (layer, random) => layer.Initialize(random)),
            Convolution.Of<Conv3B>("(1,512,64,1,8)", Conv3B.Info, (layer, random) => layer.Initialize(random)),
            3.0),
        Between(
            "KConv c",
            Convolution.Of<Conv2C>("(2,64,24,9,1)", Conv2C.Info, (layer, random) => layer.Initialize(random)),
            Convolution.Of<Conv3C>("(2,256,64,8,1)", Conv3C.Info, (layer, random) => layer.Initialize(random)),
            2.9),
    ];

    /// <summary>The form of the second convolution.</summary>
    public string Second => Convolutions[1].Configuration;

    /// <summary>The form of the third convolution.</summary>
    public string Third => Convolutions[2].Configuration;

    /// <summary>Parameters of all layers, the biases among them.</summary>
    public long Parameters => Convolutions.Sum(convolution => convolution.Info.Parameters);

    /// <summary>Multiply-adds of all layers per image.</summary>
    public long MultiplyAdds => Convolutions.Sum(convolution => convolution.Info.MultiplyAdds);

    /// <summary>Makes the layers with random parameters.</summary>
    public ILayer[] Create(Random random) => [.. Convolutions.Select(convolution => convolution.Create(random))];

    private static Method Between(string name, Convolution second, Convolution third, double paperSpeedUp) =>
        new(name, [First, second, third, Last], paperSpeedUp);
}
