using System;
using System.Threading;
using Kron.Decomposition;

namespace Kron;

/// <summary>How a dense weight is fitted to the factors of a layer.</summary>
/// <remarks>The defaults suit trained weights; equal options and an equal weight give equal factors on one machine.</remarks>
public sealed record FitOptions
{
    /// <summary>Seeds the starting block of the iterative solver. Small problems are solved directly and do not use it.</summary>
    public int Seed { get; init; }

    /// <summary>The most passes over the weight that the iterative solver makes for one shape group; at least 1.</summary>
    /// <remarks>When they run out, the best subspace found is used and <see cref="GroupFit.Converged"/> is false.</remarks>
    public int MaxIterations { get; init; } = 300;

    /// <summary>
    /// The iterative solver stops once the Frobenius error of a group's fit is provably at most
    /// (1 + <see cref="Tolerance"/>) times the optimum over the directions it has found; between 0 and 1.
    /// </summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>
    /// The most backfitting sweeps over several shape groups: each fits every group anew to what the others leave over.
    /// 0 leaves the greedy fit. One group needs none.
    /// </summary>
    public int MaxSweeps { get; init; } = 100;

    /// <summary>Sweeps end once one lowers the error by less than this part of it; at least 0 and below 1.</summary>
    /// <remarks>Those of a fit of several groups to the layer's inputs are dearer: they end once two together gain less than ten times that.</remarks>
    public double SweepTolerance { get; init; } = 1e-4;

    /// <summary>
    /// The second moments of the layer's inputs X. With them the fit goes on from the nearest factors to ones that minimise
    /// ‖(W − Ŵ)X‖_F, the error of the layer's outputs, by alternating least squares over all factors; null to fit the weight alone.
    /// </summary>
    public InputMoments? Inputs { get; init; }

    /// <summary>What messages call the weight, such as its name in a checkpoint.</summary>
    public string WeightName { get; init; } = "weight";

    /// <summary>Ends the fit with an <see cref="OperationCanceledException"/>; nothing is written then.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Is told how far the fit has come, from whichever thread does the work.</summary>
    public IProgress<FitProgress>? Progress { get; init; }

    internal static FitOptions Default { get; } = new();

    internal void Validate(string parameter)
    {
        WeightChecks.AtLeast(1, MaxIterations, nameof(MaxIterations), parameter);
        WeightChecks.AtLeast(0, MaxSweeps, nameof(MaxSweeps), parameter);
        if (!(Tolerance > 0 && Tolerance < 1))
        {
            throw new ArgumentException($"{nameof(Tolerance)} must lie between 0 and 1, but is {Tolerance}.", parameter);
        }

        if (!(SweepTolerance >= 0 && SweepTolerance < 1))
        {
            throw new ArgumentException($"{nameof(SweepTolerance)} must be at least 0 and below 1, but is {SweepTolerance}.", parameter);
        }
    }
}
