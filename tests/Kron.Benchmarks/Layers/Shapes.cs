using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Layers;

/// <summary>The shapes that every table lists, and the layers made of them.</summary>
internal static class Shapes
{
    /// <summary>Dense weights up to this size are measured beside the factorised layer.</summary>
    private const long LargestDense = 256_000_000;

    private static readonly (int M1, int M2, int N1, int N2, int R)[] Tuples =
    [
        // arXiv 1512.09194: SVHN digits, SVHN sequences, CASIA-HWDB, AlexNet with two and with three layers replaced.
        (64, 4, 256, 25, 5),
        (60, 40, 192, 64, 10),
        (30, 10, 60, 40, 10),
        (128, 32, 832, 36, 5),
        (1024, 4, 1536, 6, 2),
        (2048, 2, 2048, 2, 2),
        (512, 8, 512, 18, 5),
        (512, 8, 512, 8, 5),
        (500, 2, 512, 8, 4),

        // Its ICDAR layer, one of four groups: as the paper writes it, and in the direction of the layer, 390 → 87,718.
        (26, 15, 719, 122, 10),
        (719, 122, 26, 15, 10),

        // Small layers.
        (8, 8, 8, 8, 2),
        (16, 16, 28, 28, 4),
        (32, 32, 32, 32, 4),
    ];

    /// <summary>Bare products: no bias, no activation.</summary>
    public static IReadOnlyList<Subject> Products { get; } = [.. Tuples.Select(t => Subject.Product(t.M1, t.M2, t.N1, t.N2, t.R))];

    /// <summary>Dense layers of the same sizes, where the weight is not too large.</summary>
    public static IReadOnlyList<Subject> Dense { get; } =
        [.. Products.Select(Subject.Dense).DistinctBy(subject => subject.Name).Where(subject => subject.WeightBytes < LargestDense)];

    /// <summary>A product with a shared bias and Relu.</summary>
    public static Subject WithEpilogue(Subject product) =>
        new($"{product.Name} relu", product.Case with { Activation = Activation.Relu, Bias = BiasMode.Shared });

    /// <summary>A product whose terms each have their own bias and Relu (Eq. 12).</summary>
    public static Subject PerTerm(Subject product) => new(
        $"{product.Name} per term",
        product.Case with { Activation = Activation.Relu, Bias = BiasMode.PerTerm, Nonlinearity = Nonlinearity.PerTerm });

    /// <summary>Sums over several shapes.</summary>
    public static IReadOnlyList<Subject> Sums { get; } =
    [
        // The paper's word classifier with 8,772 = 204·43 = 17·516 outputs in place of 87,718 = 719·122 = 61·1438.
        new("ICDAR/10: 204,43,26,15,10 + 43,204,26,15,10 + 17,516,13,30,10 + 516,17,130,3,10", new LayerCase
        {
            Groups = [new(204, 43, 26, 15, 10), new(43, 204, 26, 15, 10), new(17, 516, 13, 30, 10), new(516, 17, 130, 3, 10)],
            Bias = BiasMode.None,
        }),

        // KFC-shape of the SVHN digits: one product in each formulation of the 256 × 5 × 5 input.
        new("SVHN: 64,4,256,25,1 by I + 128,2,1280,5,1 by II + 128,2,1280,5,1 by III", new LayerCase
        {
            Groups = [new(64, 4, 256, 25, 1, Formulation.I), new(128, 2, 1280, 5, 1, Formulation.II), new(128, 2, 1280, 5, 1, Formulation.III)],
            Image = (256, 5, 5),
            Bias = BiasMode.None,
        }),
    ];

    /// <summary>Products drawn log-uniformly: each factor size from 1 to 256, r from 1 to 12.</summary>
    public static IReadOnlyList<Subject> Random(int seed, int count)
    {
        var random = new Random(seed);
        int Draw(int largest) => Math.Min(largest, (int)Math.Exp(random.NextDouble() * Math.Log(largest + 1)));
        return [.. Enumerable.Range(0, count).Select(_ => Subject.Product(Draw(256), Draw(256), Draw(256), Draw(256), Draw(12)))];
    }
}
