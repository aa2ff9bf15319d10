using System;
using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Oracle;
using Kron.Benchmarks.Peers;

namespace Kron.Benchmarks.Runs;

/// <summary>What the benchmarks share: a shape, a batch and one candidate, which a setup of its own makes and checks.</summary>
public abstract class ShapeBenchmarks
{
    private Candidate? _candidate;

    /// <summary>The paper's 5-tuple.</summary>
    [ParamsSource(nameof(Names))]
    public string Shape { get; set; } = "";

    /// <summary>Samples of a call.</summary>
    [Params(1, 16, 256)]
    public int Batch { get; set; }

    public static IEnumerable<string> Names => Shapes.Products.Select(product => product.Name);

    private protected Subject Product => Shapes.Products.Single(product => product.Name == Shape);

    private protected Subject Dense =>
        Shapes.Dense.SingleOrDefault(dense => dense == Subject.Dense(Product)) ?? throw new NotSupportedException($"{Shape}: its dense weight is too large to compare with.");

    private protected void Use(Subject subject, Func<Workload, FloatBuffer, Candidate> create)
    {
        var workload = new Workload(subject);
        _candidate = create(workload, new FloatBuffer((long)Batch * subject.Outputs));
    }

    private protected static ILayer Layer(Workload workload)
    {
        ILayer layer = LayerFactory.Create(workload.Subject, CompilerServices.KernelTargets.Resolve(KernelTarget.Best, [KernelTarget.Avx512, KernelTarget.Avx2, KernelTarget.AdvSimd, KernelTarget.Vector128]));
        workload.Samples.Parameters.AsSpan().CopyTo(layer.Parameters);
        layer.Commit();
        return layer;
    }

    /// <summary>A candidate of a library, whose choices are kept for the next process.</summary>
    private protected static Candidate FromLibrary(Func<Choices, GemmLibrary?> load, Func<GemmLibrary, Candidate> create)
    {
        Choices choices = Choices.Load();
        Candidate candidate = create(load(choices) ?? throw new NotSupportedException("Skipped: the native library is absent."));
        choices.Save();
        return candidate;
    }

    private protected void Run() => _candidate!.Run(1);
}
