using System.Linq;
using BenchmarkDotNet.Attributes;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Peers;

namespace Kron.Benchmarks.Runs;

/// <summary>All gradients of each shape's product by Kron and by OpenBLAS, in Kron's layout, and those of the dense layer of the same size.</summary>
[Config(typeof(OneThread))]
public class BackwardBenchmarks : ShapeBenchmarks
{
    [GlobalSetup(Target = nameof(Kron))]
    public void SetupKron() => Use(Product, (workload, _) => new KronBackward(workload, Layer(workload), Batch));

    [Benchmark(Baseline = true)]
    public void Kron() => Run();

    [GlobalSetup(Target = nameof(OpenBlas))]
    public void SetupOpenBlas() => Use(
        Product,
        (workload, _) => FromLibrary(Peers.OpenBlas.Load, library => OpenBlasBackward.All((Peers.OpenBlas)library, workload, Batch).First(candidate => candidate.HasUsersLayout)));

    [Benchmark]
    public void OpenBlas() => Run();

    [GlobalSetup(Target = nameof(DenseKron))]
    public void SetupDenseKron() => Use(Dense, (workload, _) => new KronBackward(workload, Layer(workload), Batch));

    [Benchmark]
    public void DenseKron() => Run();
}
