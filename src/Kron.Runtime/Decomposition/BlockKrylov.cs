using System;

namespace Kron.Decomposition;

/// <summary>
/// The leading eigenpairs of a positive semidefinite operator by the block Krylov method with full orthogonalisation,
/// Rayleigh–Ritz extraction and thick restarts, run until a residual test passes. Vectors are rows.
/// </summary>
/// <remarks>
/// <para>
/// The block is wider than the wanted rank, so that no eigenvalue's multiplicity can hide a direction.
/// The coefficients that the orthogonalisation of G·Q_j takes off are the projected matrix QᵀGQ, and what it leaves over is
/// a triangle B times the next block: so the residual of a Ritz pair (θ_i, Q s_i) is ρ_i = ‖Bᵀ·(last block of s_i)‖, and
/// neither needs a product of its own.
/// </para>
/// <para>
/// Musco and Musco (2015) for block Krylov iteration; Wu and Simon (2000) for the thick restart; <see cref="GainBound"/> for
/// the test.
/// </para>
/// </remarks>
internal sealed unsafe class BlockKrylov : IDisposable
{
    // Columns beyond the rank: one block more than needed converges, the rest speeds the others up.
    private const int Oversampling = 4;
    private const int BlockStep = 4;
    private const int MaxVectors = 240;

    private readonly ISymmetricOperator _operator;
    private readonly int _rank;
    private readonly int _block;
    private readonly int _capacity;
    private readonly int _kept;
    private readonly FitOptions _options;
    private readonly Orthogonaliser _orthogonaliser;

    // Rows: the vectors that the operator was applied to, then the block that is next.
    private readonly DenseMatrix _basis;
    private readonly DenseMatrix _coefficients;
    private readonly DenseMatrix _projected;
    private readonly DenseMatrix _ritz;
    private readonly double[] _values;
    private int _dimension;

    private BlockKrylov(ISymmetricOperator op, int rank, FitOptions options)
    {
        _operator = op;
        _rank = rank;
        _options = options;
        _block = BlockVectors(rank);
        _capacity = BasisVectors(rank);
        _kept = Math.Max(1, _capacity / _block / 4) * _block;
        _orthogonaliser = new Orthogonaliser(new Random(options.Seed));
        _basis = new DenseMatrix(_capacity + _block, op.Size);
        _coefficients = new DenseMatrix(_block, _capacity + _block);
        _projected = new DenseMatrix(_capacity, _capacity);
        _ritz = new DenseMatrix(_capacity, _kept);
        _values = new double[_kept];
    }

    /// <summary>Vectors of a block for a rank.</summary>
    public static int BlockVectors(int rank) => (rank + Oversampling + BlockStep - 1) / BlockStep * BlockStep;

    /// <summary>Vectors of the basis for a rank.</summary>
    public static int BasisVectors(int rank)
    {
        int block = BlockVectors(rank);
        return Math.Max(MaxVectors / block, 4) * block;
    }

