using System;
using System.Collections.Generic;
using System.Linq;
using BenchmarkDotNet.Attributes;
using Kron.Benchmarks.Layers;
using Kron.Benchmarks.Measure;
using Kron.Benchmarks.Peers;

namespace Kron.Benchmarks.Runs;

/// <summary>What the benchmarks of layers of vectors share.</summary>
public abstract class ShapeBenchmarks : LayerBenchmarks
{
    /// <summary>The paper's 5-tuple.</summary>
    [ParamsSource(nameof(Names))]
    public string Shape { get; set; } = "";

    /// <inheritdoc/>
    [Params(1, 16, 256)]
    public override int Batch { get; set; }

    public static IEnumerable<string> Names => Shapes.Products.Select(product => product.Name);

    private protected Subject Product => Shapes.Products.Single(product => product.Name == Shape);

    private protected Subject Dense =>
        Shapes.Dense.SingleOrDefault(dense => dense == Subject.Dense(Product)) ?? throw new NotSupportedException($"{Shape}: its dense weight is too large to compare with.");

    /// <summary>A candidate of a library, whose choices are kept for the next process.</summary>
    private protected static Candidate FromLibrary(Func<Choices, GemmLibrary?> load, Func<GemmLibrary, Candidate> create)
    {
        Choices choices = Choices.Load();
        Candidate candidate = create(load(choices) ?? throw new NotSupportedException("Skipped: the native library is absent."));
        choices.Save();
        return candidate;
    }
}
