using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>The layers that every target is tested on.</summary>
internal static class Cases
{
    /// <summary>Shapes of one group: extents of 1, primes, sizes around every lane count, both orders, low rank, tall and wide.</summary>
    public static IReadOnlyList<LayerCase> Shapes { get; } =
    [
        LayerCase.Of(1, 1, 1, 1, 1),
        LayerCase.Of(1, 1, 7, 1, 1),
        LayerCase.Of(5, 1, 1, 1, 1),
        LayerCase.Of(1, 1, 1, 1, 4),
        LayerCase.Of(1, 5, 7, 1, 3),
        LayerCase.Of(5, 1, 1, 7, 3),
        LayerCase.Of(1, 17, 33, 1, 2),
        LayerCase.Of(2, 3, 5, 7, 1),
        LayerCase.Of(8, 8, 8, 8, 2),
        LayerCase.Of(16, 16, 28, 28, 1),
        LayerCase.Of(64, 4, 16, 25, 5),
        LayerCase.Of(3, 31, 29, 4, 2),
        LayerCase.Of(31, 3, 4, 29, 2),
        LayerCase.Of(15, 17, 16, 1, 3),
        LayerCase.Of(4, 16, 9, 25, 3),
        LayerCase.Of(13, 9, 11, 6, 4),
        LayerCase.Of(2, 2, 40, 40, 2),
        LayerCase.Of(40, 40, 2, 2, 2),
        LayerCase.Of(33, 1, 65, 1, 1),
        LayerCase.Of(20, 5, 3, 7, 2),
        LayerCase.Of(9, 2, 54, 3, 1),
        LayerCase.Of(6, 5, 33, 5, 2),
    ];

    public static IReadOnlyList<LayerCase> Dense { get; } =
    [
        new() { Dense = (1, 1) },
        new() { Dense = (1, 37) },
        new() { Dense = (37, 1) },
        new() { Dense = (10, 33), Activation = Activation.Relu },
        new() { Dense = (48, 16), Activation = Activation.Maxout, Pieces = 3 },
        new() { Dense = (65, 31), Activation = Activation.Tanh, Bias = BiasMode.None },
    ];

    /// <summary>Every option, alone and combined.</summary>
    public static IReadOnlyList<LayerCase> Options { get; } = [.. MakeOptions()];

    public static IReadOnlyList<LayerCase> All { get; } = [.. Shapes, .. Dense, .. Options];

    private static IEnumerable<LayerCase> MakeOptions()
    {
        LayerCase one = LayerCase.Of(6, 4, 5, 9, 3);
        LayerCase wide = LayerCase.Of(4, 18, 10, 7, 2);
        foreach (Activation activation in Enum.GetValues<Activation>().Where(a => a != Activation.None))
        {
            foreach (BiasMode bias in Enum.GetValues<BiasMode>())
            {
                foreach (Nonlinearity nonlinearity in Enum.GetValues<Nonlinearity>())
                {
                    if (bias != BiasMode.PerTerm || nonlinearity == Nonlinearity.PerTerm)
                    {
                        LayerCase shape = activation is Activation.Relu or Activation.Maxout or Activation.Gelu ? wide : one;
                        yield return shape with { Activation = activation, Bias = bias, Nonlinearity = nonlinearity, Slope = 0.2f };
                    }
                }
            }
        }

        yield return one with { Bias = BiasMode.None };
        yield return one with { Activation = Activation.LeakyRelu, Slope = -0.5f };
        yield return LayerCase.Of(8, 15, 6, 5, 2) with { Activation = Activation.Maxout, Pieces = 5 };
        yield return LayerCase.Of(8, 4, 6, 5, 2) with { Activation = Activation.Maxout, Pieces = 32 };

        LayerCase sum = new() { Groups = [new ShapeGroup(6, 4, 5, 9, 2), new ShapeGroup(2, 12, 15, 3, 1), new ShapeGroup(24, 1, 1, 45, 3)] };
        yield return sum;
        yield return sum with { Activation = Activation.Relu };
        yield return sum with { Activation = Activation.Sigmoid, Bias = BiasMode.None };
        yield return sum with { Activation = Activation.Maxout, Pieces = 4 };
        yield return sum with { Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm };
        yield return sum with { Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm };
        yield return sum with { Activation = Activation.Maxout, Pieces = 2, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm };
        yield return sum with { Activation = Activation.Silu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.None };

        // 3 × 4 × 5 images.
        LayerCase image = new()
        {
            Image = (3, 4, 5),
            Groups =
            [
                new ShapeGroup(6, 3, 3, 20, 2, Formulation.I),
                new ShapeGroup(3, 6, 12, 5, 1, Formulation.II),
                new ShapeGroup(9, 2, 15, 4, 2, Formulation.III),
            ],
        };
        yield return image;
        yield return image with { Activation = Activation.Relu };
        yield return image with { Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm };
        foreach (Formulation formulation in Enum.GetValues<Formulation>().Where(f => f != Formulation.Matrix))
        {
            ShapeGroup group = image.Groups.Single(g => g.Formulation == formulation);
            yield return image with { Groups = [group], Activation = Activation.Tanh };
            yield return image with { Groups = [group with { M1 = 1, M2 = 18 }] };
            yield return image with { Groups = [group with { M1 = 18, M2 = 1 }] };
        }

        // One pixel high or wide.
        yield return new() { Image = (5, 1, 7), Groups = [new ShapeGroup(4, 3, 35, 1, 2, Formulation.III)] };
        yield return new() { Image = (5, 7, 1), Groups = [new ShapeGroup(4, 3, 5, 7, 2, Formulation.III)] };
        yield return new() { Image = (1, 17, 18), Groups = [new ShapeGroup(4, 3, 18, 17, 2, Formulation.III)] };

        LayerCase padded = LayerCase.Of(6, 4, 5, 9, 3) with { PaddedOutputs = 23, PaddedInputs = 43 };
        yield return padded;
        yield return padded with { Activation = Activation.Relu };
        yield return padded with { Activation = Activation.Gelu, Bias = BiasMode.None };
        yield return padded with { PaddedOutputs = 0, Activation = Activation.Relu };
        yield return padded with { PaddedInputs = 0, Activation = Activation.Relu };
        yield return padded with { PaddedOutputs = 22, Activation = Activation.Maxout };
        yield return padded with { Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm };
        yield return padded with { PaddedOutputs = 22, Activation = Activation.Maxout, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm };
        yield return padded with { PaddedOutputs = 1, PaddedInputs = 1 };
    }
}
