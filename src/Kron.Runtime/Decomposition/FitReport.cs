using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron;

/// <summary>What a fit of a dense weight W to the parameters of a layer reached.</summary>
/// <remarks>Counts are those of the linear map: the bias and the activation are not in them.</remarks>
public sealed record FitReport
{
    /// <summary>
    /// ‖W − Ŵ‖_F / ‖W‖_F with Ŵ = Σ A_i ⊗ B_i, or A·α of a structured layer, measured on the parameters as stored in single
    /// precision and on the part of W that exists (padding cut); 0 for a zero weight.
    /// </summary>
    public required double RelativeError { get; init; }

    /// <summary>
    /// The relative error of the greedy fit, before any sweep over several groups; <see cref="RelativeError"/> does not
    /// exceed it unless the fit was to the layer's inputs.
    /// </summary>
    public double GreedyError { get; init; }

    /// <summary>Backfitting sweeps that were made.</summary>
    public int Sweeps { get; init; }

    /// <summary>With <see cref="FitOptions.Inputs"/> X, ‖(W − Ŵ)X‖_F / ‖WX‖_F, 0 where WX is zero; null without.</summary>
    public double? OutputError { get; init; }

    /// <summary>The same of the factors nearest to the weight alone, from which the fit to the inputs started; never below <see cref="OutputError"/>.</summary>
    public double? InitialOutputError { get; init; }

    /// <summary>The part of ‖W‖²_F that the factors explain: 1 − <see cref="RelativeError"/>²; negative where a fit to inputs has left the weight far behind.</summary>
    public double EnergyKept => 1 - (RelativeError * RelativeError);

    /// <summary>One entry per shape group in declared order; empty for a dense or a structured layer.</summary>
    public required IReadOnlyList<GroupFit> Groups { get; init; }

    /// <summary>Whether every group's solver reached its tolerance.</summary>
    public bool Converged => Groups.All(group => group.Converged);

    /// <summary>Floats of what was fitted: Σ r·(m1·n1 + m2·n2), Σ r·(o1·c1·h1·w1 + o2·c2·h2·w2) of a convolution, or those of α.</summary>
    public required long Parameters { get; init; }

    /// <summary>Floats of the dense weight.</summary>
    public required long DenseParameters { get; init; }

    /// <summary>Multiply-adds per sample, each group in its cheaper order; see <see cref="LayerInfo.MultiplyAdds"/>.</summary>
    public required long MultiplyAdds { get; init; }

    /// <summary>Multiply-adds per sample of the dense weight.</summary>
    public required long DenseMultiplyAdds { get; init; }

    /// <summary>Wall time of the fit.</summary>
    public required TimeSpan Elapsed { get; init; }
}
