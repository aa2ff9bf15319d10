using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Generator.Tests.Support;
using Kron.Kernels.Tests.Support;

namespace Kron.Arm64.Checks;

/// <summary>The layers that are checked on ARM64: those of the kernel tests.</summary>
internal static class CheckedCases
{
    /// <summary>The environment variable that, set to <c>1</c>, asks for every layer that the interpreter runs, and random ones.</summary>
    public const string FullVariable = "KRON_ARM64_FULL";

    private const int RandomLayers = 40;

    // Not only NEON runs on an ARM64 processor.
    private static readonly KernelTarget[] Runnable = [KernelTarget.AdvSimd, KernelTarget.Vector128, KernelTarget.Scalar];

    public static IReadOnlyList<CheckedCase> All { get; } = [.. Make().DistinctBy(each => each.Name)];

    private static IEnumerable<CheckedCase> Make() =>
        Environment.GetEnvironmentVariable(FullVariable) == "1" ? [.. Compiled(), .. Others()] : Compiled();

    /// <summary>What the kernel tests compile for the targets of their own machine.</summary>
    private static IEnumerable<CheckedCase> Compiled() =>
    [
        .. Layers(CompiledCases.Essential.Cases).Select(each => each with { Targets = Runnable }),
        .. new[]
        {
            CompiledCases.Convolutions, CompiledCases.Structured, CompiledCases.SmallShapes, CompiledCases.LargeShapes, CompiledCases.Dense,
            CompiledCases.Activations, CompiledCases.Sums, CompiledCases.Tails,
        }.SelectMany(batch => Layers(batch.Cases)),
        .. PoolMeasurement.Windows.SelectMany(window => new[] { true, false }.Select(isMaximum => new CheckedPool(window, isMaximum))),
        .. NormalizationCase.All.Select(each => new CheckedNormalization(each)),
        new CheckedParallel(LayerCase.Of(8, 8, 8, 8, 2), Samples: 403),
        new CheckedParallel(LayerCase.Of(8, 4, 6, 5, 2) with { Activation = Activation.Maxout, Pieces = 4 }, Samples: 2003),
        new CheckedParallel(ConvolutionCases.DenseOf(16, 8, 3, 3, new(4, 8) { PaddingH = 1, PaddingW = 1 }) with { Activation = Activation.Relu }, Samples: 53),
    ];

    private static IEnumerable<CheckedCase> Others()
    {
        var random = new Random(20151228);
        return
        [
            .. Layers(Cases.All),
            .. Layers(ConvolutionCases.Convolutions),
            .. Layers(ConvolutionCases.Structured),
            .. PoolSpecs.Windows.SelectMany(window => new[] { true, false }.Select(isMaximum => new CheckedPool(window, isMaximum))),
            .. Layers(Enumerable.Range(0, RandomLayers).Select(_ => RandomConvolutions.Convolution(random))),
            .. Layers(Enumerable.Range(0, RandomLayers).Select(_ => RandomConvolutions.Structured(random))),
        ];
    }

    private static IEnumerable<CheckedCase> Layers(IEnumerable<LayerCase> layers) => layers.Select(layer => new CheckedLayer(layer));
}
