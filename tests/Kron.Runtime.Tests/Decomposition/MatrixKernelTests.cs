using System;
using System.Linq;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Kron.Decomposition;
using MathNet.Numerics.LinearAlgebra;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition;

public unsafe class MatrixKernelTests
{
    [Theory]
    [InlineData(1, 16, 1)]
    [InlineData(4, 48, 300)]
    [InlineData(7, 80, 33)]
    [InlineData(50, 32, 260)]
    public void Every_width_and_precision_agrees_with_the_definition(int m, int n, int k)
    {
        CheckAll<Lanes128<double>, Vector128<double>, Lanes128<float>, Vector128<float>>(m, n, k);
        if (Avx.IsSupported)
        {
            CheckAll<Lanes256<double>, Vector256<double>, Lanes256<float>, Vector256<float>>(m, n, k);
        }

        if (Avx512F.IsSupported)
        {
            CheckAll<Lanes512<double>, Vector512<double>, Lanes512<float>, Vector512<float>>(m, n, k);
        }
    }

    [Fact]
    public void Slices_cover_all_columns_once()
    {
        foreach ((int columns, long work) in new[] { (5, 1L), (16, long.MaxValue), (100, long.MaxValue), (4096, long.MaxValue) })
        {
            var covered = new int[DenseMatrix.Padded(columns)];
            MatrixKernels.ForEachSlice(columns, work, (slice, first, length) =>
            {
                slice.ShouldBeLessThan(MatrixKernels.SliceCount(work));
                for (long i = first; i < first + length; i++)
                {
                    covered[i]++;
                }
            });
            covered.ShouldAllBe(times => times == 1);
        }
    }

    [Fact]
    public void The_bound_on_what_rotations_may_gain_holds_and_is_of_second_order_beside_a_gap()
    {
        const int Size = 24, Wanted = 5;
        for (int trial = 0; trial < 40; trial++)
        {
            double gap = trial % 2 == 0 ? 1 : 1e-3, tilt = Math.Pow(10, -1 - (trial % 4));
            Matrix<double> basis = Gaussian(Size, trial).QR().Q;
            double[] spectrum = [.. Enumerable.Range(0, Size).Select(i => i < Wanted ? 2 + gap + (0.1 * (Wanted - i)) : 2 - (0.05 * i))];
            Matrix<double> g = basis * Matrix<double>.Build.DenseOfDiagonalArray(spectrum) * basis.Transpose();

            // Ritz pairs of a tilted subspace, and the largest eigenvalue of the complement.
            Matrix<double> tilted = (basis.SubMatrix(0, Size, 0, Wanted) + (tilt * Gaussian(Size, 100 + trial).SubMatrix(0, Size, 0, Wanted))).QR().Q;
            Matrix<double> inside = tilted.SubMatrix(0, Size, 0, Wanted);
            var evd = (inside.Transpose() * g * inside).Evd(Symmetricity.Symmetric);
            Matrix<double> ritz = inside * evd.EigenVectors;
            double[] values = [.. evd.EigenValues.Select(value => value.Real).Reverse()];
            double[] residuals = [.. Enumerable.Range(0, Wanted).Select(i => ((g * ritz.Column(Wanted - 1 - i)) - (values[i] * ritz.Column(Wanted - 1 - i))).L2Norm())];
            Matrix<double> projector = Matrix<double>.Build.DenseIdentity(Size) - (inside * inside.Transpose());
            double above = (projector * g * projector).Evd(Symmetricity.Symmetric).EigenValues.Max(value => value.Real);

            double bound = GainBound.Of([.. values, above], [.. residuals, 0], Wanted);

            double gain = spectrum.Take(Wanted).Sum() - values.Sum();
            bound.ShouldBeGreaterThanOrEqualTo(gain - 1e-12, $"trial {trial}");
            double norm = Math.Sqrt(residuals.Sum(r => r * r));
            if (values[^1] > above)
            {
                bound.ShouldBeLessThanOrEqualTo(norm * Math.Min(2 * Math.Sqrt(Wanted), norm / (values[^1] - above)) * (1 + 1e-12));
            }
        }
    }

    private static Matrix<double> Gaussian(int size, int seed) =>
        Matrix<double>.Build.Dense(size, size, [.. Reference.Gaussian(size * size, seed).Select(value => (double)value)]);

    private static void CheckAll<TDouble, TDoubleVector, TSingle, TSingleVector>(int m, int n, int k)
        where TDouble : struct, ILanes<TDoubleVector, double>
        where TDoubleVector : struct
        where TSingle : struct, ILanes<TSingleVector, float>
        where TSingleVector : struct
    {
        Check<TDouble, TDoubleVector, double, double>(m, n, k, 1e-13 * k);
        Check<TDouble, TDoubleVector, double, float>(m, n, k, 1e-13 * k);
        Check<TSingle, TSingleVector, float, float>(m, n, k, 1e-5 * k);
    }

    private static void Check<TLanes, TVector, T, TSource>(int m, int n, int k, double tolerance)
        where TLanes : struct, ILanes<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
        where TSource : unmanaged, INumberBase<TSource>
    {
        // C += A·B with A read either way, then C += B'·A'ᵀ on rows.
        using DenseMatrix<T> a = Random<T>(m, k, 1), across = Random<T>(k, m, 2), c = Random<T>(m, n, 4), right = Random<T>(n, k, 5), sums = Random<T>(m, n, 6);
        using DenseMatrix<TSource> b = Random<TSource>(k, n, 3), left = Random<TSource>(m, k, 7);
        double[,] expected = new double[m, n], expectedSums = new double[m, n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                expected[i, j] = Double(c.Row(i)[j]);
                expectedSums[i, j] = Double(sums.Row(i)[j]);
                for (int p = 0; p < k; p++)
                {
                    expected[i, j] += (Double(a.Row(i)[p]) + Double(across.Row(p)[i])) * Double(b.Row(p)[j]);
                    expectedSums[i, j] += Double(left.Row(i)[p]) * Double(right.Row(j)[p]);
                }
            }
        }

        MatrixTiles<TLanes, TVector, T>.MultiplyAdd(m, n, k, a.Pointer, a.Stride, 1, b.Pointer, b.Stride, c.Pointer, c.Stride);
        MatrixTiles<TLanes, TVector, T>.MultiplyAdd(m, n, k, across.Pointer, 1, across.Stride, b.Pointer, b.Stride, c.Pointer, c.Stride);
        MatrixTiles<TLanes, TVector, T>.MultiplyRowsAdd(m, n, DenseMatrix.Padded(k), left.Pointer, left.Stride, right.Pointer, right.Stride, sums.Pointer, sums.Stride);

        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                Double(c.Row(i)[j]).ShouldBe(expected[i, j], tolerance);
                Double(sums.Row(i)[j]).ShouldBe(expectedSums[i, j], tolerance);
            }
        }
    }

    private static DenseMatrix<T> Random<T>(int rows, int columns, int seed)
        where T : unmanaged, INumberBase<T>
    {
        var matrix = new DenseMatrix<T>(rows, columns);
        float[] values = Reference.Gaussian(rows * columns, seed);
        for (int i = 0; i < values.Length; i++)
        {
            matrix.Row(i / columns)[i % columns] = T.CreateTruncating(values[i]);
        }

        return matrix;
    }

    private static double Double<T>(T value)
        where T : INumberBase<T> => double.CreateTruncating(value);
}
