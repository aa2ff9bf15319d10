using System;
using System.Collections.Generic;

namespace Kron.Decomposition;

/// <summary>Half steps on blocks of products in turn until a sweep over all of them hardly helps.</summary>
/// <param name="moments">C.</param>
/// <param name="damping">λ.</param>
/// <param name="energy">tr(W(C + λI)Wᵀ).</param>
/// <param name="options">When to end, and whom to tell.</param>
/// <param name="blocks">The products; changed.</param>
/// <param name="rest">W − Ŵ; changed.</param>
/// <param name="product">Room for a weight; with a single block it must hold W·C.</param>
internal sealed class Alternation(
    MomentMatrix moments, double damping, double energy, FitOptions options, List<TermBlock> blocks, DenseMatrix rest, DenseMatrix product)
{
    // Each turn costs a product of a weight with C, so a block makes good use of it before the next takes its turn.
    private const int AlternationsPerTurn = 2;

    private int _step;
    private FitTarget? _target;

    private int Alternations => blocks.Count == 1 ? 1 : AlternationsPerTurn;

    /// <summary>Runs the sweeps and returns how many they were.</summary>
    public int Run()
    {
        if (blocks.Count == 1)
        {
            blocks[0].AddTo(rest, 1);
            DenseMatrices.Axpy(damping, rest, product);
        }

        double before = double.PositiveInfinity;
        for (int sweep = 1; sweep <= options.MaxSweeps; sweep++)
        {
            double error = 0;
            foreach (TermBlock block in blocks)
            {
                error = Turn(block);
            }

            if (error >= (1 - options.SweepTolerance) * before)
            {
                return sweep;
            }

            before = error;
        }

        return options.MaxSweeps;
    }

    /// <summary>Fits a block to what the others leave over and returns the relative error then.</summary>
    private double Turn(TermBlock block)
    {
        // A single block's target is the weight, once and for all.
        bool single = blocks.Count == 1;
        if (!single)
        {
            block.AddTo(rest, 1);
            options.CancellationToken.ThrowIfCancellationRequested();
            moments.Multiply(rest, product);
            DenseMatrices.Axpy(damping, rest, product);
        }

        if (!single || _target == null)
        {
            _target = new FitTarget(moments, damping, rest, product);
        }

        double none = DenseMatrices.Dot(rest, product), error = 0;
        for (int half = 0; half < 2 * Alternations; half++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            double part = block.HalfStep(half % 2 == 0, _target);
            error = Math.Sqrt(Math.Max(0, none + part) / energy);
            _step++;
            options.Progress?.Report(new FitProgress(FitStage.Calibrating, _step, 2 * Alternations * blocks.Count * options.MaxSweeps, error));
        }

        if (!single)
        {
            block.AddTo(rest, -1);
        }

        return error;
    }
}
