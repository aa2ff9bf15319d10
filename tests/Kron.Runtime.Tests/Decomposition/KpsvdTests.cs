using System;
using System.Linq;
using Kron.Decomposition;
using MathNet.Numerics.LinearAlgebra;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition;

public class KpsvdTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(1, 1, 1, 1, 3)]
    [InlineData(2, 3, 5, 7, 1)]
    [InlineData(2, 3, 5, 7, 4)]
    [InlineData(13, 2, 3, 11, 6)]
    [InlineData(2, 13, 11, 3, 6)]
    [InlineData(1, 17, 19, 1, 5)]
    [InlineData(17, 1, 1, 19, 5)]
    [InlineData(17, 1, 19, 1, 1)]
    [InlineData(1, 17, 1, 19, 2)]
    [InlineData(8, 4, 16, 25, 5)]
    [InlineData(4, 8, 25, 16, 5)]
    public void Error_is_the_optimum(int m1, int m2, int n1, int n2, int r)
    {
        var shape = new ShapeGroup(m1, m2, n1, n2, r);
        float[] weight = Reference.Gaussian(m1 * m2 * n1 * n2, seed: 1);
        double norm = Reference.Norm(weight);

        KroneckerFactors factors = Kpsvd.Decompose(weight, shape);

        double optimum = Reference.OptimalError(weight, shape);
        double error = Reference.Distance(weight, Reference.Sum(shape, factors.A, factors.B));
        error.ShouldBeLessThanOrEqualTo((1.0001 * optimum) + (1e-12 * norm));
        factors.RelativeError.ShouldBe(error / norm, 1e-9);
        factors.Converged.ShouldBeTrue();
    }

    [Fact]
    public void Random_shapes_and_spectra_reach_the_optimum()
    {
        var random = new Random(7);
        for (int trial = 0; trial < 60; trial++)
        {
            var shape = new ShapeGroup(random.Next(1, 9), random.Next(1, 9), random.Next(1, 9), random.Next(1, 9), random.Next(1, 8));
            int length = shape.M1 * shape.M2 * shape.N1 * shape.N2;
            float[] weight = Reference.Gaussian(length, trial, scale: Math.Pow(10, random.Next(-20, 20)));
            for (int i = 0; i < length; i++)
            {
                // Uneven magnitudes make a decaying spectrum.
                weight[i] *= (float)Math.Exp(-5.0 * i / length);
            }

            KroneckerFactors factors = Kpsvd.Decompose(weight, shape);

            double[] expected = Reference.SingularValues(weight, shape);
            for (int i = 0; i < shape.R; i++)
            {
                factors.SingularValues[i].ShouldBe(i < expected.Length ? expected[i] : 0, 1e-9 * expected[0], $"{shape}, σ_{i}");
            }

            double error = Reference.Distance(weight, Reference.Sum(shape, factors.A, factors.B));
            error.ShouldBeLessThanOrEqualTo((1.0001 * Reference.OptimalError(weight, shape)) + (1e-12 * expected[0]), shape.ToString());
        }
    }

    [Fact]
    public void A_sum_of_exact_rank_is_recovered()
    {
        var shape = new ShapeGroup(6, 5, 7, 4, 3);
        double[] a = Reference.Gaussian(3 * 42, 2).Select(v => (double)v).ToArray();
        double[] b = Reference.Gaussian(3 * 20, 3).Select(v => (double)v).ToArray();
        float[] weight = Reference.Sum(shape, a, b).Cast<double>().Select(v => (float)v).ToArray();

        KroneckerFactors factors = Kpsvd.Decompose(weight, shape);

        factors.RelativeError.ShouldBeLessThan(1e-6);
        (Reference.Distance(weight, Reference.Sum(shape, factors.A, factors.B)) / Reference.Norm(weight)).ShouldBeLessThan(1e-6);
    }

    [Fact]
    public void Factors_share_each_singular_value_evenly_are_orthogonal_and_have_the_documented_sign()
    {
        var shape = new ShapeGroup(4, 3, 5, 6, 5);
        KroneckerFactors factors = Kpsvd.Decompose(Reference.Gaussian(360, 4), shape);

        for (int s = 0; s < 5; s++)
        {
            double[] aS = factors.A.Skip(s * 20).Take(20).ToArray();
            aS.MaxBy(Math.Abs).ShouldBeGreaterThan(0);
            for (int t = 0; t < 5; t++)
            {
                double expected = s == t ? factors.SingularValues[s] : 0;
                factors.A.Skip(t * 20).Take(20).Zip(aS, (x, y) => x * y).Sum().ShouldBe(expected, 1e-9);
                factors.B.Skip(t * 18).Take(18).Zip(factors.B.Skip(s * 18).Take(18), (x, y) => x * y).Sum().ShouldBe(expected, 1e-9);
            }
        }

        factors.SingularValues.ShouldBe(factors.SingularValues.OrderDescending());
    }

    [Fact]
    public void Products_beyond_the_rank_are_zero()
    {
        KroneckerFactors factors = Kpsvd.Decompose(Reference.Gaussian(2 * 3 * 2 * 2, 5), new ShapeGroup(2, 3, 2, 2, 7));

        factors.SingularValues[3].ShouldBeGreaterThan(0);
        factors.SingularValues.Skip(4).ShouldAllBe(v => v == 0);
        factors.A.Skip(4 * 4).ShouldAllBe(v => v == 0);
        factors.B.Skip(4 * 6).ShouldAllBe(v => v == 0);
        factors.RelativeError.ShouldBeLessThan(1e-14);

        // A rank-one weight of whole numbers leaves nothing but rounding, which is not passed on as a factor.
        var ones = new float[36];
        Array.Fill(ones, 3);
        KroneckerFactors constant = Kpsvd.Decompose(ones, new ShapeGroup(2, 3, 3, 2, 4));
        constant.SingularValues.ShouldBe([18, 0, 0, 0], 1e-12);
        constant.A.Skip(6).ShouldAllBe(v => v == 0);
    }

    [Fact]
    public void A_zero_weight_has_zero_factors_and_no_error()
    {
        KroneckerFactors factors = Kpsvd.Decompose(new float[24], new ShapeGroup(2, 2, 3, 2, 2));

        factors.A.ShouldAllBe(v => v == 0);
        factors.B.ShouldAllBe(v => v == 0);
        factors.RelativeError.ShouldBe(0);
    }

    [Fact]
    public void Equal_calls_give_equal_factors()
    {
        // Large enough to run in parallel parts.
        float[] weight = Reference.Gaussian(64 * 96 * 128, 6);
        var shape = new ShapeGroup(64, 1, 96, 128, 3);

        KroneckerFactors first = Kpsvd.Decompose(weight, shape), second = Kpsvd.Decompose(weight, shape);

        second.A.ShouldBe(first.A);
        second.B.ShouldBe(first.B);
    }

    [Theory]
    [InlineData(1, 1200, 1200, 1, 10)]
    [InlineData(1200, 1, 1, 1300, 10)]
    [InlineData(30, 40, 40, 30, 25)]
    public void A_large_short_side_reaches_the_optimum_of_a_slowly_decaying_spectrum(int m1, int m2, int n1, int n2, int r)
    {
        var shape = new ShapeGroup(m1, m2, n1, n2, r);
        int p = m1 * n1, q = m2 * n2, rank = Math.Min(p, q);
        double[] spectrum = Enumerable.Range(0, rank).Select(i => 1 / Math.Sqrt(1 + (0.1 * i))).ToArray();
        float[] weight = Reference.WithSpectrum(shape, spectrum);

        KroneckerFactors factors = Kpsvd.Decompose(weight, shape);

        factors.Converged.ShouldBeTrue();
        factors.Iterations.ShouldBeGreaterThan(1);
        double optimum = Reference.Norm(spectrum.Skip(r)) / Reference.Norm(spectrum);
        factors.RelativeError.ShouldBeInRange(0.99999 * optimum, 1.0001 * optimum);
    }

    [Fact]
    public void Too_few_iterations_are_reported_and_still_give_a_fit()
    {
        var shape = new ShapeGroup(1, 1200, 1100, 1, 4);
        float[] weight = Reference.WithSpectrum(shape, Enumerable.Range(0, 1100).Select(i => 1 - (i / 2000.0)).ToArray());

        KroneckerFactors factors = Kpsvd.Decompose(weight, shape, new FitOptions { MaxIterations = 1 });

        factors.Converged.ShouldBeFalse();
        factors.Iterations.ShouldBe(1);
        factors.RelativeError.ShouldBeInRange(0.9, 1);
    }

    [Fact]
    public void Formulation_III_reads_the_image_with_height_and_width_swapped()
    {
        const int Channels = 3, Height = 4, Width = 5, Rows = 6;
        float[] weight = Reference.Gaussian(Rows * Channels * Height * Width, 8);
        var swapped = new float[weight.Length];
        for (int i = 0; i < Rows; i++)
        {
            for (int c = 0; c < Channels; c++)
            {
                for (int h = 0; h < Height; h++)
                {
                    for (int w = 0; w < Width; w++)
                    {
                        swapped[(i * 60) + (((c * Width) + w) * Height) + h] = weight[(i * 60) + (((c * Height) + h) * Width) + w];
                    }
                }
            }
        }

        KroneckerFactors actual = Kpsvd.Decompose(
            weight, new ShapeGroup(3, 2, Channels * Width, Height, 2, Formulation.III), image: (Channels, Height, Width));
        KroneckerFactors expected = Kpsvd.Decompose(swapped, new ShapeGroup(3, 2, Channels * Width, Height, 2));

        actual.A.ShouldBe(expected.A);
        actual.B.ShouldBe(expected.B);

        // The weights' entries are summed in different orders.
        actual.RelativeError.ShouldBe(expected.RelativeError, 1e-14);
    }

    [Fact]
    public void Hostile_arguments_are_named()
    {
        var shape = new ShapeGroup(2, 2, 3, 2, 1);
        Should.Throw<ArgumentException>(() => Kpsvd.Decompose(new float[23], shape)).Message.ShouldContain("4 × 6 floats, but holds 23");
        Should.Throw<ArgumentException>(() => Kpsvd.Decompose([], new ShapeGroup(0, 2, 3, 2, 1))).ParamName.ShouldBe("shape");
        Should.Throw<ArgumentException>(() => Kpsvd.Decompose([], new ShapeGroup(1, 1, 1, 1, -1))).ParamName.ShouldBe("shape");
        Should.Throw<ArgumentException>(() => Kpsvd.Decompose([1], new ShapeGroup(65536, 65536, 65536, 65536, 1))).ParamName.ShouldBe("weight");
        Should.Throw<ArgumentException>(() => Kpsvd.Decompose(new float[24], shape with { Formulation = Formulation.III })).ParamName.ShouldBe("image");
        Should.Throw<ArgumentException>(() => Kpsvd.Decompose(new float[24], shape, new FitOptions { MaxIterations = 0 })).ParamName.ShouldBe("options");
        Should.Throw<ArgumentException>(() => Kpsvd.Decompose(new float[24], shape, new FitOptions { Tolerance = double.NaN })).ParamName.ShouldBe("options");

        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            var weight = new float[24];
            weight[13] = bad;
            weight[20] = float.NaN;
            Should.Throw<ArgumentException>(() => Kpsvd.Decompose(weight, shape)).Message.ShouldContain("weight[13] (row 2, column 1)");
        }
    }

    [Fact]
    public void Extreme_but_finite_magnitudes_are_fitted()
    {
        foreach (float scale in new[] { 0.8e38f, 1e-38f, float.Epsilon * 1000 })
        {
            float[] weight = [scale, 2 * scale, 2 * scale, 4 * scale];

            // [1 2; 2 4] = [1; 2] ⊗ [1 2].
            KroneckerFactors factors = Kpsvd.Decompose(weight, new ShapeGroup(2, 1, 1, 2, 1));

            factors.RelativeError.ShouldBeLessThan(1e-12);
        }
    }

    [Theory]
    [InlineData(64, 4, 256, 25, 5)]
    [InlineData(128, 2, 1280, 5, 1)]
    public void The_papers_digit_layers_take_one_pass(int m1, int m2, int n1, int n2, int r)
    {
        float[] weight = Reference.Gaussian(256 * 6400, 9);
        var shape = new ShapeGroup(m1, m2, n1, n2, r);
        KroneckerFactors factors = Kpsvd.Decompose(weight, shape);

        // One pass over the weight and a small eigenproblem: this, not a clock that other processes disturb, makes it fast.
        factors.Iterations.ShouldBe(1);
        Matrix<double> rearranged = Reference.Rearrange(weight, 256, 6400, shape);
        double[] expected = rearranged.TransposeThisAndMultiply(rearranged).Evd(Symmetricity.Symmetric)
            .EigenValues.Select(v => v.Real).OrderDescending().Take(r).ToArray();
        factors.SingularValues.Select(v => v * v).ShouldBe(expected, 1e-6 * expected[0]);
    }
}
