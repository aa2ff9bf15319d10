using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Kernels.Tests.Support;

/// <summary>The convolutions and structured layers that every target is tested on.</summary>
internal static class ConvolutionCases
{
    /// <summary>One shape group: kernels of every form, both orders, strides and paddings that do and do not meet the dilation.</summary>
    public static IReadOnlyList<LayerCase> Kronecker { get; } =
    [
        // No pixel has neighbours.
        Of(new(1, 1), Factors(1, 1, 1, 1, 1, 1, 1, 1, 1)),
        Of(new(5, 7), Factors(3, 2, 1, 1, 2, 3, 1, 1, 2)),
        Of(new(4, 16), Factors(1, 5, 1, 1, 6, 1, 1, 1, 2)),
        Of(new(6, 5) { StrideH = 2, StrideW = 3 }, Factors(2, 3, 1, 1, 5, 2, 1, 1, 1)),
        Of(new(3, 3) { PaddingH = 1, PaddingW = 2 }, Factors(2, 3, 1, 1, 4, 1, 1, 1, 2)),

        // Vertical and horizontal factors, either of which may come first.
        Of(new(6, 16) { PaddingH = 1, PaddingW = 1 }, Factors(4, 2, 3, 1, 2, 2, 1, 3, 2)),
        Of(new(6, 16) { PaddingH = 1, PaddingW = 1 }, Factors(2, 2, 3, 1, 2, 4, 1, 3, 1)),
        Of(new(6, 7) { PaddingH = 1, PaddingW = 1 }, Factors(2, 6, 1, 3, 6, 1, 3, 1, 2)),
        Of(new(6, 7) { PaddingH = 1, PaddingW = 1 }, Factors(6, 1, 1, 3, 2, 6, 3, 1, 2)),
        Of(new(10, 17), Factors(6, 2, 9, 1, 1, 2, 1, 9, 1)),
        Of(new(16, 10), Factors(6, 4, 1, 9, 1, 1, 9, 1, 1)),
        Of(new(9, 10), Factors(1, 4, 9, 1, 6, 1, 1, 9, 3)),
        Of(new(8, 8), Factors(16, 3, 8, 1, 2, 1, 1, 8, 1)),
        Of(new(9, 9) { PaddingH = 4, PaddingW = 4 }, Factors(1, 3, 9, 1, 5, 1, 1, 9, 2)),
        Of(new(7, 8) { StrideH = 2, StrideW = 2, PaddingH = 1, PaddingW = 1 }, Factors(3, 2, 3, 1, 2, 3, 1, 3, 2)),
        Of(new(8, 7) { StrideH = 2, StrideW = 2, PaddingH = 1, PaddingW = 1 }, Factors(2, 3, 1, 3, 3, 1, 3, 1, 1)),

        // One factor has the whole kernel.
        Of(new(6, 7) { PaddingH = 1, PaddingW = 1 }, Factors(3, 2, 3, 3, 4, 2, 1, 1, 1)),
        Of(new(6, 7) { PaddingH = 1, PaddingW = 1 }, Factors(3, 2, 1, 1, 2, 2, 3, 3, 2)),
        Of(new(5, 9) { PaddingH = 2, PaddingW = 2 }, Factors(1, 4, 1, 1, 6, 1, 5, 5, 2)),
        Of(new(5, 9) { StrideH = 2, StrideW = 3 }, Factors(4, 1, 3, 2, 1, 3, 1, 1, 2)),

        // Both have rows and columns: A is dilated.
        Of(new(11, 12), Factors(3, 2, 3, 3, 2, 2, 3, 3, 2)),
        Of(new(6, 8) { PaddingH = 4, PaddingW = 4 }, Factors(2, 2, 3, 3, 3, 1, 3, 3, 1)),
        Of(new(6, 8) { PaddingH = 4, PaddingW = 4 }, Factors(1, 2, 3, 3, 2, 4, 3, 3, 1)),
        Of(new(7, 9) { PaddingH = 2, PaddingW = 1 }, Factors(2, 2, 2, 3, 2, 3, 3, 2, 2)),
        Of(new(9, 7) { PaddingH = 1, PaddingW = 3 }, Factors(2, 3, 3, 2, 4, 1, 2, 3, 1)),
        Of(new(8, 19) { PaddingW = 1 }, Factors(3, 1, 2, 2, 2, 2, 2, 2, 2)),

        // The stride against the dilation: equal, a multiple, a divisor, coprime, along one axis or both, with A or B first.
        Of(new(8, 10) { StrideH = 2, StrideW = 2, PaddingH = 1, PaddingW = 1 }, Factors(2, 2, 2, 2, 3, 2, 2, 2, 1)),
        Of(new(8, 10) { StrideH = 2, StrideW = 2, PaddingH = 1, PaddingW = 1 }, Factors(2, 3, 2, 2, 1, 3, 2, 2, 1)),
        Of(new(9, 10) { StrideH = 4, StrideW = 2, PaddingH = 3, PaddingW = 2 }, Factors(2, 2, 2, 2, 2, 2, 2, 4, 2)),
        Of(new(11, 10) { StrideH = 3, StrideW = 2, PaddingH = 2, PaddingW = 2 }, Factors(2, 3, 2, 2, 3, 1, 3, 3, 1)),
        Of(new(11, 10) { StrideH = 2, StrideW = 3, PaddingH = 1 }, Factors(1, 2, 2, 3, 3, 3, 3, 2, 2)),
        Of(new(10, 35) { StrideW = 2, PaddingW = 1 }, Factors(2, 1, 1, 3, 2, 3, 3, 2, 1)),
        Of(new(12, 12) { StrideH = 3, StrideW = 3 }, Factors(3, 2, 2, 2, 2, 2, 3, 3, 1)),

        // One output along an axis, and taps of A that never meet the image.
        Of(new(4, 6) { PaddingW = 5 }, Factors(2, 1, 1, 4, 1, 2, 1, 4, 2)),
        Of(new(2, 12) { PaddingH = 2 }, Factors(8, 3, 3, 4, 1, 1, 2, 1, 1)),
        Of(new(7, 2) { StrideH = 4, StrideW = 2, PaddingW = 5 }, Factors(1, 4, 1, 3, 1, 1, 1, 4, 2)),

        // A window larger than the image, and windows that lie outside of it.
        Of(new(2, 3) { PaddingH = 4, PaddingW = 3 }, Factors(2, 2, 3, 1, 2, 2, 1, 3, 2)),
        Of(new(1, 1) { PaddingH = 2, PaddingW = 2 }, Factors(2, 1, 1, 3, 3, 2, 3, 1, 1)),
        Of(new(2, 2) { PaddingH = 3, PaddingW = 3 }, Factors(2, 2, 2, 2, 2, 1, 2, 2, 1)),
        Of(new(2, 1) { StrideH = 2, StrideW = 3, PaddingH = 3, PaddingW = 4 }, Factors(2, 2, 3, 3, 1, 2, 2, 2, 1)),

        // Output rows of less than a vector, of whole vectors, and of a few pixels more.
        .. new[] { 7, 14, 16, 17, 32, 35 }.Select(width => Of(new(3, width) { PaddingH = 1, PaddingW = 1 }, Factors(3, 2, 3, 1, 2, 1, 1, 3, 2))),
        .. new[] { 14, 17 }.Select(width => Of(new(4, width + 1), Factors(8, 1, 1, 2, 2, 3, 2, 1, 1))),
    ];

