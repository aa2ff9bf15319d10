using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kron.Decomposition;

/// <summary>
/// The leading eigenpairs of a dense symmetric matrix: Householder tridiagonalisation, then the implicit QL iteration.
/// The QL rotations are recorded and applied in reverse to the wanted eigenvectors alone, so the vectors are orthonormal
/// to rounding whatever the clustering, and cost O(n²) each.
/// </summary>
/// <remarks>Golub and Van Loan, Matrix Computations, sections 8.3.1 and 8.3.5.</remarks>
internal static unsafe class SymmetricEigensolver
{
    // Two or three iterations per eigenvalue are usual.
    private const int MaxIterationsPerEigenvalue = 100;

    /// <summary>Computes the <paramref name="values"/>.Length algebraically largest eigenvalues, descending, and their vectors.</summary>
    /// <param name="matrix">The symmetric matrix n × n, both triangles; destroyed.</param>
    /// <param name="values">Receives the eigenvalues; at most n.</param>
    /// <param name="vectors">Receives the eigenvectors as its leading columns, n × at least values.Length; its other columns become zero.</param>
    /// <param name="cancellation">Ends the computation with an <see cref="OperationCanceledException"/>.</param>
    public static void LeadingEigenpairs(DenseMatrix matrix, Span<double> values, DenseMatrix vectors, CancellationToken cancellation = default)
    {
        int n = checked((int)matrix.Rows);
        var diagonal = new double[n];
        var offDiagonal = new double[n];
        var scales = new double[n];
        Tridiagonalise(matrix, n, diagonal, offDiagonal, scales, cancellation);
        var rotations = new List<Rotation>();
        DiagonaliseByQl(diagonal, offDiagonal, rotations);

        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => diagonal[i])];
        vectors.Clear();
        for (int v = 0; v < values.Length; v++)
        {
            values[v] = diagonal[order[v]];
            vectors.Row(order[v])[v] = 1;
        }

        for (int t = rotations.Count - 1; t >= 0; t--)
        {
            Rotation rotation = rotations[t];
            MatrixKernels.Rotate(vectors.Row(rotation.Row), vectors.Row(rotation.Row + 1), rotation.Cosine, rotation.Sine, values.Length);
        }

        ApplyReflectors(matrix, n, scales, vectors, values.Length);
    }

    /// <summary>All eigenvalues, descending, without vectors: less than half the work, and no memory beside the matrix.</summary>
    /// <param name="matrix">The symmetric matrix n × n, both triangles; destroyed.</param>
    /// <param name="cancellation">Ends the reduction.</param>
    public static double[] Eigenvalues(DenseMatrix matrix, CancellationToken cancellation)
    {
        int n = checked((int)matrix.Rows);
        var diagonal = new double[n];
        var offDiagonal = new double[n];
        Tridiagonalise(matrix, n, diagonal, offDiagonal, new double[n], cancellation);
        DiagonaliseByQl(diagonal, offDiagonal, rotations: null);
        Array.Sort(diagonal);
        Array.Reverse(diagonal);
        return diagonal;
    }

    /// <summary>
    /// Reduces the matrix to the tridiagonal (d, e) by reflectors I − β v vᵀ; v of step k replaces row k beyond its diagonal.
    /// The update of step k − 1 and the product of step k share one sweep over the trailing block.
    /// </summary>
    private static void Tridiagonalise(DenseMatrix a, int n, double[] d, double[] e, double[] scales, CancellationToken cancellation)
    {
        using var work = new DenseMatrix(3, n);
        double* previousV = work.Row(0), w = work.Row(1), p = work.Row(2);
        for (int k = 0; k < n - 2; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            double* row = a.Row(k);
            Subtract(row, previousV, w, k, k, n);
            d[k] = row[k];
            scales[k] = MakeReflector(row + k + 1, n - k - 1, out e[k]);

            double* v = row + k + 1;
            int length = n - k - 1;
            for (int i = k + 1; i < n; i++)
            {
                p[i] = scales[k] * MatrixKernels.UpdateAndDot(
                    a.Row(i) + k + 1, previousV + k + 1, w[i], w + k + 1, previousV[i], v, length);
            }

            double correction = scales[k] / 2 * MatrixKernels.Dot(v, p + k + 1, length);
            for (int i = k + 1; i < n; i++)
            {
                // A reflector that is the identity leaves nothing to subtract.
                previousV[i] = scales[k] == 0 ? 0 : row[i];
                w[i] = p[i] - (correction * previousV[i]);
            }
        }

        if (n > 1)
        {
            double* row = a.Row(n - 2);
            Subtract(row, previousV, w, n - 2, n - 2, n);
            d[n - 2] = row[n - 2];
            e[n - 2] = row[n - 1];
        }

        Subtract(a.Row(n - 1), previousV, w, n - 1, n - 1, n);
        d[n - 1] = a.Row(n - 1)[n - 1];
    }

    private static void Subtract(double* row, double* v, double* w, int i, int from, int to)
    {
        MatrixKernels.Axpy(-w[i], v + from, row + from, to - from);
        MatrixKernels.Axpy(-v[i], w + from, row + from, to - from);
    }

    /// <summary>Replaces x by v with (I − β v vᵀ) x = head·e₁ and returns β, 0 when x is a multiple of e₁ already.</summary>
    private static double MakeReflector(double* x, int length, out double head)
    {
        double tail = MatrixKernels.Dot(x + 1, x + 1, length - 1);
        if (tail == 0)
        {
            head = x[0];
            return 0;
        }

        double norm = Math.Sqrt((x[0] * x[0]) + tail);
        head = x[0] > 0 ? -norm : norm;
        x[0] -= head;
        return 2 / ((x[0] * x[0]) + tail);
    }

    /// <summary>Diagonalises the tridiagonal matrix in place and records the rotations, if wanted, in the order they are applied.</summary>
    private static void DiagonaliseByQl(double[] d, double[] e, List<Rotation>? rotations)
    {
        int n = d.Length;
        double norm = 0;
        for (int i = 0; i < n; i++)
        {
            norm = Math.Max(norm, Math.Abs(d[i]) + Math.Abs(e[i]));
        }

        // Relative to the whole matrix: a rank-deficient matrix has no smaller scale that could be resolved.
        double negligible = Math.ScaleB(norm, -52);
        for (int l = 0; l < n; l++)
        {
            for (int iteration = 0; ; iteration++)
            {
                int m = l;
                while (m < n - 1 && Math.Abs(e[m]) > negligible)
                {
                    m++;
                }

                if (m == l)
                {
                    break;
                }

                if (iteration == MaxIterationsPerEigenvalue)
                {
                    throw new ArithmeticException($"The QL iteration did not converge at eigenvalue {l} of {n}.");
                }

                Sweep(d, e, l, m, rotations);
            }
        }
    }

    /// <summary>One implicit QL step with Wilkinson's shift on the unreduced block l … m.</summary>
    private static void Sweep(double[] d, double[] e, int l, int m, List<Rotation>? rotations)
    {
        double half = (d[l + 1] - d[l]) / (2 * e[l]);
        double root = Hypotenuse(half, 1);
        double shift = d[l] - (e[l] / (half + (half >= 0 ? root : -root)));

        double g = d[m] - shift;
        double cosine = 1, sine = 1, carry = 0;
        for (int i = m - 1; i >= l; i--)
        {
            double f = sine * e[i];
            double b = cosine * e[i];
            double r = Hypotenuse(f, g);
            e[i + 1] = r;
            if (r == 0)
            {
                // The block splits here; the remaining part is taken up by the next sweep.
                d[i + 1] -= carry;
                e[m] = 0;
                return;
            }

            sine = f / r;
            cosine = g / r;
            g = d[i + 1] - carry;
            double mixed = ((d[i] - g) * sine) + (2 * cosine * b);
            carry = sine * mixed;
            d[i + 1] = g + carry;
            g = (cosine * mixed) - b;
            rotations?.Add(new Rotation(i, cosine, sine));
        }

        d[l] -= carry;
        e[l] = g;
        e[m] = 0;
    }

    private static double Hypotenuse(double x, double y)
    {
        x = Math.Abs(x);
        y = Math.Abs(y);
        double large = Math.Max(x, y);
        if (large == 0)
        {
            return 0;
        }

        double ratio = Math.Min(x, y) / large;
        return large * Math.Sqrt(1 + (ratio * ratio));
    }

    private static void ApplyReflectors(DenseMatrix a, int n, double[] scales, DenseMatrix vectors, int count)
    {
        using var work = new DenseMatrix(1, count);
        double* product = work.Pointer;
        for (int k = n - 3; k >= 0; k--)
        {
            if (scales[k] == 0)
            {
                continue;
            }

            double* v = a.Row(k);
            work.Clear();
            for (int i = k + 1; i < n; i++)
            {
                MatrixKernels.Axpy(v[i], vectors.Row(i), product, count);
            }

            for (int i = k + 1; i < n; i++)
            {
                MatrixKernels.Axpy(-scales[k] * v[i], product, vectors.Row(i), count);
            }
        }
    }

    /// <summary>A rotation of rows <paramref name="Row"/> and <paramref name="Row"/> + 1.</summary>
    private readonly record struct Rotation(int Row, double Cosine, double Sine);
}
