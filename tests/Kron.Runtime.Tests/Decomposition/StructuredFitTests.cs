using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using Kron.Decomposition;
using Kron.Runtime.Tests.IO;
using MathNet.Numerics.LinearAlgebra;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition;

public class StructuredFitTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 12, 1)]
    [InlineData(3, 12, 5)]
    [InlineData(2, 12, 11)]
    [InlineData(2, 12, 12)]
    [InlineData(5, 97, 41)]
    public void The_residual_is_orthogonal_to_every_column(int outputs, int inputs, int structured)
    {
        float[] weight = Reference.Gaussian(outputs * inputs, inputs + structured);
        var alpha = new float[outputs * structured];

        FitReport report = StructuredFit.Project(weight, outputs, inputs, structured, alpha);

        Matrix<double> columns = Windows(inputs, structured);
        Matrix<double> w = Dense(weight, outputs, inputs), rest = w - (Dense(alpha, outputs, structured) * columns.Transpose());
        (rest * columns).Enumerate().ShouldAllBe(product => Math.Abs(product) < 1e-5 * inputs);
        report.RelativeError.ShouldBe(rest.FrobeniusNorm() / w.FrobeniusNorm(), 1e-12);
        report.Parameters.ShouldBe(outputs * structured);
        report.DenseParameters.ShouldBe(outputs * inputs);
        report.Groups.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(2, 6, 3, 3, 4, 2, 2)]
    [InlineData(3, 4, 5, 2, 4, 1, 2)]
    [InlineData(1, 8, 1, 7, 3, 1, 4)]
    public void Kernels_are_projected_on_the_Kronecker_product_of_the_axes(int outputs, int c, int h, int w, int sc, int sh, int sw)
    {
        int length = c * h * w, reduced = sc * sh * sw;
        float[] weight = Reference.Gaussian(outputs * length, length);
        var alpha = new float[outputs * reduced];

        FitReport report = StructuredFit.Project(weight, outputs, (c, h, w), (sc, sh, sw), alpha);

        Matrix<double> a = Windows(c, sc).KroneckerProduct(Windows(h, sh)).KroneckerProduct(Windows(w, sw));
        Matrix<double> dense = Dense(weight, outputs, length), expected = a.QR().Solve(dense.Transpose()).Transpose();
        alpha.Select(value => (double)value).ShouldBe(expected.ToRowMajorArray(), 1e-5);
        report.RelativeError.ShouldBe((dense - (expected * a.Transpose())).FrobeniusNorm() / dense.FrobeniusNorm(), 1e-6);

        var expanded = new float[weight.Length];
        StructuredFit.Expand(alpha, outputs, (c, h, w), (sc, sh, sw), expanded);
        expanded.Select(value => (double)value).ShouldBe((Dense(alpha, outputs, reduced) * a.Transpose()).ToRowMajorArray(), 1e-5);
    }

    [Theory]
    [InlineData(4096, 2048)]
    [InlineData(4096, 4095)]
    [InlineData(4096, 7)]
    [InlineData(3000, 2900)]
    public void A_structured_weight_is_recovered(int inputs, int structured)
    {
        float[] alpha = Reference.Gaussian(2 * structured, 3), recovered = new float[alpha.Length];

        // Whole numbers, so that the weight is exact.
        alpha = [.. alpha.Select(value => MathF.Round(100 * value))];
        var weight = new float[2 * inputs];
        StructuredFit.Expand(alpha, 2, inputs, structured, weight);
        for (int i = 0; i < inputs; i++)
        {
            weight[i].ShouldBe(Enumerable.Range(0, structured).Where(j => i >= j && i - j <= inputs - structured).Sum(j => alpha[j]));
        }

        FitReport report = StructuredFit.Project(weight, 2, inputs, structured, recovered);

        recovered.Select(value => (double)value).ShouldBe(alpha.Select(value => (double)value), 1e-7);
        report.RelativeError.ShouldBeLessThan(1e-9);
    }

    [NumpyFact]
    public void Alpha_is_that_of_NumPys_least_squares()
    {
        const int Inputs = 600;
        float[] weight = Reference.Gaussian(Inputs, 12);
        foreach (int structured in new[] { 1, 2, 150, 300, 450, 599, 600 })
        {
            string script = $"""
                import numpy as np, sys
                b = np.array(sys.argv[1].split(), dtype=np.float64)
                i, j = np.arange({Inputs})[:, None], np.arange({structured})[None, :]
                t = ((i >= j) & (i - j <= {Inputs - structured})).astype(np.float64)
                print(*np.linalg.lstsq(t, b, rcond=None)[0])
                """;
            string output = NumpyFactAttribute.Run(script, string.Join(' ', weight.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
            double[] expected = [.. output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
            var alpha = new float[structured];

            StructuredFit.Project(weight, 1, Inputs, structured, alpha);

            double largest = expected.Max(Math.Abs);
            alpha.Select(value => value / largest).ShouldBe(expected.Select(value => value / largest), 1e-7, $"{structured} of {Inputs}");
        }
    }

    [Fact]
    public void A_weight_that_no_window_tells_from_zero_has_alpha_zero()
    {
        // Alternating signs sum to zero over windows of two.
        float[] weight = [1, -1, 1, -1, 1], alpha = [9, 9, 9, 9];

        FitReport report = StructuredFit.Project(weight, 1, 5, 4, alpha);

        alpha.ShouldAllBe(value => Math.Abs(value) < 0.5f);
        report.RelativeError.ShouldBeInRange(0.97, 1);
        StructuredFit.Project(new float[5], 1, 5, 4, alpha).RelativeError.ShouldBe(0);
        alpha.ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void Hostile_arguments_are_named_and_nothing_is_written()
    {
        float[] weight = new float[12], alpha = [7, 7, 7, 7];
        Should.Throw<ArgumentException>(() => StructuredFit.Project(new float[11], 2, 6, 2, alpha)).Message.ShouldContain("2 × 6 × 1 × 1");
        Should.Throw<ArgumentException>(() => StructuredFit.Project(weight, 2, 6, 3, alpha)).ParamName.ShouldBe("alpha");
        Should.Throw<ArgumentException>(() => StructuredFit.Project(weight, 2, 6, 7, alpha)).ParamName.ShouldBe("structured");
        Should.Throw<ArgumentException>(() => StructuredFit.Project(weight, 2, 6, 0, alpha)).ParamName.ShouldBe("structured");
        Should.Throw<ArgumentException>(() => StructuredFit.Project([], 0, 6, 2, [])).ParamName.ShouldBe("outputs");
        Should.Throw<ArgumentException>(() => StructuredFit.Expand(weight.AsSpan(0, 4), 2, 6, 2, weight)).ParamName.ShouldBe("weight");
        Should.Throw<OperationCanceledException>(() =>
            StructuredFit.Project(weight, 2, 6, 2, alpha, new FitOptions { CancellationToken = new CancellationToken(canceled: true) }));
        weight[8] = float.NaN;
        Should.Throw<ArgumentException>(() => StructuredFit.Project(weight, 2, 6, 2, alpha)).Message.ShouldContain("weight[8] (row 1, column 2)");
        alpha.ShouldAllBe(value => value == 7);
    }

    /// <summary>T by its definition.</summary>
    private static Matrix<double> Windows(int size, int reduced) =>
        Matrix<double>.Build.Dense(size, reduced, (i, j) => i >= j && i - j <= size - reduced ? 1 : 0);

    private static Matrix<double> Dense(float[] values, int rows, int columns) =>
        Matrix<double>.Build.Dense(rows, columns, (i, j) => values[(i * columns) + j]);
}
