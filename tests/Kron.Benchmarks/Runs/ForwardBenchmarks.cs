using System;
using System.Linq;
using BenchmarkDotNet.Attributes;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Peers;

namespace Kron.Benchmarks.Runs;

/// <summary>
/// The forward product of each shape by Kron and by native libraries, input and output in Kron's layout, and the dense layer
/// of the same size by each.
/// </summary>
[Config(typeof(OneThread))]
public class ForwardBenchmarks : ShapeBenchmarks
{
    [GlobalSetup(Target = nameof(Kron))]
    public void SetupKron() => Use(Product, (workload, output) => new KronForward(workload, Layer(workload), Batch, output));

    [Benchmark(Baseline = true)]
    public void Kron() => Run();

    [GlobalSetup(Target = nameof(OpenBlas))]
    public void SetupOpenBlas() => UseLibrary(Product, Peers.OpenBlas.Load);

    [Benchmark]
    public void OpenBlas() => Run();

    [GlobalSetup(Target = nameof(OneDnn))]
    public void SetupOneDnn() => UseLibrary(Product, Peers.OneDnn.Load);

    [Benchmark]
    public void OneDnn() => Run();

    [GlobalSetup(Target = nameof(Libxsmm))]
    public void SetupLibxsmm() => UseLibrary(Product, Peers.Libxsmm.Load);

    [Benchmark]
    public void Libxsmm() => Run();

    [GlobalSetup(Target = nameof(DenseKron))]
    public void SetupDenseKron() => Use(Dense, (workload, output) => new KronForward(workload, Layer(workload), Batch, output));

    [Benchmark]
    public void DenseKron() => Run();

    [GlobalSetup(Target = nameof(DenseOpenBlas))]
    public void SetupDenseOpenBlas() => UseLibrary(Dense, Peers.OpenBlas.Load);

    [Benchmark]
    public void DenseOpenBlas() => Run();

    [GlobalSetup(Target = nameof(DenseOneDnn))]
    public void SetupDenseOneDnn() => UseLibrary(Dense, Peers.OneDnn.Load);

    [Benchmark]
    public void DenseOneDnn() => Run();

    [GlobalSetup(Target = nameof(DenseLibxsmm))]
    public void SetupDenseLibxsmm() => UseLibrary(Dense, Peers.Libxsmm.Load);

    [Benchmark]
    public void DenseLibxsmm() => Run();

    private void UseLibrary(Subject subject, Func<Choices, GemmLibrary?> load) => Use(
        subject,
        (workload, output) => FromLibrary(load, library => PeerProducts.Forward(library, workload, Batch, output).First(candidate => candidate.HasUsersLayout)));
}
