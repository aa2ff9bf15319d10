using System.Collections.Generic;
using System.Linq;
using Kron.Cuda.Device.Bench;
using Kron.Kernels.Tests.Support;

namespace Kron.Cuda.Device.Check;

/// <summary>The layers that are checked: every shape of contraction, every option, and those of the papers.</summary>
internal static class CheckedLayers
{
    private static readonly LayerCase Sum = new() { Groups = [new ShapeGroup(6, 4, 5, 9, 2), new ShapeGroup(2, 12, 15, 3, 1), new ShapeGroup(24, 1, 1, 45, 3)] };

    // 3 × 4 × 5 images.
    private static readonly LayerCase Image = new()
    {
        Image = (3, 4, 5),
        Groups =
        [
            new ShapeGroup(6, 3, 3, 20, 2, Formulation.I),
            new ShapeGroup(3, 6, 12, 5, 1, Formulation.II),
            new ShapeGroup(9, 2, 15, 4, 2, Formulation.III),
        ],
    };

    public static IReadOnlyList<CheckedLayer> All { get; } =
    [
        new(LayerCase.Of(1, 1, 1, 1, 1), context => new TinyLayer().ToCuda(context)),
        new(LayerCase.Of(8, 8, 8, 8, 2), context => new SquareLayer().ToCuda(context)) { IsQuick = true },
        new(LayerCase.Of(64, 4, 16, 25, 5), context => new TallLayer().ToCuda(context)),
        new(LayerCase.Of(13, 9, 11, 6, 4), context => new PrimesLayer().ToCuda(context)),
        new(LayerCase.Of(3, 31, 29, 4, 2), context => new LeftLayer().ToCuda(context)),
        new(LayerCase.Of(31, 3, 4, 29, 2), context => new RightLayer().ToCuda(context)),
        new(LayerCase.Of(40, 40, 2, 2, 2), context => new ExpandingLayer().ToCuda(context)),
        new(LayerCase.Of(1, 17, 33, 1, 2), context => new LowRankLayer().ToCuda(context)) { IsQuick = true },
        new(LayerCase.Of(5, 1, 1, 7, 3), context => new RowLayer().ToCuda(context)),
        new(LayerCase.Of(33, 1, 65, 1, 1) with { Bias = BiasMode.None }, context => new PlainLayer().ToCuda(context)),
        new(new() { Dense = (10, 33), Activation = Activation.Relu }, context => new DenseReluLayer().ToCuda(context)),
        new(new() { Dense = (48, 16), Activation = Activation.Maxout, Pieces = 3 }, context => new DenseMaxoutLayer().ToCuda(context)) { IsQuick = true },
        new(new() { Dense = (7, 40), Structured = (3, 1) }, context => new StructuredLayer().ToCuda(context)),
        new(new() { Dense = (10, 33), Structured = (16, 1), Activation = Activation.Maxout }, context => new StructuredMaxoutLayer().ToCuda(context)),
        new(LayerCase.Of(4, 18, 10, 7, 2) with { Activation = Activation.Relu }, context => new ReluLayer().ToCuda(context)),
        new(LayerCase.Of(6, 4, 5, 9, 3) with { Activation = Activation.LeakyRelu, Slope = -0.5f }, context => new LeakyLayer().ToCuda(context)),
        new(LayerCase.Of(6, 4, 5, 9, 3) with { Activation = Activation.Sigmoid }, context => new SigmoidLayer().ToCuda(context)),
        new(LayerCase.Of(6, 4, 5, 9, 3) with { Activation = Activation.Tanh, Bias = BiasMode.PerTerm, Nonlinearity = Nonlinearity.PerTerm }, context => new TanhOfTermsLayer().ToCuda(context)) { IsQuick = true },
        new(LayerCase.Of(4, 18, 10, 7, 2) with { Activation = Activation.Gelu, Nonlinearity = Nonlinearity.PerTerm }, context => new GeluOfTermsLayer().ToCuda(context)),
        new(LayerCase.Of(6, 4, 5, 9, 3) with { Activation = Activation.Silu, Bias = BiasMode.None, Nonlinearity = Nonlinearity.PerTerm }, context => new SiluOfTermsLayer().ToCuda(context)),
        new(LayerCase.Of(8, 15, 6, 5, 2) with { Activation = Activation.Maxout, Pieces = 5 }, context => new MaxoutLayer().ToCuda(context)),
        new(Sum, context => new ShapesLayer().ToCuda(context)),
        new(Sum with { Activation = Activation.Relu, Bias = BiasMode.PerTerm, Nonlinearity = Nonlinearity.PerTerm }, context => new ShapesReluLayer().ToCuda(context)),
        new(Sum with { Activation = Activation.Maxout, Bias = BiasMode.PerTerm, Nonlinearity = Nonlinearity.PerTerm }, context => new ShapesMaxoutLayer().ToCuda(context)),
        new(Image with { Activation = Activation.Relu }, context => new FormulationsLayer().ToCuda(context)) { IsQuick = true },
        new(Image with { Groups = [Image.Groups[2]], Activation = Activation.Tanh }, context => new TurnedLayer().ToCuda(context)),
        new(LayerCase.Of(6, 4, 5, 9, 3) with { Activation = Activation.Relu, PaddedOutputs = 23, PaddedInputs = 43 }, context => new PaddedLayer().ToCuda(context)),
        new(LayerCase.Of(6, 4, 5, 9, 3) with { Activation = Activation.Maxout, Bias = BiasMode.PerTerm, Nonlinearity = Nonlinearity.PerTerm, PaddedOutputs = 22, PaddedInputs = 43 }, context => new PaddedMaxoutLayer().ToCuda(context)) { IsQuick = true },
        new(LayerCase.Of(64, 4, 256, 25, 5), context => new SvhnLayer().ToCuda(context)) { Batch = 2 },
        new(LayerCase.Of(128, 32, 832, 36, 5), context => new CasiaLayer().ToCuda(context)) { Batch = 4, IsAgainstHost = true },
        new(LayerCase.Of(1024, 4, 1536, 6, 2), context => new AlexNet2FirstLayer().ToCuda(context)) { Batch = 4, IsAgainstHost = true },
        new(LayerCase.Of(2048, 2, 2048, 2, 2), context => new AlexNet2SecondLayer().ToCuda(context)) { Batch = 4, IsAgainstHost = true },
    ];

    /// <summary>A few, in seconds without a device.</summary>
    public static IReadOnlyList<CheckedLayer> Quick { get; } = [.. All.Where(layer => layer.IsQuick)];
}
