using System;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>What a <see cref="ShapeSearch"/> looks for. Budgets combine; a candidate is within all of them.</summary>
public sealed record SearchOptions
{
    /// <summary>
    /// The most floats of all factors, at least 1. Null: half the dense weight's when no other budget is set, else fewer
    /// than the dense weight's. No candidate has as many as the dense weight, whatever is asked for.
    /// </summary>
    public long? MaxParameters { get; init; }

    /// <summary>The most multiply-adds per sample, at least 1. Null: fewer than the dense weight's.</summary>
    public long? MaxMultiplyAdds { get; init; }

    /// <summary>The largest relative error ‖W − Ŵ‖_F / ‖W‖_F, at least 0; null for any.</summary>
    public double? MaxError { get; init; }

    /// <summary>The most shape groups in a candidate: 1, 2 or 3.</summary>
    public int MaxGroups { get; init; } = 1;

    /// <summary>
    /// The most dummy outputs, and the most dummy inputs, that a factorisation may add; at least 0. With it a prime size
    /// has factorisations too. A few are enough; their number, and the time of the search, grow quickly.
    /// </summary>
    public int Padding { get; init; }

    /// <summary>The most products in one shape group, at least 1.</summary>
    public int MaxRank { get; init; } = int.MaxValue;

    /// <summary>What messages call the weight, such as its name in a checkpoint.</summary>
    public string WeightName { get; init; } = "weight";

    /// <summary>Ends the search with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>
    /// Is told of every shape that is done with, from whichever thread worked on it but one at a time, with the least error found so far;
    /// then, as <see cref="FitStage.Backfitting"/>, of every candidate of several groups that is improved, with its error.
    /// </summary>
    public IProgress<FitProgress>? Progress { get; init; }

    internal void Validate(string parameter)
    {
        WeightChecks.AtLeast(1, MaxParameters, nameof(MaxParameters), parameter);
        WeightChecks.AtLeast(1, MaxMultiplyAdds, nameof(MaxMultiplyAdds), parameter);
        WeightChecks.AtLeast(1, MaxRank, nameof(MaxRank), parameter);
        WeightChecks.AtLeast(0, Padding, nameof(Padding), parameter);
        if (MaxError is { } error && !(error >= 0))
        {
            throw new ArgumentException(FormattableString.Invariant($"{nameof(MaxError)} must be at least 0, but is {error}."), parameter);
        }

        if (MaxGroups is < 1 or > 3)
        {
            throw new ArgumentException($"{nameof(MaxGroups)} must be 1, 2 or 3, but is {MaxGroups}.", parameter);
        }
    }
}
