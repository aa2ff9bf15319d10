using System;
using System.Collections.Generic;
using System.Linq;

namespace Kron.Decomposition;

/// <summary>Half steps on the products of each shape group in turn until a sweep over all of them hardly helps.</summary>
/// <remarks>
/// With several groups, (W − Ŵ)(C + λI) is kept along with each group's part of it, which its factors give in less time than a dense
/// product takes. After each sweep the factors are moved to where the sweeps seem to lead (<see cref="AndersonMixing"/>), if that is better.
/// </remarks>
/// <param name="moments">C.</param>
/// <param name="damping">λ.</param>
/// <param name="energy">tr(W(C + λI)Wᵀ).</param>
/// <param name="options">When to end, and whom to tell.</param>
/// <param name="blocks">The products; changed.</param>
/// <param name="weight">W.</param>
/// <param name="rest">W − Ŵ; changed.</param>
/// <param name="product">W·C; changed.</param>
internal sealed class Alternation(
    MomentMatrix moments,
    double damping,
    double energy,
    FitOptions options,
    List<TermBlock> blocks,
    DenseMatrix weight,
    DenseMatrix rest,
    DenseMatrix product) : IDisposable
{
    private const int HalfSteps = 2;

    // Mixing makes sweeps gain unevenly, and much in all: two are looked at together, and little is this many tolerances for each.
    private const int MixedSweeps = 2;
    private const double MixedTolerances = 5;

    // Ŵ(C + λI) of each block.
    private readonly List<DenseMatrix> _parts = [];

    // What each block adds to the objective at outputs and inputs that the weight lacks, as far as is known.
    private readonly double[] _dummies = new double[blocks.Count];
    private readonly AndersonMixing _mixing = new();
    private int _step;

    /// <summary>Runs the sweeps and returns how many they were.</summary>
    public int Run()
    {
        DenseMatrices.Axpy(damping, weight, product);
        bool takesTurns = blocks.Count > 1;
        if (takesTurns)
        {
            AddParts();
        }

        // What factors have at dummies is known only after a half step.
        bool extrapolates = takesTurns && !blocks.Exists(block => block.IsPadded(weight.Rows));
        var target = new FitTarget(moments, damping, takesTurns ? rest : weight, product, options.CancellationToken);
        int looksBack = extrapolates ? MixedSweeps : 1;
        double little = options.SweepTolerance * (extrapolates ? MixedSweeps * MixedTolerances : 1);
        List<double> errors = [];
        for (int sweep = 1; sweep <= options.MaxSweeps; sweep++)
        {
            double[] start = extrapolates ? Factors() : [];
            double error = 0;
            for (int block = 0; block < blocks.Count; block++)
            {
                error = takesTurns ? Turn(block, target) : Improve(blocks[block], target, 0);
            }

            errors.Add(extrapolates ? Extrapolate(start, error) : error);
            if (sweep > looksBack && errors[^1] >= (1 - little) * errors[^(looksBack + 1)])
            {
                return sweep;
            }
        }

        return options.MaxSweeps;
    }

    /// <summary>Frees the parts.</summary>
    public void Dispose() => _parts.ForEach(part => part.Dispose());

    /// <summary>Computes all parts and subtracts them from the product.</summary>
    private void AddParts()
    {
        foreach (TermBlock block in blocks)
        {
            var part = new DenseMatrix(product.Rows, product.Columns);
            _parts.Add(part);
            block.Multiply(moments, damping, part, options.CancellationToken);
            DenseMatrices.Axpy(-1, part, product);
        }
    }

    /// <summary>Fits a block to what the others leave over and returns the relative error then.</summary>
    private double Turn(int index, FitTarget target)
    {
        (TermBlock block, DenseMatrix part) = (blocks[index], _parts[index]);
        block.AddTo(rest, 1);
        DenseMatrices.Axpy(1, part, product);
        block.ForgetTarget();
        _dummies[index] = 0;
        double others = _dummies.Sum(), error = Improve(block, target, others);
        block.AddTo(rest, -1);
        block.Multiply(moments, damping, part, options.CancellationToken);
        DenseMatrices.Axpy(-1, part, product);
        if (block.IsPadded(weight.Rows))
        {
            _dummies[index] = Math.Max(0, (error * error * energy) - others - DenseMatrices.Dot(rest, product));
        }

        return error;
    }

    /// <summary>Alternates once and returns the relative error then.</summary>
    private double Improve(TermBlock block, FitTarget target, double others)
    {
        double none = others + DenseMatrices.Dot(target.Weight, target.Product), error = 0;
        for (int half = 0; half < HalfSteps; half++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            error = Math.Sqrt(Math.Max(0, none + block.HalfStep(half % 2 == 0, target)) / energy);
            _step++;
            options.Progress?.Report(new FitProgress(FitStage.Calibrating, _step, HalfSteps * blocks.Count * options.MaxSweeps, error));
        }

        return error;
    }

    /// <summary>Moves all factors to where the sweeps seem to lead, if that is better, and returns the relative error then.</summary>
    private double Extrapolate(double[] start, double error)
    {
        double[] reached = Factors();
        double[]? next = _mixing.Add(start, reached);
        if (next == null)
        {
            return error;
        }

        SetFactors(next);
        using DenseMatrix formerRest = Clone(rest), formerProduct = Clone(product);
        DenseMatrix[] former = [.. _parts];
        _parts.Clear();
        double nextError;
        try
        {
            DenseMatrices.Copy(weight, rest);
            blocks.ForEach(block => block.AddTo(rest, -1));
            foreach (DenseMatrix part in former)
            {
                DenseMatrices.Axpy(1, part, product);
            }

            AddParts();
            nextError = Math.Sqrt(Math.Max(0, DenseMatrices.Dot(rest, product)) / energy);
            if (!(nextError < error))
            {
                // The steps led astray.
                _mixing.Clear();
                SetFactors(reached);
                DenseMatrices.Copy(formerRest, rest);
                DenseMatrices.Copy(formerProduct, product);
                for (int block = 0; block < former.Length; block++)
                {
                    (_parts[block], former[block]) = (former[block], _parts[block]);
                }
            }
        }
        finally
        {
            Array.ForEach(former, part => part.Dispose());
        }

        return Math.Min(error, nextError);
    }

    private static DenseMatrix Clone(DenseMatrix matrix)
    {
        var copy = new DenseMatrix(matrix.Rows, matrix.Columns);
        DenseMatrices.Copy(matrix, copy);
        return copy;
    }

    /// <summary>All factors, each group's left and right ones of equal norms.</summary>
    private double[] Factors()
    {
        List<double> factors = [];
        foreach (TermBlock block in blocks)
        {
            TermFactors.Balance(block.Left, block.Right);
            factors.AddRange(block.Left.ToArray());
            factors.AddRange(block.Right.ToArray());
        }

        return [.. factors];
    }

    private void SetFactors(ReadOnlySpan<double> factors)
    {
        foreach (TermBlock block in blocks)
        {
            block.Left.Load(factors[..block.Left.Length]);
            factors = factors[block.Left.Length..];
            block.Right.Load(factors[..block.Right.Length]);
            factors = factors[block.Right.Length..];
        }
    }
}