    public static IReadOnlyList<LayerCase> LowRank { get; } =
    [
        LowRankOf(3, 7, 3, 2, new(6, 7) { PaddingH = 1, PaddingW = 1 }),
        LowRankOf(7, 3, 3, 4, new(6, 16) { PaddingH = 1, PaddingW = 1 }),
        LowRankOf(5, 5, 1, 2, new(3, 5)),
        LowRankOf(16, 4, 2, 6, new(5, 17)),
        LowRankOf(4, 3, 5, 3, new(2, 3) { PaddingH = 2, PaddingW = 2 }) with { Activation = Activation.Relu },
        LowRankOf(6, 3, 3, 5, new(7, 9) { StrideH = 2, StrideW = 2, PaddingH = 1, PaddingW = 1 }) with { Activation = Activation.Tanh, Bias = BiasMode.None },
        LowRankOf(6, 8, 4, 1, new(9, 8) { StrideH = 3, StrideW = 2, PaddingH = 1, PaddingW = 2 }) with { Activation = Activation.Maxout, Pieces = 3 },
        LowRankOf(5, 2, 7, 3, new(7, 7)) with { Activation = Activation.LeakyRelu, Slope = 0.2f },
    ];

    public static IReadOnlyList<LayerCase> Dense { get; } =
    [
        DenseOf(1, 1, 1, 1, new(1, 1)),
        DenseOf(5, 3, 1, 1, new(4, 5)),
        DenseOf(4, 3, 1, 1, new(5, 7) { StrideH = 2, StrideW = 2 }),
        DenseOf(6, 3, 3, 3, new(5, 6) { PaddingH = 1, PaddingW = 1 }) with { Activation = Activation.Relu },
        DenseOf(33, 2, 3, 3, new(3, 3) { PaddingH = 1, PaddingW = 1 }),
        DenseOf(3, 17, 3, 3, new(4, 4) { PaddingH = 1, PaddingW = 1 }) with { Bias = BiasMode.None },
        DenseOf(3, 2, 9, 1, new(12, 16) { PaddingH = 2 }),
        DenseOf(3, 2, 1, 9, new(3, 16) { PaddingW = 4 }),
        DenseOf(4, 2, 4, 2, new(6, 7) { PaddingH = 1 }),
        DenseOf(18, 3, 5, 4, new(5, 4)) with { Activation = Activation.Maxout, Pieces = 2 },
        DenseOf(4, 3, 2, 2, new(6, 8) { StrideH = 2, StrideW = 2 }),
        DenseOf(4, 3, 2, 3, new(8, 9) { StrideH = 3, StrideW = 1, PaddingW = 1 }),
        DenseOf(4, 3, 3, 2, new(7, 34) { StrideW = 3, PaddingH = 1 }),
        DenseOf(3, 2, 3, 3, new(8, 6) { StrideH = 4, StrideW = 5, PaddingH = 2, PaddingW = 1 }) with { Activation = Activation.Sigmoid },
        DenseOf(2, 3, 5, 5, new(2, 3) { PaddingH = 4, PaddingW = 2 }),
        DenseOf(3, 2, 2, 2, new(1, 2) { PaddingH = 3, PaddingW = 4 }),
        DenseOf(4, 2, 2, 2, new(2, 2) { StrideH = 2, StrideW = 3, PaddingH = 3, PaddingW = 2 }) with { Activation = Activation.Maxout, Pieces = 2 },
        .. new[] { 7, 16, 35 }.Select(width => DenseOf(5, 2, 3, 3, new(2, width) { PaddingH = 1, PaddingW = 1 })),
    ];

