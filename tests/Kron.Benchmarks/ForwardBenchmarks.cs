using System;
using System.Collections.Generic;
using BenchmarkDotNet.Attributes;

namespace Kron.Benchmarks;

/// <summary>Forward and backward of factorised layers beside the dense layer of the same size, by the same compiler.</summary>
public class ForwardBenchmarks
{
    private Subject? _factorised;
    private Subject? _dense;

    [Params("Svhn", "Square", "Mnist")]
    public string Layer { get; set; } = "Svhn";

    [Params(1, 16, 256)]
    public int Batch { get; set; }

    private static IReadOnlyDictionary<string, (Func<ILayer> Factorised, Func<ILayer> Dense)> Pairs { get; } =
        new Dictionary<string, (Func<ILayer>, Func<ILayer>)>
        {
            ["Svhn"] = (() => new Svhn(), () => new SvhnDense()),
            ["Square"] = (() => new Square(), () => new SquareDense()),
            ["Mnist"] = (() => new Mnist(), () => new MnistDense()),
        };

    [GlobalSetup]
    public void Setup()
    {
        _factorised = new Subject(Pairs[Layer].Factorised(), Batch);
        _dense = new Subject(Pairs[Layer].Dense(), Batch);
    }

    [Benchmark(Baseline = true)]
    public void DenseForward() => _dense!.Forward();

    [Benchmark]
    public void FactorisedForward() => _factorised!.Forward();

    [Benchmark]
    public void DenseBackward() => _dense!.Backward();

    [Benchmark]
    public void FactorisedBackward() => _factorised!.Backward();
}
