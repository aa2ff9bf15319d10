using System;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>
/// The orthonormal basis of a block Krylov iteration with full orthogonalisation, and the operator projected on it.
/// Vectors are rows.
/// </summary>
/// <remarks>
/// The coefficients that the orthogonalisation of G·Q_j takes off are the projected matrix QᵀGQ, and what it leaves over is
/// a triangle B times the next block: so the residual of a Ritz pair (θ_i, Q s_i) is ρ_i = ‖Bᵀ·(last block of s_i)‖, and
/// neither needs a product of its own.
/// </remarks>
internal sealed unsafe class KrylovBasis : IDisposable
{
    private readonly ISymmetricOperator _operator;
    private readonly int _block;
    private readonly int _capacity;
    private readonly CancellationToken _cancellation;
    private readonly Orthogonaliser _orthogonaliser;

    // Rows: the vectors that the operator was applied to, then the block that is next.
    private readonly DenseMatrix _basis;
    private readonly DenseMatrix _coefficients;
    private readonly DenseMatrix _projected;
    private readonly DenseMatrix _ritz;
    private readonly double[] _values;

    /// <summary>Reserves memory.</summary>
    /// <param name="op">The operator; it must have more rows than the basis and the next block.</param>
    /// <param name="block">Vectors of a block.</param>
    /// <param name="capacity">The most vectors of the basis.</param>
    /// <param name="pairs">The most Ritz pairs that are extracted.</param>
    /// <param name="seed">Of the random vectors.</param>
    /// <param name="cancellation">Ends the extraction of Ritz pairs.</param>
    public KrylovBasis(ISymmetricOperator op, int block, int capacity, int pairs, int seed, CancellationToken cancellation)
    {
        _operator = op;
        _block = block;
        _capacity = capacity;
        _cancellation = cancellation;
        _orthogonaliser = new Orthogonaliser(new Random(seed));
        _basis = new DenseMatrix(capacity + block, op.Size);
        _coefficients = new DenseMatrix(block, capacity + block);
        _projected = new DenseMatrix(capacity, capacity);
        _ritz = new DenseMatrix(capacity, pairs);
        _values = new double[pairs];
    }

    /// <summary>The vectors that the operator was applied to.</summary>
    public int Dimension { get; private set; }

    /// <summary>Whether there is no room for another block.</summary>
    public bool IsFull => Dimension + _block > _capacity;

    /// <summary>The Ritz values that were extracted last, descending.</summary>
    public ReadOnlySpan<double> Values => _values;

    public void Dispose()
    {
        _basis.Dispose();
        _coefficients.Dispose();
        _projected.Dispose();
        _ritz.Dispose();
    }

    /// <summary>Makes the first block of the first rows of a matrix, as far as they are given, and of random vectors.</summary>
    public void Start(DenseMatrix? vectors = null, int given = 0)
    {
        if (vectors is not null)
        {
            CopyRows(vectors, 0, 0, given);
        }

        _orthogonaliser.FillRandom(_basis, given, _block - given);
        _orthogonaliser.Orthonormalise(_basis, 0, _block, _coefficients);
    }

    /// <summary>Applies the operator to the next block and extends basis and projected matrix by it.</summary>
    public void Extend()
    {
        int dimension = Dimension + _block;
        _operator.Apply(_basis.Row(Dimension), _basis.Stride, _basis.Row(dimension), _basis.Stride, _block);
        _orthogonaliser.Orthonormalise(_basis, dimension, _block, _coefficients);
        for (int c = 0; c < _block; c++)
        {
            int row = Dimension + c;
            for (int j = 0; j < dimension; j++)
            {
                // Symmetric but for rounding.
                double value = _coefficients.Row(c)[j];
                if (j >= Dimension)
                {
                    value = (value + _coefficients.Row(j - Dimension)[row]) / 2;
                }

                _projected.Row(row)[j] = value;
                _projected.Row(j)[row] = value;
            }
        }

        Dimension = dimension;
    }

    /// <summary>Extracts the wanted Ritz pairs, and says whether they explain as much as they ever will.</summary>
    /// <param name="wanted">How many; one fewer than there may be.</param>
    /// <param name="trace">The operator's trace.</param>
    /// <param name="tolerance">What the square root of the rest may still lose, as part of it.</param>
    /// <param name="noise">The operator's rounding errors, as part of its norm; smaller residuals are not pursued.</param>
    /// <param name="rest">Receives what the wanted Ritz values leave of the trace.</param>
    /// <param name="slack">Receives the most that the sum of the true eigenvalues exceeds theirs by.</param>
    public bool Test(int wanted, double trace, double tolerance, double noise, out double rest, out double slack)
    {
        // One pair more than wanted tells how far the others are from it.
        int count = wanted + 1;
        RayleighRitz(count);
        var residuals = new double[count];
        for (int t = 0; t < count; t++)
        {
            residuals[t] = Residual(t);
        }

        double largest = 0, explained = 0;
        for (int t = 0; t < wanted; t++)
        {
            largest = Math.Max(largest, residuals[t]);
            explained += _values[t];
        }

        rest = Math.Max(0, trace - explained);
        slack = GainBound.Of(_values.AsSpan(0, count), residuals, wanted);
        return largest <= noise * _values[0] || slack <= 2 * tolerance * rest;
    }

    /// <summary>Writes the leading Ritz vectors to the first rows of a matrix.</summary>
    public void Extract(int count, DenseMatrix vectors)
    {
        RayleighRitz(count);
        MatrixKernels.ForEachSlice(_basis.Columns, _basis.Columns * count * Dimension, (_, from, length) =>
        {
            for (int i = 0; i < count; i++)
            {
                new Span<double>(vectors.Row(i) + from, (int)length).Clear();
            }

            MatrixKernels.MultiplyAdd(
                count, length, Dimension, _ritz.Pointer, 1, _ritz.Stride, _basis.Pointer + from, _basis.Stride, vectors.Pointer + from, vectors.Stride);
        });
    }

    /// <summary>Replaces the basis by its leading Ritz vectors; the next block stays.</summary>
    public void Restart(int kept)
    {
        using var vectors = new DenseMatrix(kept, _basis.Columns);
        Extract(kept, vectors);
        CopyRows(vectors, 0, 0, kept);
        CopyRows(_basis, Dimension, kept, _block);
        _projected.Clear();
        for (int i = 0; i < kept; i++)
        {
            _projected.Row(i)[i] = _values[i];
        }

        Dimension = kept;
    }

    private void RayleighRitz(int count)
    {
        using var matrix = new DenseMatrix(Dimension, Dimension);
        for (int i = 0; i < Dimension; i++)
        {
            new ReadOnlySpan<double>(_projected.Row(i), Dimension).CopyTo(new Span<double>(matrix.Row(i), Dimension));
        }

        SymmetricEigensolver.LeadingEigenpairs(matrix, _values.AsSpan(0, count), _ritz, _cancellation);
    }

    private double Residual(int pair)
    {
        double squares = 0;
        for (int d = 0; d < _block; d++)
        {
            double sum = 0;
            for (int c = d; c < _block; c++)
            {
                sum += _ritz.Row(Dimension - _block + c)[pair] * _coefficients.Row(c)[Dimension + d];
            }

            squares += sum * sum;
        }

        return Math.Sqrt(squares);
    }

    private void CopyRows(DenseMatrix source, int first, int destination, int count)
    {
        int columns = (int)_basis.Columns;
        for (int i = 0; i < count; i++)
        {
            new ReadOnlySpan<double>(source.Row(first + i), columns).CopyTo(new Span<double>(_basis.Row(destination + i), columns));
        }
    }
}
