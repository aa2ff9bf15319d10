using System;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>
/// The leading eigenvalues of a positive semidefinite operator, without vectors, by the block Lanczos method with full
/// orthogonalisation and without restarts. Vectors are rows.
/// </summary>
/// <remarks>
/// A narrow block reaches a high polynomial degree in few vectors, so that spectra without gaps cost a fraction of what
/// <see cref="BlockKrylov"/>, which must deliver vectors of any multiplicity, spends on them. Ritz values are at most the
/// eigenvalues; <see cref="GainBound"/> says how much they may miss. Golub and Underwood (1977).
/// </remarks>
internal sealed unsafe class BlockLanczos : IDisposable
{
    /// <summary>Vectors of a block.</summary>
    public const int Block = 12;

    private const double Tolerance = 3e-5;

    // A residual at this level of the operator's norm is rounding.
    private const double RoundingLevel = 1e-13;

    // As many Ritz values as a block has vectors, no further apart than this part of the largest, may be copies of which more are hidden.
    private const double Cluster = 1e-6;

    // A check costs as much as a few blocks.
    private const double CheckGrowth = 1.25;

    private readonly ISymmetricOperator _operator;
    private readonly CancellationToken _cancellation;
    private readonly Orthogonaliser _orthogonaliser = new(new Random(0));

    // Rows: the vectors that the operator was applied to, then the block that is next.
    private readonly DenseMatrix _basis;
    private readonly DenseMatrix _coefficients;
    private readonly DenseMatrix _projected;
    private int _dimension;

    private BlockLanczos(ISymmetricOperator op, int capacity, CancellationToken cancellation)
    {
        _operator = op;
        _cancellation = cancellation;
        _basis = new DenseMatrix(capacity + Block, op.Size);
        _coefficients = new DenseMatrix(Block, capacity + Block);
        _projected = new DenseMatrix(capacity, capacity);
    }

    /// <summary>Finds eigenvalues.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="trace">Its trace.</param>
    /// <param name="capacity">The most vectors of the basis; below the operator's size by more than a block.</param>
    /// <param name="values">Receives the eigenvalues, descending.</param>
    /// <param name="slack">Receives the most that the sum of the true eigenvalues exceeds theirs by.</param>
    /// <param name="cancellation">Ends the iteration.</param>
    /// <returns>False when the basis filled up first, or when an eigenvalue has too many copies for the block to show.</returns>
    public static bool TrySolve(
        ISymmetricOperator op, double trace, int capacity, Span<double> values, out double slack, CancellationToken cancellation)
    {
        using var solver = new BlockLanczos(op, capacity, cancellation);
        solver._orthogonaliser.FillRandom(solver._basis, 0, Block);
        solver._orthogonaliser.Orthonormalise(solver._basis, 0, Block, solver._coefficients);
        for (int check = values.Length + (2 * Block); solver._dimension + Block <= capacity;)
        {
            cancellation.ThrowIfCancellationRequested();
            solver.Extend();
            if (solver._dimension >= check)
            {
                if (solver.Test(trace, values, out slack))
                {
                    return !MayHideCopies(values);
                }

                check = (int)(solver._dimension * CheckGrowth);
            }
        }

        slack = 0;
        return false;
    }

    /// <summary>Bytes that a basis takes.</summary>
    public static long Bytes(long size, long capacity) => sizeof(double) * ((size * (capacity + Block)) + (capacity * capacity));

    public void Dispose()
    {
        _basis.Dispose();
        _coefficients.Dispose();
        _projected.Dispose();
    }

    /// <summary>Applies the operator to the next block and extends basis and projected matrix by it.</summary>
    private void Extend()
    {
        int dimension = _dimension + Block;
        _operator.Apply(_basis.Row(_dimension), _basis.Stride, _basis.Row(dimension), _basis.Stride, Block);
        _orthogonaliser.Orthonormalise(_basis, dimension, Block, _coefficients);

        // Block tridiagonal but for rounding.
        for (int c = 0; c < Block; c++)
        {
            int row = _dimension + c;
            for (int j = Math.Max(0, _dimension - Block); j < dimension; j++)
            {
                double value = j < _dimension ? _coefficients.Row(c)[j] : (_coefficients.Row(c)[j] + _coefficients.Row(j - _dimension)[row]) / 2;
                _projected.Row(row)[j] = value;
                _projected.Row(j)[row] = value;
            }
        }

        _dimension = dimension;
    }

    /// <summary>Extracts the Ritz values, and says whether they explain as much as they ever will.</summary>
    private bool Test(double trace, Span<double> values, out double slack)
    {
        // One more than wanted tells how far the others are from them.
        int count = values.Length + 1;
        using var matrix = new DenseMatrix(_dimension, _dimension);
        using var ritz = new DenseMatrix(_dimension, count);
        for (int i = 0; i < _dimension; i++)
        {
            new ReadOnlySpan<double>(_projected.Row(i), _dimension).CopyTo(new Span<double>(matrix.Row(i), _dimension));
        }

        double[] found = new double[count], residuals = new double[count];
        SymmetricEigensolver.LeadingEigenpairs(matrix, found, ritz, _cancellation);
        double rest = trace, largest = 0;
        for (int t = 0; t < count; t++)
        {
            residuals[t] = Residual(ritz, t);
        }

        for (int t = 0; t < values.Length; t++)
        {
            values[t] = found[t];
            rest -= found[t];
            largest = Math.Max(largest, residuals[t]);
        }

        slack = GainBound.Of(found, residuals, values.Length);
        return largest <= RoundingLevel * found[0] || slack <= 2 * Tolerance * Math.Max(0, rest);
    }

    /// <summary>‖Bᵀ·(last block of the Ritz vector)‖, B the triangle that turned the last image into the next block.</summary>
    private double Residual(DenseMatrix ritz, int pair)
    {
        double squares = 0;
        for (int d = 0; d < Block; d++)
        {
            double sum = 0;
            for (int c = d; c < Block; c++)
            {
                sum += ritz.Row(_dimension - Block + c)[pair] * _coefficients.Row(c)[_dimension + d];
            }

            squares += sum * sum;
        }

        return Math.Sqrt(squares);
    }

    private static bool MayHideCopies(ReadOnlySpan<double> values)
    {
        // Copies of zero hide nothing.
        double width = Cluster * values[0];
        for (int first = 0; first + Block <= values.Length && values[first] > width; first++)
        {
            if (values[first] - values[first + Block - 1] <= width)
            {
                return true;
            }
        }

        return false;
    }
}
