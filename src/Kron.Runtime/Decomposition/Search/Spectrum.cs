using System;

namespace Kron.Decomposition;

/// <summary>The leading squared singular values of a rearranged weight, and what they say about every rank.</summary>
internal sealed class Spectrum
{
    private readonly double[] _captured;
    private readonly double _last;
    private readonly double _slack;

    /// <summary>Keeps a spectrum.</summary>
    /// <param name="shape">The shape that the weight is rearranged by.</param>
    /// <param name="squares">σ², descending; rounding may have made the least of them negative.</param>
    /// <param name="slack">The most by which the sum of the true ones exceeds theirs.</param>
    /// <param name="energy">‖W‖²_F.</param>
    public Spectrum(SearchShape shape, ReadOnlySpan<double> squares, double slack, double energy)
    {
        Shape = shape;
        Energy = energy;
        _slack = slack;
        _captured = new double[squares.Length + 1];
        SingularValues = new double[squares.Length];
        for (int i = 0; i < squares.Length; i++)
        {
            double square = Math.Max(0, squares[i]);
            SingularValues[i] = Math.Sqrt(square);
            _captured[i + 1] = Math.Min(energy, _captured[i] + square);
            _last = square;
        }
    }

    public SearchShape Shape { get; }

    public double Energy { get; }

    public double[] SingularValues { get; }

    /// <summary>‖W − Σ A_i ⊗ B_i‖²_F of the best sum; at most as many products as there are values.</summary>
    public double Rest(int rank) => Energy - _captured[rank];

    /// <summary>The most energy that so many products can hold, whether or not so many values are known.</summary>
    public double MostCaptured(long rank)
    {
        long known = Math.Min(rank, SingularValues.Length);
        double tail = SingularValues.Length == Shape.Short ? 0 : (rank - known) * (_last + _slack);
        return Math.Min(Energy, _captured[known] + _slack + tail);
    }
}
