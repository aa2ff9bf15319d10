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
}