    /// <summary>Three taps along the rows, and channels enough for Winograd's form: whole tiles of rows, and tiles with fewer.</summary>
    public static IReadOnlyList<LayerCase> Winograd { get; } =
    [
        DenseOf(16, 8, 3, 3, new(4, 8) { PaddingH = 1, PaddingW = 1 }) with { Activation = Activation.Gelu },
        DenseOf(16, 16, 3, 3, new(4, 4) { PaddingH = 1, PaddingW = 1 }) with { Activation = Activation.Maxout, Pieces = 4 },
        DenseOf(16, 8, 3, 3, new(6, 6) { PaddingH = 2 }),
        DenseOf(24, 12, 3, 2, new(8, 8)) with { Activation = Activation.Relu },
        Of(new(7, 8) { PaddingH = 1, PaddingW = 1 }, Factors(16, 12, 3, 3, 2, 1, 1, 1, 1)),
        Of(new(7, 8) { PaddingH = 1, PaddingW = 1 }, Factors(8, 8, 3, 3, 2, 2, 1, 1, 2)) with { Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm },
        LowRankOf(15, 20, 3, 19, new(6, 8) { PaddingH = 2, PaddingW = 1 }),
        Of(new(4, 8) { PaddingH = 1, PaddingW = 1 }, Factors(16, 16, 1, 3, 1, 1, 3, 1, 1), Factors(8, 8, 3, 3, 2, 2, 1, 1, 1)) with { Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm },
    ];

    public static IReadOnlyList<LayerCase> Structured { get; } =
    [
        StructuredOf(4, 5, 3, 3, 2, new(5, 7) { PaddingH = 1, PaddingW = 1 }),
        StructuredOf(5, 4, 3, 4, 3, new(5, 6) { PaddingH = 1, PaddingW = 1 }),
        StructuredOf(4, 6, 3, 3, 3, new(4, 5)),
        StructuredOf(6, 3, 3, 3, 2, new(4, 16) { PaddingH = 1, PaddingW = 1 }) with { Activation = Activation.Relu },
        StructuredOf(6, 4, 3, 2, 1, new(5, 17) { PaddingH = 1, PaddingW = 1 }) with { Activation = Activation.Maxout, Pieces = 3 },
        StructuredOf(3, 4, 4, 1, 1, new(6, 7)),
        StructuredOf(3, 5, 1, 2, 1, new(3, 4)),
        StructuredOf(17, 8, 3, 4, 2, new(3, 3) { PaddingH = 1, PaddingW = 1 }) with { Bias = BiasMode.None },
        StructuredOf(4, 4, 3, 2, 2, new(7, 8) { StrideH = 2, StrideW = 2, PaddingH = 1, PaddingW = 1 }),
        StructuredOf(4, 3, 4, 2, 2, new(8, 9) { StrideH = 3, StrideW = 2, PaddingH = 1, PaddingW = 2 }) with { Activation = Activation.Silu },
        StructuredOf(3, 4, 5, 3, 2, new(2, 3) { PaddingH = 4, PaddingW = 2 }),
        StructuredOf(2, 3, 2, 2, 1, new(1, 2) { PaddingH = 3, PaddingW = 2 }),
        StructuredOf(5, 7, 4, 3, 4, new(4, 4)),
        StructuredOf(10, 33, 16),
        StructuredOf(17, 16, 16) with { Activation = Activation.Relu },
        StructuredOf(6, 9, 1) with { Activation = Activation.Maxout, Pieces = 2 },
        StructuredOf(7, 20, 19) with { Bias = BiasMode.None },
        StructuredOf(1, 5, 3),
        StructuredOf(5, 1, 1),
        StructuredOf(33, 40, 4) with { Activation = Activation.Gelu },
    ];

