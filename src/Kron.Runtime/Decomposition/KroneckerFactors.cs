using System;

namespace Kron.Decomposition;

/// <summary>The nearest sum of Kronecker products of one shape, in double precision.</summary>
/// <remarks>
/// With the singular value decomposition R = Σ σ_i u_i v_iᵀ of the rearranged weight, A_i = √σ_i·u_i read as m1 × n1 and
/// B_i = √σ_i·v_i read as m2 × n2 (or, of a convolution, as kernels), so ‖A_i‖_F = ‖B_i‖_F = √σ_i. Signs are fixed by this: of the entries of A_i with the
/// largest magnitude, the first is positive.
/// </remarks>
public sealed class KroneckerFactors
{
    internal KroneckerFactors(ShapeGroup shape, double[] a, double[] b, double[] singularValues) =>
        (Shape, A, B, SingularValues) = (shape, a, b, singularValues);

    /// <summary>The shape; its R is the number of products.</summary>
    public ShapeGroup Shape { get; }

    /// <summary>The left factors, [r, m1, n1] or [r, m1, n1, h1, w1] row-major.</summary>
    public double[] A { get; }

    /// <summary>The right factors, [r, m2, n2] or [r, m2, n2, h2, w2] row-major.</summary>
    public double[] B { get; }

    /// <summary>σ_1 ≥ … ≥ σ_r ≥ 0; products beyond the numerical rank of R are zero.</summary>
    public double[] SingularValues { get; }

    /// <summary>‖W − Σ A_i ⊗ B_i‖_F / ‖W‖_F; 0 for a zero weight.</summary>
    public double RelativeError { get; internal set; }

    /// <summary>Passes over the weight that the solver made; 1 when the problem was solved directly.</summary>
    public int Iterations { get; internal init; }

    /// <summary>Whether the solver reached its tolerance.</summary>
    public bool Converged { get; internal init; }

    /// <summary>Computes the factors of a rearranged weight; the error is left to the caller.</summary>
    /// <param name="matrix">The weight.</param>
    /// <param name="shape">The factors' shape.</param>
    /// <param name="energy">The weight's sum of squares.</param>
    /// <param name="options">Of the iterative solver.</param>
    /// <param name="start">Factors that are near, A then B, where the iterative solver starts; or empty.</param>
    internal static KroneckerFactors Compute(
        RearrangedMatrix matrix, ShapeGroup shape, double energy, FitOptions options, ReadOnlySpan<float> start = default)
    {
        if (!start.IsEmpty)
        {
            int split = (int)(shape.R * shape.LengthA);
            start = matrix.RightIsShort ? start[split..] : start[..split];
        }

        using LeadingTriplets triplets = LeadingTriplets.Compute(matrix, shape.R, energy, options, start);
        DenseMatrix left = matrix.RightIsShort ? triplets.LongSide : triplets.ShortSide;
        DenseMatrix right = matrix.RightIsShort ? triplets.ShortSide : triplets.LongSide;
        return new KroneckerFactors(shape, Values(left), Values(right), triplets.SingularValues)
        {
            Iterations = triplets.Iterations,
            Converged = triplets.Converged,
        };
    }

    private static unsafe double[] Values(DenseMatrix matrix)
    {
        int columns = checked((int)matrix.Columns);
        var values = new double[checked((int)matrix.Rows * columns)];
        for (int t = 0; t < matrix.Rows; t++)
        {
            new ReadOnlySpan<double>(matrix.Row(t), columns).CopyTo(values.AsSpan(t * columns));
        }

        return values;
    }
}
