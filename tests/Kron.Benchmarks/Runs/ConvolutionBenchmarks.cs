using System;
using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;
using Kron.Benchmarks.Peers;
using Kron.Benchmarks.Peers.Convolutions;

namespace Kron.Benchmarks.Runs;

/// <summary>
/// Each convolution and all its gradients by Kron; the dense convolution that it stands for by Kron and by oneDNN, and its factors as
/// two of oneDNN's, input and output in the layouts that suit it.
/// </summary>
[Config(typeof(OneThread))]
public class ConvolutionBenchmarks : LayerBenchmarks
{
    /// <summary>The layer.</summary>
    [ParamsSource(nameof(Names))]
    public string Convolution { get; set; } = "";

    /// <inheritdoc/>
    [Params(1, 16)]
    public override int Batch { get; set; }

    public static IEnumerable<string> Names => Convolutions.All.Select(subject => subject.Name);

    private Subject Subject => Convolutions.All.Single(subject => subject.Name == Convolution);

    [GlobalSetup(Target = nameof(Kron))]
    public void SetupKron() => Use(Subject, (workload, output) => new KronForward(workload, Layer(workload), Batch, output));

    [Benchmark(Baseline = true)]
    public void Kron() => Run();

    [GlobalSetup(Target = nameof(KronBackward))]
    public void SetupKronBackward() => Use(Subject, (workload, _) => new KronBackward(workload, Layer(workload), Batch));

    [Benchmark]
    public void KronBackward() => Run();

    [GlobalSetup(Target = nameof(DenseKron))]
    public void SetupDenseKron() => Use(Subject, (workload, output) =>
    {
        Subject dense = Layers.Subject.Dense(Subject);
        return new KronForward(workload, Layer(dense, ConvolutionKernel.Of(Subject.Case, workload.Samples.Parameters)), Batch, output, standIn: dense);
    });

    [Benchmark]
    public void DenseKron() => Run();

    [GlobalSetup(Target = nameof(DenseOneDnn))]
    public void SetupDenseOneDnn() => Use(Subject, (workload, output) => Fastest(library => library.Dense(workload, Batch, output)));

    [Benchmark]
    public void DenseOneDnn() => Run();

    [GlobalSetup(Target = nameof(TwoOneDnn))]
    public void SetupTwoOneDnn() => Use(Subject, (workload, output) => Subject.Case.Groups.Count > 0
        ? Fastest(library => library.Two(workload, Batch, output))
        : throw new NotSupportedException($"{Subject.Name} has no factors."));

    [Benchmark]
    public void TwoOneDnn() => Run();

    private static Candidate Fastest(Func<OneDnnConvolutions, IEnumerable<Candidate>> create)
    {
        Choices choices = Choices.Load();
        OneDnnConvolutions library = OneDnnConvolutions.Load(choices) ?? throw new NotSupportedException("Skipped: the native library is absent.");
        Candidate[] candidates = [.. create(library)];
        choices.Save();
        return Trial.Fastest(candidates, candidate => candidate);
    }
}