    /// <summary>Every activation, bias and place of the activation, one group and several.</summary>
    public static IReadOnlyList<LayerCase> Options { get; } = [.. MakeOptions()];

    /// <summary>All but the structured ones.</summary>
    public static IReadOnlyList<LayerCase> Convolutions { get; } = [.. Kronecker, .. LowRank, .. Dense, .. Winograd, .. Options];

    public static ShapeGroup Factors(int o1, int c1, int h1, int w1, int o2, int c2, int h2, int w2, int r) =>
        new(o1, o2, c1, c2, r) { H1 = h1, W1 = w1, H2 = h2, W2 = w2 };

    public static LayerCase Of(Sliding sliding, params ShapeGroup[] groups) => new() { Sliding = sliding, Groups = groups };

    public static LayerCase LowRankOf(int outputs, int inputs, int kernel, int rank, Sliding sliding) =>
        Of(sliding, Factors(1, inputs, kernel, 1, outputs, 1, 1, kernel, rank)) with { LowRank = true };

    public static LayerCase DenseOf(int outputs, int inputs, int rows, int columns, Sliding sliding) =>
        new() { Sliding = sliding, Dense = (outputs, inputs), DenseKernel = (rows, columns) };

    public static LayerCase StructuredOf(int outputs, int inputs, int kernel, int structuredInputs, int structuredKernel, Sliding sliding) =>
        DenseOf(outputs, inputs, kernel, kernel, sliding) with { Structured = (structuredInputs, structuredKernel) };

    public static LayerCase StructuredOf(int outputs, int inputs, int structuredInputs) =>
        new() { Dense = (outputs, inputs), Structured = (structuredInputs, 1) };

    private static IEnumerable<LayerCase> MakeOptions()
    {
        LayerCase tall = Of(new(3, 5) { PaddingH = 1, PaddingW = 1 }, Factors(3, 2, 3, 1, 2, 2, 1, 3, 2));
        LayerCase wide = Of(new(4, 16) { StrideH = 2, PaddingH = 1, PaddingW = 1 }, Factors(2, 1, 1, 3, 3, 4, 3, 1, 2));
        foreach (Activation activation in Enum.GetValues<Activation>().Where(a => a != Activation.None))
        {
            LayerCase shape = (activation is Activation.Relu or Activation.Maxout or Activation.Gelu ? wide : tall) with { Activation = activation, Slope = 0.2f };
            yield return shape;
            yield return shape with { Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm };
            if (activation is Activation.Relu or Activation.Maxout)
            {
                yield return shape with { Bias = BiasMode.None };
                yield return shape with { Nonlinearity = Nonlinearity.PerTerm };
                yield return shape with { Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.None };
            }
        }

        yield return tall with { Bias = BiasMode.None };
        yield return tall with { Activation = Activation.Maxout, Pieces = 6 };
        yield return wide with { Activation = Activation.Maxout, Pieces = 3 };

        // Channels 4 → 12, a kernel of 3 × 3.
        LayerCase sum = Of(new(5, 7) { StrideW = 2, PaddingH = 1, PaddingW = 1 }, Factors(6, 2, 3, 1, 2, 2, 1, 3, 2), Factors(3, 4, 1, 1, 4, 1, 3, 3, 1));
        yield return sum with { Groups = [.. sum.Groups, Factors(1, 4, 1, 3, 12, 1, 3, 1, 2)], Activation = Activation.Relu };
        yield return sum with { Activation = Activation.Sigmoid, Bias = BiasMode.None };
        yield return sum with { Activation = Activation.Maxout, Pieces = 4 };
        yield return sum with { Activation = Activation.Relu, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm };
        yield return sum with { Activation = Activation.Maxout, Pieces = 2, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm };
        yield return sum with { Activation = Activation.Silu, Nonlinearity = Nonlinearity.PerTerm };

        // Without padding or stride, so that only the sums are of interest; a kernel of 4 × 6 in three ways.
        LayerCase split = Of(
            new(5, 8),
            Factors(2, 3, 4, 1, 2, 1, 1, 6, 1),
            Factors(4, 1, 2, 2, 1, 3, 2, 3, 2),
            Factors(2, 1, 1, 3, 2, 3, 4, 2, 1));
        yield return split;
        yield return split with { Activation = Activation.Tanh, Nonlinearity = Nonlinearity.PerTerm, Bias = BiasMode.PerTerm };
    }
}
