using System;
using System.Collections.Generic;
using Kron;
using Kron.Cuda;

namespace Digits.Experiment;

/// <summary>A form of the hidden layer: one row of a table.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Configuration">Its shapes.</param>
/// <param name="Info">Its counts.</param>
/// <param name="Paper">What the paper's Table 1 says of it: reduction and error in percent; empty where it has no such row.</param>
/// <param name="Create">Makes a layer with random parameters, on a CUDA device where one is given.</param>
internal sealed record Method(string Name, string Configuration, LayerInfo Info, string Paper, Func<Random, CudaContext?, ILayer> Create)
{
    private const string Shapes = "I, II, III";
    private const string Rank = "(64,4,256,25,5)";

    private static readonly Method[] LowRank =
    [
        new("SVD-128", "K = 128", Svd128.Info, "2.0×, 2.75", Initialized<Svd128>(layer => layer.Initialize, layer => layer.ToCuda)),
        new("SVD-64", "K = 64", Svd64.Info, "3.8×, 2.85", Initialized<Svd64>(layer => layer.Initialize, layer => layer.ToCuda)),
        new("SVD-12", "K = 12", Svd12.Info, "20×, 3.36", Initialized<Svd12>(layer => layer.Initialize, layer => layer.ToCuda)),
    ];

    /// <summary>The dense layer, which the others are compared with.</summary>
    public static Method Baseline { get; } =
        new("Baseline", "256 × 6400", DenseHidden.Info, "2.57", Initialized<DenseHidden>(layer => layer.Initialize, layer => layer.ToCuda));

    /// <summary>The rows of the paper's Table 1, trained from random parameters; the baseline comes first.</summary>
    public static IReadOnlyList<Method> Trained { get; } =
    [
        Baseline,
        .. LowRank,
        new("KFC-shape", Shapes, KfcShape.Info, "4.8×, 2.60", Initialized<KfcShape>(layer => layer.Initialize, layer => layer.ToCuda)),
        new("KFC-rank", Rank, KfcRank.Info, "20×, 2.82", Initialized<KfcRank>(layer => layer.Initialize, layer => layer.ToCuda)),
    ];

    /// <summary>What starts from the trained baseline: the baseline itself, which is only trained further, and layers fitted to it.</summary>
    public static IReadOnlyList<Method> Fitted { get; } =
    [
        Baseline,
        .. LowRank,
        new("KFC-shape, after sum", Shapes, KfcShapeSum.Info, "", Initialized<KfcShapeSum>(layer => layer.Initialize, layer => layer.ToCuda)),
        new("KFC-rank, after sum", Rank, KfcRankSum.Info, "", Initialized<KfcRankSum>(layer => layer.Initialize, layer => layer.ToCuda)),
    ];

    private static Func<Random, CudaContext?, ILayer> Initialized<T>(Func<T, Action<Random>> initializer, Func<T, Func<CudaContext, CudaLayer>> toCuda)
        where T : ILayer, new() => (random, device) =>
        {
            var layer = new T();
            initializer(layer)(random);
            return device is null ? layer : toCuda(layer)(device).AsHosted();
        };
}