    /// <summary>Finds the leading eigenvectors; the operator must have at least twice <see cref="BasisVectors"/> rows.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="rank">The number of eigenvectors.</param>
    /// <param name="totalEnergy">The operator's trace.</param>
    /// <param name="options">Seed and tolerance.</param>
    /// <param name="vectors">
    /// <see cref="BlockVectors"/> rows of the operator's size. The first ones are near the wanted vectors; all receive the leading Ritz vectors, orthonormal.
    /// </param>
    /// <param name="given">How many those first ones are.</param>
    /// <param name="noise">The operator's rounding errors, as part of its norm; smaller residuals are not pursued.</param>
    /// <param name="iterations">Products made before, which count towards the limit.</param>
    /// <param name="limit">The most products; one is made in any case.</param>
    /// <returns>The number of products, those before included, and whether the test passed.</returns>
    public static (int Iterations, bool Converged) Solve(
        ISymmetricOperator op, int rank, double totalEnergy, FitOptions options, DenseMatrix vectors, int given, double noise, int iterations, int limit)
    {
        using var solver = new BlockKrylov(op, rank, options);
        solver.Start(vectors, given);
        while (true)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            solver.Extend();
            iterations++;
            bool converged = solver.Test(totalEnergy, noise, out double rest);
            double? error = totalEnergy > 0 ? Math.Sqrt(rest / totalEnergy) : null;
            options.Progress?.Report(new FitProgress(FitStage.Solving, iterations, options.MaxIterations, error));
            if (converged || iterations >= limit)
            {
                solver.RayleighRitz(solver._block);
                solver.Combine(solver._block, vectors, 0);
                return (iterations, converged);
            }

            if (solver._dimension + solver._block > solver._capacity)
            {
                solver.Restart();
            }
        }
    }

    public void Dispose()
    {
        _basis.Dispose();
        _coefficients.Dispose();
        _projected.Dispose();
        _ritz.Dispose();
    }

    private void Start(DenseMatrix vectors, int given)
    {
        CopyRows(vectors, 0, 0, given);
        _orthogonaliser.FillRandom(_basis, given, _block - given);
        _orthogonaliser.Orthonormalise(_basis, 0, _block, _coefficients);
    }

    /// <summary>Applies the operator to the next block and extends basis and projected matrix by it.</summary>
    private void Extend()
    {
        int dimension = _dimension + _block;
        _operator.Apply(_basis.Row(_dimension), _basis.Stride, _basis.Row(dimension), _basis.Stride, _block);
        _orthogonaliser.Orthonormalise(_basis, dimension, _block, _coefficients);
        for (int c = 0; c < _block; c++)
        {
            int row = _dimension + c;
            for (int j = 0; j < dimension; j++)
            {
                // Symmetric but for rounding.
                double value = j < _dimension ? _coefficients.Row(c)[j] : (_coefficients.Row(c)[j] + _coefficients.Row(j - _dimension)[row]) / 2;
                _projected.Row(row)[j] = value;
                _projected.Row(j)[row] = value;
            }
        }

        _dimension = dimension;
    }

    /// <summary>Extracts the wanted Ritz pairs, and says whether they explain as much as they ever will.</summary>
    private bool Test(double totalEnergy, double noise, out double rest)
    {
        // One pair more than wanted tells how far the others are from it.
        int count = Math.Min(_rank + 1, _values.Length);
        RayleighRitz(count);
        Span<double> residuals = stackalloc double[count];
        double largest = 0, explained = 0;
        for (int t = 0; t < count; t++)
        {
            residuals[t] = Residual(t);
        }

        for (int t = 0; t < _rank; t++)
        {
            largest = Math.Max(largest, residuals[t]);
            explained += _values[t];
        }

        rest = Math.Max(0, totalEnergy - explained);
        return largest <= noise * _values[0]
            || GainBound.Of(_values.AsSpan(0, count), residuals, _rank) <= 2 * _options.Tolerance * rest;
    }

    private void RayleighRitz(int count)
    {
        using var matrix = new DenseMatrix(_dimension, _dimension);
        for (int i = 0; i < _dimension; i++)
        {
            new ReadOnlySpan<double>(_projected.Row(i), _dimension).CopyTo(new Span<double>(matrix.Row(i), _dimension));
        }

        SymmetricEigensolver.LeadingEigenpairs(matrix, _values.AsSpan(0, count), _ritz, _options.CancellationToken);
    }

    private double Residual(int pair)
    {
        double squares = 0;
        for (int d = 0; d < _block; d++)
        {
            double sum = 0;
            for (int c = d; c < _block; c++)
            {
                sum += _ritz.Row(_dimension - _block + c)[pair] * _coefficients.Row(c)[_dimension + d];
            }

            squares += sum * sum;
        }

        return Math.Sqrt(squares);
    }

    /// <summary>Writes the leading Ritz vectors to rows of another matrix.</summary>
    private void Combine(int count, DenseMatrix destination, int first)
    {
        MatrixKernels.ForEachSlice(_basis.Columns, _basis.Columns * count * _dimension, (_, from, length) =>
        {
            for (int i = 0; i < count; i++)
            {
                new Span<double>(destination.Row(first + i) + from, (int)length).Clear();
            }

            MatrixKernels.MultiplyAdd(
                count, length, _dimension, _ritz.Pointer, 1, _ritz.Stride, _basis.Pointer + from, _basis.Stride, destination.Row(first) + from, destination.Stride);
        });
    }

    /// <summary>Replaces the basis by its leading Ritz vectors; the next block stays.</summary>
    private void Restart()
    {
        RayleighRitz(_kept);
        using var combined = new DenseMatrix(_kept, _basis.Columns);
        Combine(_kept, combined, 0);
        CopyRows(combined, 0, 0, _kept);
        CopyRows(_basis, _dimension, _kept, _block);
        _projected.Clear();
        for (int i = 0; i < _kept; i++)
        {
            _projected.Row(i)[i] = _values[i];
        }

        _dimension = _kept;
    }

    private void CopyRows(DenseMatrix source, int first, int destination, int count)
    {
        for (int i = 0; i < count; i++)
        {
            new ReadOnlySpan<double>(source.Row(first + i), (int)_basis.Columns).CopyTo(new Span<double>(_basis.Row(destination + i), (int)_basis.Columns));
        }
    }
}
