using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>
/// The cases that are compiled to machine code: every shape, dense, and options that together cover each of them on each
/// target. The interpreter runs the full list of <see cref="Cases"/>.
/// </summary>
internal static class CompiledCases
{
    private static readonly LayerCase One = LayerCase.Of(6, 4, 5, 9, 3);
    private static readonly LayerCase Wide = LayerCase.Of(4, 18, 10, 7, 2);
    private static readonly LayerCase Padded = One with { PaddedOutputs = 23, PaddedInputs = 43 };
    private static readonly LayerCase Sum = new() { Groups = [new ShapeGroup(6, 4, 5, 9, 2), new ShapeGroup(2, 12, 15, 3, 1)] };
    private static readonly LayerCase Image = new() { Image = (3, 4, 5), Groups = [new ShapeGroup(9, 2, 15, 4, 2, Formulation.III)] };

    /// <summary>A little of everything: also run with instruction sets disabled.</summary>
    public static CaseBatch Essential { get; } = new(
    [
        LayerCase.Of(8, 8, 8, 8, 2),
        LayerCase.Of(2, 3, 5, 7, 1),
        LayerCase.Of(1, 5, 7, 1, 3),
        LayerCase.Of(33, 1, 65, 1, 1),
        LayerCase.Of(15, 17, 16, 1, 3),
        new() { Dense = (10, 33), Activation = Activation.Relu },
        One with { Activation = Activation.Sigmoid },
        One with { Activation = Activation.Tanh, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm },
        One with { Activation = Activation.LeakyRelu, Slope = -0.5f },
        Wide with { Activation = Activation.Gelu },
        One with { Activation = Activation.Silu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.None },
        LayerCase.Of(8, 4, 6, 5, 2) with { Activation = Activation.Maxout, Pieces = 4 },
        Padded with { Activation = Activation.Relu },
        Image,
        Sum,
    ]);

    /// <summary>Every kind of convolution, likewise: orders, strides against dilations, edges, widths, lanes in pixels and in channels, Winograd.</summary>
    public static CaseBatch Convolutions { get; } = new(
    [
        ConvolutionCases.Of(new(6, 16) { PaddingH = 1, PaddingW = 1 }, ConvolutionCases.Factors(4, 2, 3, 1, 2, 2, 1, 3, 2)) with { Activation = Activation.Relu },
        ConvolutionCases.Of(new(9, 10), ConvolutionCases.Factors(1, 4, 9, 1, 6, 1, 1, 9, 3)),
        ConvolutionCases.Of(new(6, 8) { PaddingH = 4, PaddingW = 4 }, ConvolutionCases.Factors(2, 2, 3, 3, 3, 1, 3, 3, 1)),
        ConvolutionCases.Of(new(11, 10) { StrideH = 2, StrideW = 3, PaddingH = 1 }, ConvolutionCases.Factors(1, 2, 2, 3, 3, 3, 3, 2, 2)) with
        {
            Activation = Activation.Gelu,
            Nonlinearity = Nonlinearity.PerTerm,
            Bias = BiasMode.PerTerm,
        },
        ConvolutionCases.Of(
            new(5, 7) { StrideW = 2, PaddingH = 1, PaddingW = 1 },
            ConvolutionCases.Factors(6, 2, 3, 1, 2, 2, 1, 3, 2),
            ConvolutionCases.Factors(3, 4, 1, 1, 4, 1, 3, 3, 1)) with
        {
            Activation = Activation.Maxout,
            Pieces = 2,
            Nonlinearity = Nonlinearity.PerTerm,
            Bias = BiasMode.PerTerm,
        },
        ConvolutionCases.LowRankOf(5, 4, 3, 3, new(7, 9) { StrideH = 2, StrideW = 2, PaddingH = 1, PaddingW = 1 }) with { Activation = Activation.Tanh, Bias = BiasMode.None },
        ConvolutionCases.LowRankOf(16, 4, 2, 6, new(5, 18)),
        ConvolutionCases.DenseOf(18, 3, 5, 4, new(5, 4)) with { Activation = Activation.Maxout, Pieces = 3 },
        ConvolutionCases.DenseOf(4, 3, 1, 1, new(5, 7) { StrideH = 2, StrideW = 2 }),
        ConvolutionCases.DenseOf(33, 2, 3, 3, new(3, 3) { PaddingH = 1, PaddingW = 1 }) with { Activation = Activation.LeakyRelu, Slope = 0.2f },
        ConvolutionCases.DenseOf(5, 2, 3, 2, new(3, 35) { PaddingH = 1 }) with { Activation = Activation.Silu },
        ConvolutionCases.DenseOf(2, 3, 5, 5, new(2, 3) { PaddingH = 4, PaddingW = 2 }),
        ConvolutionCases.DenseOf(16, 8, 3, 3, new(4, 8) { PaddingH = 1, PaddingW = 1 }),
    ]);

