using System.Collections.Generic;
using System.Linq;
using Kron.Kernels.Tests.Support;

namespace Kron.Benchmarks.Layers;

/// <summary>The convolutions that every table lists: no bias, no activation.</summary>
internal static class Convolutions
{
    /// <summary>conv2 of the scene-text network of arXiv 1512.09194, 48 → 128 channels, 9 × 9 on 16 × 16; by the paper's (r, o1, c1, h1, w1).</summary>
    public static Subject Conv2Vertical { get; } = Kronecker("conv2 (1,128,24,9,1)", 16, 0, (128, 24, 9, 1), (1, 2, 1, 9), 1);

    public static Subject Conv2Square { get; } = Kronecker("conv2 (1,128,24,3,3)", 16, 0, (128, 24, 3, 3), (1, 2, 3, 3), 1);

    public static Subject Conv2Horizontal { get; } = Kronecker("conv2 (1,128,48,1,9)", 16, 0, (128, 48, 1, 9), (1, 1, 9, 1), 1);

    public static Subject Conv2TwoTerms { get; } = Kronecker("conv2 (2,64,24,9,1)", 16, 0, (64, 24, 9, 1), (2, 2, 1, 9), 2);

    /// <summary>Its conv3, 64 → 512 channels, 8 × 8 on 8 × 8.</summary>
    public static Subject Conv3Vertical { get; } = Kronecker("conv3 (1,256,64,8,1)", 8, 0, (256, 64, 8, 1), (2, 1, 1, 8), 1);

    public static Subject Conv3Horizontal { get; } = Kronecker("conv3 (1,512,64,1,8)", 8, 0, (512, 64, 1, 8), (1, 1, 8, 1), 1);

    public static Subject Conv3TwoTerms { get; } = Kronecker("conv3 (2,256,64,8,1)", 8, 0, (256, 64, 8, 1), (2, 1, 1, 8), 2);

    /// <summary>64 → 64 channels, 3 × 3 on 32 × 32.</summary>
    public static Subject LowRank64 { get; } = LowRank("64→64 low-rank 32", 64, 32, 32);

    public static Subject Kronecker64TwoTerms { get; } = Kronecker("64→64 KConv r=2", 32, 1, (32, 32, 3, 1), (2, 2, 1, 3), 2);

    public static Subject Kronecker64 { get; } = Kronecker("64→64 KConv r=1", 32, 1, (32, 32, 3, 1), (2, 2, 1, 3), 1);

    public static Subject Structured64 { get; } = new("64→64 structured 32,2", new LayerCase
    {
        Dense = (64, 64),
        DenseKernel = (3, 3),
        Structured = (32, 2),
        Sliding = new Sliding(32, 32) { PaddingH = 1, PaddingW = 1 },
        Bias = BiasMode.None,
    });

    /// <summary>256 → 256 channels, 3 × 3 on 8 × 8.</summary>
    public static Subject LowRank256 { get; } = LowRank("256→256 low-rank 96", 256, 8, 96);

    public static Subject Kronecker256TwoTerms { get; } = Kronecker("256→256 KConv r=2", 8, 1, (128, 128, 3, 1), (2, 2, 1, 3), 2);

    public static Subject Kronecker256 { get; } = Kronecker("256→256 KConv r=1", 8, 1, (128, 128, 3, 1), (2, 2, 1, 3), 1);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Subject> All { get; } =
    [
        Conv2Vertical, Conv2Square, Conv2Horizontal, Conv2TwoTerms,
        Conv3Vertical, Conv3Horizontal, Conv3TwoTerms,
        LowRank64, Kronecker64TwoTerms, Kronecker64, Structured64,
        LowRank256, Kronecker256TwoTerms, Kronecker256,
    ];

    /// <summary>The dense convolutions that they stand for, each once.</summary>
    public static IReadOnlyList<Subject> Dense { get; } = [.. All.Select(Subject.Dense).DistinctBy(subject => subject.Name)];

    private static Subject Kronecker(string name, int side, int padding, (int O, int C, int H, int W) a, (int O, int C, int H, int W) b, int r) => new(name, new LayerCase
    {
        Groups = [new ShapeGroup(a.O, b.O, a.C, b.C, r) { H1 = a.H, W1 = a.W, H2 = b.H, W2 = b.W }],
        Sliding = new Sliding(side, side) { PaddingH = padding, PaddingW = padding },
        Bias = BiasMode.None,
    });

    private static Subject LowRank(string name, int channels, int side, int rank) => new(name, new LayerCase
    {
        Groups = [new ShapeGroup(1, channels, channels, 1, rank) { H1 = 3, W2 = 3 }],
        LowRank = true,
        Sliding = new Sliding(side, side) { PaddingH = 1, PaddingW = 1 },
        Bias = BiasMode.None,
    });
}
