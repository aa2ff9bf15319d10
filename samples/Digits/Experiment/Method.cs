using System;
using System.Collections.Generic;
using Kron;

namespace Digits.Experiment;

/// <summary>Builds a layer from a trained dense one.</summary>
internal delegate ILayer Compressor(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, out FitReport report);

/// <summary>A form of the hidden layer: one row of the table.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Configuration">Its shapes.</param>
/// <param name="Info">Its counts.</param>
/// <param name="Initialize">Makes a layer with random parameters; used where there is nothing to compress from.</param>
/// <param name="Compress">Makes a layer from the trained dense one, or null for a layer that is trained from the start.</param>
internal sealed record Method(string Name, string Configuration, LayerInfo Info, Func<Random, ILayer>? Initialize, Compressor? Compress)
{
    /// <summary>The dense layer that the others are compared with and compressed from.</summary>
    public static Method Baseline { get; } = new("Dense", "256 × 3072", DenseHidden.Info, Initialized<DenseHidden>(layer => layer.Initialize), null);

    /// <summary>The others, in the order of the table: each KFC configuration next to low rank at its size.</summary>
    public static IReadOnlyList<Method> Compressed { get; } =
    [
        new("KFC-rank", "(64,4,48,64,12)", KfcRank.Info, null, (w, b, out r) => KfcRank.FromDense(w, b, out r)),
        new("Low rank", "K = 12", LowRank12.Info, null, (w, b, out r) => LowRank12.FromDense(w, b, out r)),
        new("KFC-shape", "I, II, III", KfcShape.Info, null, (w, b, out r) => KfcShape.FromDense(w, b, out r)),
        new("Low rank", "K = 47", LowRank47.Info, null, (w, b, out r) => LowRank47.FromDense(w, b, out r)),
    ];

    /// <summary>Those that KPSVD cannot initialise.</summary>
    public static IReadOnlyList<Method> PerTerm { get; } =
    [
        new("KFC-rank, per term", "(64,4,48,64,12)", KfcRankPerTerm.Info, Initialized<KfcRankPerTerm>(layer => layer.Initialize), null),
        new("KFC-shape, per term", "I, II, III", KfcShapePerTerm.Info, Initialized<KfcShapePerTerm>(layer => layer.Initialize), null),
    ];

    private static Func<Random, ILayer> Initialized<T>(Func<T, Action<Random>> initializer)
        where T : ILayer, new() => random =>
        {
            var layer = new T();
            initializer(layer)(random);
            return layer;
        };
}
