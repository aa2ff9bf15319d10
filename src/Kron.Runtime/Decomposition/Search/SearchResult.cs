using System;
using System.Collections.Generic;

namespace Kron.Decomposition;

/// <summary>What a <see cref="ShapeSearch"/> found.</summary>
public sealed record SearchResult
{
    /// <summary>
    /// The candidates that no other one beats in parameters, multiply-adds and error together, by ascending parameters;
    /// empty when nothing is within the budgets. One that costs no less than another and lowers its error by less than
    /// a ten-thousandth is left out.
    /// </summary>
    public required IReadOnlyList<SearchCandidate> Front { get; init; }

    /// <summary>
    /// The singular values of W for the shapes of the front, in the order of their first appearance; without those that
    /// were only looked for beside other groups.
    /// </summary>
    public required IReadOnlyList<ShapeSpectrum> Spectra { get; init; }

    /// <summary>The number of factorisations there are.</summary>
    public required int Shapes { get; init; }

    /// <summary>How many of them were left out: over the budgets with one product already, or bounded by what others had reached.</summary>
    public required int Skipped { get; init; }

    /// <summary>Wall time.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Floats of the dense weight, and its multiply-adds per sample.</summary>
    public required long DenseParameters { get; init; }
}
