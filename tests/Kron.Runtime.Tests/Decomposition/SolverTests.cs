using System;
using System.Linq;
using System.Threading;
using Kron.Decomposition;
using MathNet.Numerics.LinearAlgebra;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition;

public unsafe class SolverTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    [InlineData(17, 17)]
    [InlineData(64, 9)]
    [InlineData(150, 40)]
    public void Eigenpairs_of_a_random_symmetric_matrix(int n, int count)
    {
        Matrix<double> matrix = Matrix<double>.Build.Dense(n, n, Reference.Gaussian(n * n, n).Select(v => (double)v).ToArray());
        CheckEigenpairs(matrix + matrix.Transpose(), count);
    }

    [Fact]
    public void Eigenpairs_of_degenerate_matrices()
    {
        const int N = 40;
        CheckEigenpairs(Matrix<double>.Build.Dense(N, N), 5);
        CheckEigenpairs(Matrix<double>.Build.DenseIdentity(N), N);
        CheckEigenpairs(Matrix<double>.Build.Dense(N, N, 1), 6);
        CheckEigenpairs(Matrix<double>.Build.DenseDiagonal(N, N, i => i % 4), 25);

        // Already tridiagonal, with a split in the middle.
        CheckEigenpairs(Matrix<double>.Build.Dense(N, N, (i, j) => i == j ? 2 : Math.Abs(i - j) == 1 && i + j != N - 1 ? -1 : 0), 12);

        // Twelve orders of magnitude, both ways round.
        CheckEigenpairs(Matrix<double>.Build.Dense(N, N, (i, j) => Math.Pow(10, -0.15 * (i + j)) * (i == j ? 2 : 1)), 10);
        CheckEigenpairs(Matrix<double>.Build.Dense(N, N, (i, j) => Math.Pow(10, 0.15 * (i + j)) * (i == j ? 2 : 1)), 10);
    }

    [Theory]
    [InlineData(1, 4, 1)]
    [InlineData(3, 8, 5)]
    [InlineData(4, 12, 300)]
    [InlineData(9, 28, 17)]
    [InlineData(21, 40, 600)]
    public void Product_agrees_with_the_definition_read_either_way(int m, int n, int k)
    {
        using DenseMatrix a = RandomMatrix(m, k, 1), at = RandomMatrix(k, m, 2), b = RandomMatrix(k, n, 3), c = RandomMatrix(m, n, 4);
        n = DenseMatrix.Padded(n);
        double[,] expected = new double[m, n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                expected[i, j] = c.Row(i)[j];
                for (int p = 0; p < k; p++)
                {
                    expected[i, j] += (a.Row(i)[p] + at.Row(p)[i]) * b.Row(p)[j];
                }
            }
        }

        MatrixKernels.MultiplyAdd(m, n, k, a.Pointer, a.Stride, 1, b.Pointer, b.Stride, c.Pointer, c.Stride);
        MatrixKernels.MultiplyAdd(m, n, k, at.Pointer, 1, at.Stride, b.Pointer, b.Stride, c.Pointer, c.Stride);

        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                c.Row(i)[j].ShouldBe(expected[i, j], 1e-12 * k);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(65)]
    [InlineData(130)]
    public void Gram_matrix_agrees_with_the_definition(int columns)
    {
        using DenseMatrix x = RandomMatrix(33, columns, 5);
        using var gram = new DenseMatrix(columns, columns);
        MatrixKernels.AddGram(columns, 33, x.Pointer, x.Stride, gram.Pointer, gram.Stride);

        for (int i = 0; i < columns; i++)
        {
            for (int j = i; j < columns; j++)
            {
                double expected = 0;
                for (int p = 0; p < 33; p++)
                {
                    expected += x.Row(p)[i] * x.Row(p)[j];
                }

                gram.Row(i)[j].ShouldBe(expected, 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(5, 6, 7, 4)]
    [InlineData(64, 4, 256, 4)]
    [InlineData(4, 64, 4, 256)]
    [InlineData(19, 17, 18, 17)]
    [InlineData(17, 19, 17, 19)]
    public void Gram_matrix_of_a_rearranged_weight_agrees_with_the_definition(int m1, int m2, int n1, int n2)
    {
        var shape = new ShapeGroup(m1, m2, n1, n2, 1);
        float[] weight = Reference.Gaussian(m1 * m2 * n1 * n2, m1);
        Matrix<double> r = Reference.Rearrange(weight, m1 * m2, n1 * n2, shape);
        Matrix<double> expected = r.ColumnCount <= r.RowCount ? r.TransposeThisAndMultiply(r) : r.TransposeAndMultiply(r);

        using var gram = new DenseMatrix(expected.RowCount, expected.RowCount);
        fixed (float* pointer = weight)
        {
            var matrix = new RearrangedMatrix(new WeightSource(pointer, m1 * m2, n1 * n2, null), shape);
            GramMatrix.Compute(matrix, gram, CancellationToken.None);
        }

        for (int i = 0; i < gram.Rows; i++)
        {
            for (int j = 0; j < gram.Columns; j++)
            {
                gram.Row(i)[j].ShouldBe(expected[i, j], 1e-9);
            }
        }
    }

    [Fact]
    public void Krylov_finds_a_multiplicity_as_large_as_the_rank()
    {
        // Two distinct eigenvalues: a Krylov space from too narrow a block is exhausted before it holds all ten copies of the larger.
        double[] spectrum = Enumerable.Range(0, 400).Select(i => i < 10 ? 5.0 : 1).ToArray();
        CheckKrylov(spectrum, 10, 1e-10);
    }

    [Fact]
    public void Krylov_reaches_the_energy_of_difficult_spectra()
    {
        CheckKrylov(Enumerable.Range(0, 500).Select(i => 1 - (i * 0.001)).ToArray(), 8, 1e-4);
        CheckKrylov(Enumerable.Range(0, 500).Select(i => Math.Pow(0.5, i)).ToArray(), 20, 1e-4);
        CheckKrylov(Enumerable.Range(0, 500).Select(i => 1 / (1.0 + i)).ToArray(), 30, 1e-4);
        CheckKrylov(Enumerable.Repeat(3.0, 300).ToArray(), 5, 1e-10);
        CheckKrylov(Enumerable.Range(0, 300).Select(i => i < 3 ? 2.0 : 0).ToArray(), 6, 1e-10);
        CheckKrylov(new double[300], 4, 0);
    }

    /// <summary>Residual, orthonormality and order against an independent solver's eigenvalues.</summary>
    private static void CheckEigenpairs(Matrix<double> matrix, int count)
    {
        int n = matrix.RowCount;
        using DenseMatrix copy = Copy(matrix), second = Copy(matrix);
        var values = new double[count];
        using var vectors = new DenseMatrix(n, count);
        SymmetricEigensolver.LeadingEigenpairs(copy, values, vectors);

        double norm = Math.Max(matrix.FrobeniusNorm(), 1e-300);
        double[] expected = matrix.Evd(Symmetricity.Symmetric).EigenValues.Select(v => v.Real).OrderDescending().Take(count).ToArray();
        values.ShouldBe(expected, 1e-13 * n * norm);
        SymmetricEigensolver.Eigenvalues(second, default).Take(count).ShouldBe(expected, 1e-13 * n * norm);
        Matrix<double> v = Matrix<double>.Build.Dense(n, count, (i, j) => vectors.Row(i)[j]);
        (v.TransposeThisAndMultiply(v) - Matrix<double>.Build.DenseIdentity(count)).FrobeniusNorm().ShouldBeLessThan(1e-13 * n);
        ((matrix * v) - (v * Matrix<double>.Build.DenseOfDiagonalArray(values))).FrobeniusNorm().ShouldBeLessThanOrEqualTo(1e-13 * n * norm);
    }

    private static DenseMatrix Copy(Matrix<double> matrix)
    {
        var copy = new DenseMatrix(matrix.RowCount, matrix.ColumnCount);
        for (int i = 0; i < matrix.RowCount; i++)
        {
            for (int j = 0; j < matrix.ColumnCount; j++)
            {
                copy.Row(i)[j] = matrix[i, j];
            }
        }

        return copy;
    }

    private static void CheckKrylov(double[] spectrum, int rank, double tolerance)
    {
        int n = spectrum.Length;
        using var vectors = new DenseMatrix(BlockKrylov.BlockVectors(rank), n);
        var options = new FitOptions();
        (int _, bool converged) = BlockKrylov.Solve(new DiagonalOperator(spectrum), rank, spectrum.Sum(), options, vectors, given: 0, noise: 1e-13, iterations: 0, limit: 300);

        converged.ShouldBeTrue();
        double energy = 0;
        for (int s = 0; s < rank; s++)
        {
            for (int t = 0; t < rank; t++)
            {
                double product = 0;
                for (int i = 0; i < n; i++)
                {
                    product += vectors.Row(s)[i] * vectors.Row(t)[i];
                }

                product.ShouldBe(s == t ? 1 : 0, 1e-12);
            }

            for (int i = 0; i < n; i++)
            {
                energy += vectors.Row(s)[i] * vectors.Row(s)[i] * spectrum[i];
            }
        }

        double rest = spectrum.Skip(rank).Sum();
        (spectrum.Sum() - energy).ShouldBeLessThanOrEqualTo((rest * (1 + tolerance)) + (1e-13 * spectrum[0]));
    }

    private static DenseMatrix RandomMatrix(int rows, int columns, int seed)
    {
        var matrix = new DenseMatrix(rows, columns);
        float[] values = Reference.Gaussian(rows * columns, seed);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                matrix.Row(i)[j] = values[(i * columns) + j];
            }
        }

        return matrix;
    }
}
