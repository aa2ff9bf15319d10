using System;

namespace Kron.Decomposition;

/// <summary>
/// The Kronecker product singular value decomposition: the sum of r Kronecker products of one shape that is nearest to a
/// matrix in the Frobenius norm.
/// </summary>
/// <remarks>
/// <para>
/// C. F. Van Loan and N. Pitsianis, "Approximation with Kronecker products", 1993. With
/// R[(i1, j1), (i2, j2)] = W[i1·m2 + i2, j1·n2 + j2], ‖W − Σ A_i ⊗ B_i‖_F = ‖R − Σ vec(A_i) vec(B_i)ᵀ‖_F, which the leading
/// singular triplets of R minimise; the squared error is Σ_{i &gt; r} σ_i².
/// </para>
/// <para>
/// The same holds for the kernels of a convolution, R[(o1, c1, y1, x1), (o2, c2, y2, x2)] = W[o1·O2 + o2, c1·C2 + c2, y1·h2 + y2, x1·w2 + x2].
/// A vertical and a horizontal convolution, A [1, c, d, 1] and B [o, 1, 1, d], are the closed form of C. Tai, T. Xiao, Y. Zhang,
/// X. Wang and W. E, arXiv 1511.06067, theorem 1.
/// </para>
/// <para>
/// R is not formed. Where its shorter side is small, or many products are wanted, the eigenproblem of its Gram matrix is
/// solved directly; else a block Krylov iteration finds the subspace in single precision, and passes in double precision
/// verify it with a residual test, and go on with it where it does not pass. Equal calls give equal factors on one machine,
/// however many cores work on them.
/// </para>
/// </remarks>
public static class Kpsvd
{
    /// <summary>Decomposes a matrix.</summary>
    /// <param name="weight">W [m1·m2 × n1·n2], or the kernels [m1·m2, n1·n2, h1·h2, w1·w2] of a convolution, row-major.</param>
    /// <param name="shape">The factors' shape; R is the number of products and may exceed the rank, then the rest are zero.</param>
    /// <param name="options">Options of the iterative solver; null for the defaults.</param>
    /// <param name="image">The input image c × h × w; needed by <see cref="Formulation.III"/> alone, which reads each row of W as (c, w, h).</param>
    /// <returns>The factors, their singular values and the error reached.</returns>
    /// <exception cref="ArgumentException">A size is not positive, the length of W does not fit the shape, an entry is not finite, or the image does not match.</exception>
    public static unsafe KroneckerFactors Decompose(
        ReadOnlySpan<float> weight, ShapeGroup shape, FitOptions? options = null, (int Channels, int Height, int Width) image = default)
    {
        options ??= FitOptions.Default;
        options.Validate(nameof(options));
        ShapeChecks.Sizes(shape, nameof(shape));

        Int128 rows = (Int128)shape.M1 * shape.M2, columns = (Int128)shape.N1 * shape.N2 * shape.H1 * shape.H2 * shape.W1 * shape.W2;
        if (rows * columns != weight.Length)
        {
            throw new ArgumentException(
                $"weight must hold m1·m2 × n1·n2 (× h1·h2 × w1·w2) = {rows} × {columns} floats, but holds {weight.Length}.", nameof(weight));
        }

        if (shape.Formulation == Formulation.III)
        {
            ShapeChecks.Image(shape, image, nameof(image));
        }

        double energy = WeightChecks.Energy(weight, (int)columns, options.WeightName);
        int[]? map = InputOrder.Columns(shape, image);
        fixed (float* pointer = weight)
        {
            var matrix = new RearrangedMatrix(new WeightSource(pointer, (int)rows, (int)columns, map), shape);
            KroneckerFactors factors = KroneckerFactors.Compute(matrix, shape, energy, options);
            using KroneckerSum sum = KroneckerSum.Load<double>(matrix, shape.R, factors.A, factors.B, -1);
            double rest = sum.AddTo(read: true, write: false);
            factors.RelativeError = energy > 0 ? Math.Sqrt(rest / energy) : 0;
            return factors;
        }
    }
}
