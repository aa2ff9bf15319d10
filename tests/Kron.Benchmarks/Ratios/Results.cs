using System.Collections.Generic;
using System.Linq;
using Kron.Benchmarks.Measure;

namespace Kron.Benchmarks.Ratios;

/// <summary>What one process measured for one target.</summary>
internal sealed record RunResult
{
    public required KernelTarget Target { get; init; }

    /// <summary>Gflop/s of multiply-adds, median over all rounds.</summary>
    public double Peak { get; set; }

    /// <summary>GB/s by <see cref="MemoryLevel"/>, medians.</summary>
    public double[] Bandwidths { get; set; } = [];

    /// <summary>Libraries that took part, with their versions, and those that did not, with the reason.</summary>
    public List<string> Notes { get; init; } = [];

    public List<RowResult> Rows { get; init; } = [];

    public List<MemoryResult> Memory { get; init; } = [];

    public List<CodeResult> Code { get; init; } = [];

    /// <summary>Results that were wrong, and layers that could not be measured.</summary>
    public List<string> Failures { get; init; } = [];
}

/// <summary>One row of a table.</summary>
internal sealed record RowResult
{
    public required string Section { get; init; }

    public required string Name { get; init; }

    public required int Batch { get; init; }

    public required int Inputs { get; init; }

    public required int Outputs { get; init; }

    /// <summary>The smallest m2 of the shape groups.</summary>
    public required int SmallestM2 { get; init; }

    /// <summary>Multiply-adds of one call, in the cheaper order.</summary>
    public required double MultiplyAdds { get; init; }

    /// <summary>Bytes of the weights.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Bytes that a call must move at least: the weights alone for one sample, else inputs and outputs too.</summary>
    public required long Traffic { get; init; }

    /// <summary>The level that holds these bytes.</summary>
    public required MemoryLevel Level { get; init; }

    /// <summary>The first is Kron, or what the others are compared with.</summary>
    public required List<CandidateResult> Candidates { get; init; }

    public CandidateResult Kron => Candidates[0];

    public IEnumerable<CandidateResult> Peers => Candidates.Skip(1);

    /// <summary>The best of a peer, or of all, with input and output as Kron's: its time over Kron's; NaN where there is none.</summary>
    public double Against(string? peer = null) => Best(Peers.Where(p => p.HasUsersLayout && (peer is null || p.Name == peer)));

    /// <summary>The best of a peer, or of all, with input and output in whatever layout suits it.</summary>
    public double AgainstAnyLayout(string? peer = null) => Best(Peers.Where(p => peer is null || p.Name == peer));

    private static double Best(IEnumerable<CandidateResult> peers) => peers.Select(peer => peer.Ratio).DefaultIfEmpty(double.NaN).Min();
}

/// <summary>One candidate's medians over the rounds.</summary>
/// <param name="Name">Who.</param>
/// <param name="Detail">How.</param>
/// <param name="HasUsersLayout">Whether input and output lie as Kron's do.</param>
/// <param name="Microseconds">Of one call.</param>
/// <param name="Peak">Fraction of the multiply-add peak measured in the same turn.</param>
/// <param name="Bandwidth">Fraction of the bandwidth of the row's level measured in the same round.</param>
/// <param name="Ratio">Its time over the first candidate's of the same round: above 1 when it is slower.</param>
internal sealed record CandidateResult(string Name, string Detail, bool HasUsersLayout, double Microseconds, double Peak, double Bandwidth, double Ratio);

/// <summary>Bytes that calls allocate, and that a layer's weights take.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Batch">Samples of a call.</param>
/// <param name="Forward">Allocated by a forward pass.</param>
/// <param name="Backward">Allocated by a backward pass.</param>
/// <param name="Parallel">Allocated by a forward or backward pass on two threads, by all of them.</param>
/// <param name="ParameterBytes">The parameters.</param>
/// <param name="InferenceBytes">The parameters and every copy of them that inference reads.</param>
internal sealed record MemoryResult(string Name, int Batch, long Forward, long Backward, long Parallel, long ParameterBytes, long InferenceBytes);

/// <summary>What a layer's code takes.</summary>
/// <param name="Name">The layer.</param>
/// <param name="LargestTarget">The target with the longest generated text.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Inference">Milliseconds that the JIT takes for inference.</param>
/// <param name="Training">Milliseconds for what training runs besides.</param>
internal sealed record CodeResult(string Name, string LargestTarget, int Bytes, double Inference, double Training);
