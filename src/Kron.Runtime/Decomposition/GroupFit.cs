using System.Collections.Generic;

namespace Kron;

/// <summary>What the fit of one shape group reached.</summary>
public sealed record GroupFit
{
    /// <summary>The group.</summary>
    public required ShapeGroup Shape { get; init; }

    /// <summary>
    /// The r leading singular values of the rearranged matrix the group was fitted to, descending; zeros beyond its rank.
    /// For one of several groups that matrix is what the others left over when it was fitted last.
    /// </summary>
    public required IReadOnlyList<double> SingularValues { get; init; }

    /// <summary>‖W − Ŵ‖_F / ‖W‖_F once this group and all before it were fitted, before any sweep.</summary>
    public required double RelativeError { get; init; }

    /// <summary>Passes over the weight that the solver made, those of the sweeps among them; 1 for a problem solved once, directly.</summary>
    public required int Iterations { get; init; }

    /// <summary>Whether the solver reached its tolerance.</summary>
    public required bool Converged { get; init; }
}