    public static CaseBatch Structured { get; } = new(
    [
        ConvolutionCases.StructuredOf(4, 5, 3, 3, 2, new(5, 7) { PaddingH = 1, PaddingW = 1 }),
        ConvolutionCases.StructuredOf(4, 4, 4, 2, 2, new(8, 17) { StrideH = 2, StrideW = 3, PaddingH = 2 }) with { Activation = Activation.Relu, Bias = BiasMode.None },
        ConvolutionCases.StructuredOf(10, 33, 16) with { Activation = Activation.Maxout, Pieces = 2 },
    ]);

    public static CaseBatch SmallShapes { get; } = new([.. Cases.Shapes.Take(Cases.Shapes.Count / 2).Where(IsNew)]);

    public static CaseBatch LargeShapes { get; } = new([.. Cases.Shapes.Skip(Cases.Shapes.Count / 2).Where(IsNew)]);

    public static CaseBatch Dense { get; } = new([.. Cases.Dense.Where(IsNew)]);

    public static CaseBatch Activations { get; } = new(
    [
        Wide with { Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm },
        One with { Activation = Activation.LeakyRelu, Slope = 0.2f, Nonlinearity = Nonlinearity.PerTerm },
        One with { Activation = Activation.Sigmoid, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.None },
        One with { Activation = Activation.Tanh, Bias = BiasMode.None },
        Wide with { Activation = Activation.Gelu, Nonlinearity = Nonlinearity.PerTerm },
        One with { Activation = Activation.Silu },
        LayerCase.Of(8, 15, 6, 5, 2) with { Activation = Activation.Maxout, Pieces = 5 },
        Wide with { Activation = Activation.Maxout, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm },
        Padded with { PaddedInputs = 0, Activation = Activation.Gelu, Bias = BiasMode.None },
        Padded with { PaddedOutputs = 22, Activation = Activation.Maxout },
    ]);

    public static CaseBatch Sums { get; } = new(
    [
        Sum with { Groups = [.. Sum.Groups, new ShapeGroup(24, 1, 1, 45, 3)], Activation = Activation.Maxout, Pieces = 4 },
        Sum with { Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm },
        Image with { Groups = [new ShapeGroup(6, 3, 3, 20, 2, Formulation.I), new ShapeGroup(3, 6, 12, 5, 1, Formulation.II), .. Image.Groups], Activation = Activation.Relu },
        Image with { Groups = [new ShapeGroup(18, 1, 15, 4, 2, Formulation.III)], Activation = Activation.Tanh },
        Image with { Groups = [new ShapeGroup(1, 18, 15, 4, 2, Formulation.III)] },
        new() { Image = (5, 1, 7), Groups = [new ShapeGroup(4, 3, 35, 1, 2, Formulation.III)] },
    ]);

    /// <summary>Every length of a tail of 16 lanes, of outputs and of inputs.</summary>
    public static CaseBatch Tails { get; } = new([.. Enumerable.Range(1, 16).Select(t => new LayerCase { Dense = (t, 34 - t), Bias = t % 2 == 0 ? BiasMode.None : BiasMode.Shared })]);

    private static bool IsNew(LayerCase layer) => Essential.Cases.All(other => other.ToString() != layer.ToString());
}
