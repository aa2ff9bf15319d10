using System.Collections.Generic;
using Kron.Generator.Spec;

namespace Kron.Generator.Tests.Support;

/// <summary>Specifications of pools, and the windows that tests slide.</summary>
internal static class PoolSpecs
{
    /// <summary>Tiling, overlapping, apart, padded, ragged at the end, one-dimensional, as large as the image.</summary>
    public static IReadOnlyList<WindowSpec> Windows { get; } =
    [
        new(2, 4, 6, 2, 2, 2, 2, 0, 0),
        new(3, 5, 35, 2, 2, 2, 2, 0, 0),
        new(2, 7, 6, 3, 3, 2, 2, 1, 1),
        new(1, 33, 33, 3, 3, 2, 2, 0, 0),
        new(2, 6, 5, 3, 2, 1, 1, 1, 1),
        new(1, 9, 54, 3, 3, 3, 3, 0, 0),
        new(1, 5, 4, 5, 4, 1, 1, 2, 2),
        new(2, 4, 3, 4, 3, 4, 3, 0, 0),
        new(3, 6, 8, 6, 8, 6, 8, 0, 0),
        new(1, 11, 13, 5, 4, 2, 3, 2, 2),
        new(2, 7, 8, 2, 2, 3, 3, 1, 0),
        new(2, 3, 20, 1, 3, 1, 2, 0, 1),
        new(5, 4, 1, 2, 1, 1, 1, 0, 0),
        new(2, 3, 3, 1, 1, 1, 1, 0, 0),
        new(1, 12, 12, 7, 7, 2, 2, 3, 3),
    ];

    public static LayerSpec Layer(WindowSpec window, bool isMaximum) => new(
        new TypeSpec("", [], "Pool", "Pool"),
        "",
        window.Channels * window.Height * window.Width,
        window.Channels * window.Pixels,
        [],
        null,
        new EpilogueSpec(ActivationKind.None, 0, 1, PerTerm: false, BiasKind.None))
    {
        Kind = isMaximum ? LayerKind.MaxPool : LayerKind.AveragePool,
        Window = window,
    };
}
