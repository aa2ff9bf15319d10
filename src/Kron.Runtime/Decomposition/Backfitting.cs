using System;
using System.Collections.Generic;
using Kron.CompilerServices;

namespace Kron.Decomposition;

/// <summary>
/// Fits several shape groups to one weight: first greedily, each group to what those before it left over (arXiv 1512.09194, section 3),
/// then by sweeps in which each is fitted anew to what all others leave over (backfitting; Cai, Chen and Xiao, arXiv 1912.02955).
/// No step increases the error: one that would is taken back.
/// </summary>
internal sealed class Backfitting : IDisposable
{
    private readonly LayerDefinition _definition;
    private readonly FitOptions _options;
    private readonly double _energy;

    // The weight without the sum of all groups as stored in single precision.
    private readonly DenseMatrix _residual;
    private readonly float[] _factors;
    private readonly GroupFit[] _groups;
    private double _rest;

    private Backfitting(LayerDefinition definition, ReadOnlySpan<float> weight, double energy, FitOptions options)
    {
        _definition = definition;
        _options = options;
        _energy = energy;
        _rest = energy;
        _residual = DenseMatrix.Of(weight, definition.WeightColumns);
        _factors = new float[KroneckerFit.FactorLength(definition.Groups)];
        _groups = new GroupFit[definition.Groups.Count];
    }

    private double Error => _energy > 0 ? Math.Sqrt(_rest / _energy) : 0;

    /// <summary>Fits all groups of a layer.</summary>
    /// <returns>A.0, B.0, A.1, … and what was reached.</returns>
    public static (float[] Factors, FittedGroups Groups) Fit(LayerDefinition definition, ReadOnlySpan<float> weight, double energy, FitOptions options)
    {
        using var fit = new Backfitting(definition, weight, energy, options);
        fit.Greedy();
        double greedy = fit.Error;
        int sweeps = fit.Sweep();
        return (fit._factors, new FittedGroups(fit._groups, greedy, fit.Error, sweeps));
    }

    public void Dispose() => _residual.Dispose();

    private void Greedy()
    {
        for (int g = 0; g < _groups.Length; g++)
        {
            Solve(g, _rest, start: default);
            _rest = Add(g, -1);
            _groups[g] = _groups[g] with { RelativeError = Error };
        }

        Report(1);
    }

    /// <summary>Sweeps until one gains too little.</summary>
    /// <returns>The number of sweeps.</returns>
    private int Sweep()
    {
        for (int sweep = 1; sweep <= _options.MaxSweeps; sweep++)
        {
            double before = Error;
            for (int g = 0; g < _groups.Length; g++)
            {
                FitAnew(g);
            }

            Report(sweep + 1);
            if (before - Error <= _options.SweepTolerance * before)
            {
                return sweep;
            }
        }

        return _options.MaxSweeps;
    }

    private void FitAnew(int g)
    {
        float[] former = FactorsOf(g).ToArray();
        GroupFit formerFit = _groups[g];
        double without = Add(g, 1);
        Solve(g, without, former);
        double rest = Add(g, -1);
        if (rest < _rest)
        {
            _rest = rest;
            _groups[g] = _groups[g] with { RelativeError = formerFit.RelativeError, Iterations = formerFit.Iterations + _groups[g].Iterations };
            return;
        }

        // Padding, which the solver takes for zeros, or rounding made it worse.
        Add(g, 1);
        former.CopyTo(FactorsOf(g));
        _groups[g] = formerFit;
        Add(g, -1);
    }

    private void Solve(int g, double energy, ReadOnlySpan<float> start) =>
        _groups[g] = KroneckerFit.FitGroup(View(g), _definition.Groups[g], energy, _options, start, FactorsOf(g));

    /// <summary>Adds the group's sum, or takes it away, and returns what is left.</summary>
    private double Add(int g, double sign)
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        using KroneckerSum sum = KroneckerSum.Load(View(g), _definition.Groups[g], FactorsOf(g), sign);
        return sum.AddTo(read: true, write: true);
    }

    private RearrangedMatrix View(int g) =>
        new(new WeightSource(_residual, KroneckerFit.Map(_definition, _definition.Groups[g])), _definition.Groups[g]);

    private Span<float> FactorsOf(int g)
    {
        IReadOnlyList<ShapeGroup> groups = _definition.Groups;
        int offset = 0;
        for (int earlier = 0; earlier < g; earlier++)
        {
            offset += KroneckerFit.FactorLength(groups[earlier]);
        }

        return _factors.AsSpan(offset, KroneckerFit.FactorLength(groups[g]));
    }

    private void Report(int step) =>
        _options.Progress?.Report(new FitProgress(FitStage.Backfitting, step, _options.MaxSweeps + 1, Error));
}
