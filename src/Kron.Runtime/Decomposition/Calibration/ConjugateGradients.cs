using System;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>Lowers ⟨x, N·x⟩ − 2⟨x, b⟩ by preconditioned conjugate gradients, N symmetric and positive semidefinite. No iteration raises it.</summary>
/// <param name="apply">Writes N·p, p the first matrix, to the second.</param>
/// <param name="precondition">Writes an approximation of N⁻¹·r to the second matrix.</param>
internal sealed class ConjugateGradients(Action<DenseMatrix, DenseMatrix> apply, Action<DenseMatrix, DenseMatrix> precondition)
{
    /// <summary>Goes on until an iteration gains little.</summary>
    /// <param name="x">Where to start; replaced by the solution.</param>
    /// <param name="b">Replaced by the residual b − N·x.</param>
    /// <param name="maxIterations">The most iterations.</param>
    /// <param name="littleGain">What an iteration must gain to be followed by another, as part of all that was gained.</param>
    /// <param name="cancellation">Ends it between iterations.</param>
    /// <returns>⟨x, N·x⟩ − 2⟨x, b⟩ before and after.</returns>
    public (double Before, double After) Run(DenseMatrix x, DenseMatrix b, int maxIterations, double littleGain, CancellationToken cancellation)
    {
        using DenseMatrix product = new(x.Rows, x.Columns), direction = new(x.Rows, x.Columns), conditioned = new(x.Rows, x.Columns);
        double right = DenseMatrices.Dot(x, b);
        apply(x, product);
        DenseMatrices.Axpy(-1, product, b);
        double before = -right - DenseMatrices.Dot(x, b), gained = 0, former = 0;
        for (int iteration = 0; iteration < maxIterations; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            precondition(b, conditioned);
            double now = DenseMatrices.Dot(b, conditioned);
            DenseMatrices.Scale(former > 0 ? now / former : 0, direction);
            DenseMatrices.Axpy(1, conditioned, direction);
            apply(direction, product);
            double curvature = DenseMatrices.Dot(direction, product);
            if (!(now > 0 && curvature > 0))
            {
                break;
            }

            double step = now / curvature, gain = step * now;
            DenseMatrices.Axpy(step, direction, x);
            DenseMatrices.Axpy(-step, product, b);
            gained += gain;
            if (gain <= littleGain * gained)
            {
                break;
            }

            former = now;
        }

        return (before, before - gained);
    }
}
