using System;
using System.Linq;
using Kron.Decomposition;
using MathNet.Numerics.LinearAlgebra;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition;

public class LowRankTests
{
    [Theory]
    [InlineData(30, 50, 7)]
    [InlineData(50, 30, 1)]
    [InlineData(20, 20, 20)]
    public void A_low_rank_weight_is_the_truncated_singular_value_decomposition(int outputs, int inputs, int rank)
    {
        float[] weight = Reference.Gaussian(outputs * inputs, rank);

        KroneckerWeight fitted = KroneckerWeight.Fit(weight, outputs, inputs, [new ShapeGroup(1, outputs, inputs, 1, rank)], null, out FitReport report);

        var svd = Matrix<double>.Build.Dense(outputs, inputs, (i, j) => weight[(i * inputs) + j]).Svd();
        Matrix<double> expected = svd.U.SubMatrix(0, outputs, 0, rank)
            * Matrix<double>.Build.DenseOfDiagonalArray([.. svd.S.Take(rank)]) * svd.VT.SubMatrix(0, rank, 0, inputs);
        var actual = new float[weight.Length];
        fitted.ToDense(actual);
        actual.Select(value => (double)value).ShouldBe(expected.ToRowMajorArray(), 1e-5);
        report.RelativeError.ShouldBe(Reference.Norm(svd.S.Skip(rank)) / svd.S.L2Norm(), 1e-6);
        report.Parameters.ShouldBe(rank * (outputs + inputs));
    }

    [Theory]
    [InlineData(8, 6, 3, 5)]
    [InlineData(2, 1, 5, 3)]
    [InlineData(7, 4, 1, 2)]
    [InlineData(3, 2, 3, 9)]
    public void A_low_rank_convolution_has_the_error_of_the_singular_values_left_out(int outputs, int channels, int kernel, int rank)
    {
        float[] weight = Reference.Gaussian(outputs * channels * kernel * kernel, rank), vertical = new float[rank * channels * kernel];
        var horizontal = new float[outputs * rank * kernel];

        FitReport report = LowRankConvolution.Fit(weight, outputs, channels, kernel, rank, vertical, horizontal);

        double squares = 0;
        var matrix = Matrix<double>.Build.Dense(channels * kernel, kernel * outputs);
        for (int n = 0; n < outputs; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int y = 0; y < kernel; y++)
                {
                    for (int x = 0; x < kernel; x++)
                    {
                        double value = weight[(((((n * channels) + c) * kernel) + y) * kernel) + x];
                        matrix[(c * kernel) + y, (x * outputs) + n] = value;
                        for (int k = 0; k < rank; k++)
                        {
                            value -= (double)vertical[(((k * channels) + c) * kernel) + y] * horizontal[(((n * rank) + k) * kernel) + x];
                        }

                        squares += value * value;
                    }
                }
            }
        }

        double norm = Reference.Norm(weight), optimum = Reference.Norm(matrix.Svd(false).S.Skip(rank)) / norm;
        (Math.Sqrt(squares) / norm).ShouldBe(optimum, 1e-6);
        report.RelativeError.ShouldBe(optimum, 1e-6);
        report.Parameters.ShouldBe(rank * kernel * (channels + outputs));
        report.MultiplyAdds.ShouldBe(rank * kernel * (channels + outputs));
    }

    [Fact]
    public void A_bad_convolution_is_named_and_nothing_is_written()
    {
        float[] vertical = [5, 5], horizontal = [5, 5, 5, 5], weight = new float[8];
        weight[5] = float.NegativeInfinity;
        Should.Throw<ArgumentException>(() => LowRankConvolution.Fit(weight, 2, 1, 2, 1, vertical, horizontal, new FitOptions { WeightName = "conv1" }))
            .Message.ShouldContain("conv1[5]");
        Should.Throw<ArgumentException>(() => LowRankConvolution.Fit(new float[7], 2, 1, 2, 1, vertical, horizontal)).ParamName.ShouldBe("weight");
        Should.Throw<ArgumentException>(() => LowRankConvolution.Fit(new float[8], 2, 1, 2, 1, vertical, vertical)).ParamName.ShouldBe("horizontal");
        Should.Throw<ArgumentException>(() => LowRankConvolution.Fit(new float[8], 2, 1, 2, 2, vertical, horizontal)).ParamName.ShouldBe("vertical");
        Should.Throw<ArgumentException>(() => LowRankConvolution.Fit(new float[8], 2, 1, 2, 0, vertical, horizontal)).ParamName.ShouldBe("rank");
        vertical.Concat(horizontal).ShouldAllBe(value => value == 5);
    }
}
