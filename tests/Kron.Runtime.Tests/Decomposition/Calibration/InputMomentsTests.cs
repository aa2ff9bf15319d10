using System;
using System.Linq;
using MathNet.Numerics.LinearAlgebra;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition.Calibration;

public class InputMomentsTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(95, 40)]
    [InlineData(97, 1100)]
    [InlineData(200, 2100)]
    public void The_moments_are_the_sum_of_outer_products(int inputs, int count)
    {
        float[] samples = Samples.Correlated(count, inputs, 1);
        var moments = new InputMoments(inputs);
        moments.Add(samples.AsSpan(0, 3 * inputs));
        moments.Add([]);
        moments.Add(samples.AsSpan(3 * inputs));

        Matrix<double> expected = Samples.Product(samples, inputs), actual = Samples.Matrix(moments);

        moments.Samples.ShouldBe(count);
        (actual - expected).FrobeniusNorm().ShouldBeLessThan(1e-6 * expected.FrobeniusNorm());
        (actual - actual.Transpose()).FrobeniusNorm().ShouldBe(0);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(20)]
    public void How_samples_are_cut_into_batches_changes_nothing(int maxFullSize)
    {
        float[] samples = Samples.Correlated(1500, 40, 2);
        InputMoments whole = new(40, 6, maxFullSize), pieces = new(40, 6, maxFullSize);
        whole.Add(samples);
        for (int first = 0; first < 1500; first += 7)
        {
            pieces.Add(samples.AsSpan(first * 40, Math.Min(7, 1500 - first) * 40));
        }

        (Samples.Matrix(whole) - Samples.Matrix(pieces)).FrobeniusNorm().ShouldBe(0);
    }

    [Theory]
    [InlineData(1, 9)]
    [InlineData(4, 300)]
    [InlineData(10, 300)]
    [InlineData(60, 77)]
    [InlineData(200, 500)]
    public void A_sketch_keeps_the_guarantee_of_frequent_directions_and_the_diagonal(int rows, int count)
    {
        const int Inputs = 60;
        float[] samples = Samples.Correlated(count, Inputs, 3);
        var moments = new InputMoments(Inputs, rows, maxFullSize: 30);
        moments.Add(samples);

        Matrix<double> exact = Samples.Product(samples, Inputs), actual = Samples.Matrix(moments);

        double norm = exact.L2Norm();
        actual.Diagonal().ToArray().ShouldBe(exact.Diagonal().ToArray(), 1e-12 * exact.Trace());
        Matrix<double> lost = exact - actual;
        for (int i = 0; i < Inputs; i++)
        {
            lost[i, i] = 0;
        }

        // What the sketch lost, its diagonal set aside: |E − diag E| with 0 ≤ E ≤ ‖X‖²_F / (ℓ + 1).
        lost.L2Norm().ShouldBeLessThan((exact.Trace() / (Math.Min(rows, Inputs) + 1)) + (1e-12 * norm));
        actual.Evd(Symmetricity.Symmetric).EigenValues.Min(v => v.Real).ShouldBeGreaterThan(-1e-12 * norm);
        if (rows >= Inputs)
        {
            lost.L2Norm().ShouldBeLessThan(1e-9 * norm);
        }
    }

    [Fact]
    public void A_sketch_of_samples_of_few_directions_is_exact()
    {
        float[] directions = Reference.Gaussian(5 * 50, 4), coefficients = Reference.Gaussian(400 * 5, 5);
        Matrix<double> product = Samples.Rows(coefficients, 5) * Samples.Rows(directions, 50);
        float[] samples = product.ToRowMajorArray().Select(v => (float)v).ToArray();
        var moments = new InputMoments(50, 8, maxFullSize: 10);
        moments.Add(samples);

        Matrix<double> exact = Samples.Product(samples, 50);
        (Samples.Matrix(moments) - exact).FrobeniusNorm().ShouldBeLessThan(1e-6 * exact.FrobeniusNorm());
    }

    [Fact]
    public void Above_the_limit_no_square_matrix_is_held()
    {
        const int Inputs = 20_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        var moments = new InputMoments(Inputs, 4);
        moments.Add(Reference.Gaussian(9 * Inputs, 6));

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(64L * Inputs * sizeof(double));
        moments.Inputs.ShouldBe(Inputs);
        moments.Samples.ShouldBe(9);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(2)]
    public void What_is_no_sample_is_refused_and_leaves_the_moments_as_they_were(int maxFullSize)
    {
        float[] samples = Samples.Correlated(20, 3, 7);
        InputMoments moments = new(3, 2, maxFullSize), expected = new(3, 2, maxFullSize);
        moments.Add(samples);
        expected.Add(samples);
        float[] broken = [1, 2, 3, 4, 5, float.NaN, 7, 8, float.NegativeInfinity];

        Should.Throw<ArgumentException>(() => moments.Add(broken)).Message.ShouldContain("Input 2 of sample 1 of the batch is NaN");
        Should.Throw<ArgumentException>(() => moments.Add(broken.AsSpan(6))).Message.ShouldContain("Input 2 of sample 0 of the batch is -Infinity");
        Should.Throw<ArgumentException>(() => moments.Add(broken.AsSpan(0, 4))).Message.ShouldContain("whole samples of 3 inputs, but holds 4");
        Should.Throw<ArgumentException>(() => moments.Add([1, 1, 1, 0, 2e19f, 0])).Message.ShouldContain("scale the inputs down");

        moments.Samples.ShouldBe(20);
        (Samples.Matrix(moments) - Samples.Matrix(expected)).FrobeniusNorm().ShouldBe(0);
        moments.Add(samples);
        moments.Samples.ShouldBe(40);
    }

    [Fact]
    public void Sizes_are_checked()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new InputMoments(0)).ParamName.ShouldBe("inputs");
        Should.Throw<ArgumentOutOfRangeException>(() => new InputMoments(-5)).ParamName.ShouldBe("inputs");
        Should.Throw<ArgumentOutOfRangeException>(() => new InputMoments(5, 0)).ParamName.ShouldBe("sketchRows");
        Should.Throw<ArgumentOutOfRangeException>(() => new InputMoments(int.MaxValue, 256)).ParamName.ShouldBe("sketchRows");
    }
}
