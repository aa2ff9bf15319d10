using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;
using Kron.Decomposition;
using MathNet.Numerics.LinearAlgebra;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition;

public class ConvolutionFitTests
{
    // o1, c1, h1, w1, o2, c2, h2, w2, r.
    public static TheoryData<int[]> Shapes => new()
    {
        new[] { 4, 3, 3, 1, 2, 2, 1, 3, 2 },    // the paper's: a vertical and a horizontal factor
        new[] { 1, 6, 3, 1, 8, 1, 1, 3, 3 },    // Jaderberg's first scheme, the low-rank convolution
        new[] { 1, 6, 1, 1, 8, 1, 3, 3, 3 },    // and the second one
        new[] { 4, 2, 2, 3, 2, 3, 3, 2, 3 },    // kernels of 6 × 6 that dilation makes
        new[] { 2, 2, 1, 2, 5, 3, 4, 1, 2 },    // the long side is B's
        new[] { 3, 2, 5, 1, 1, 4, 1, 1, 1 },
        new[] { 3, 4, 1, 1, 2, 2, 1, 1, 4 },    // 1 × 1
        new[] { 1, 1, 1, 1, 3, 4, 3, 3, 1 },    // dense
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void One_group_reaches_the_optimum(int[] sizes)
    {
        ShapeGroup shape = Of(sizes);
        LayerDefinition layer = Kernels.Layer([shape]);
        int length = Kernels.LengthA(shape) * Kernels.LengthB(shape), rank = Math.Min(Kernels.LengthA(shape), Kernels.LengthB(shape));
        float[][] weights =
        [
            Reference.Gaussian(length, 1),
            Kernels.WithSpectrum(shape, [.. Enumerable.Range(0, rank).Select(i => Math.Pow(0.7, i))]),
            Kernels.WithSpectrum(shape, [.. Enumerable.Range(0, rank).Select(i => 1.0 / (i + 1))]),
        ];
        foreach (float[] weight in weights)
        {
            float[] parameters = Parameters(layer);

            FitReport report = KroneckerFit.Fit(layer, weight, parameters);

            double norm = Reference.Norm(weight), optimum = Kernels.OptimalError(weight, shape);
            double error = Reference.Distance(weight, Kernels.Expand([shape], parameters));
            error.ShouldBeInRange(((1 - 1e-6) * optimum) - (1e-6 * norm), (1.0001 * optimum) + (1e-6 * norm));
            report.RelativeError.ShouldBe(error / norm, 1e-9);
            report.Groups.ShouldHaveSingleItem().Shape.ShouldBe(shape);
            report.Parameters.ShouldBe(shape.R * (Kernels.LengthA(shape) + Kernels.LengthB(shape)));
            report.DenseParameters.ShouldBe(length);
            report.DenseMultiplyAdds.ShouldBe((long)length * layer.Pixels);
            report.MultiplyAdds.ShouldBe(layer.MultiplyAdds);
        }
    }

    [Fact]
    public void A_large_kernel_with_a_slow_spectrum_reaches_the_optimum()
    {
        // 1152 × 1080: too long a side for the Gram matrix.
        ShapeGroup shape = Kernels.Shape(24, 16, 3, 1, 30, 12, 1, 3, 12);
        double[] spectrum = [.. Enumerable.Range(0, 1080).Select(i => 1 / Math.Sqrt(i + 1))];
        float[] weight = Kernels.WithSpectrum(shape, spectrum);
        LayerDefinition layer = Kernels.Layer([shape]);

        FitReport report = KroneckerFit.Fit(layer, weight, Parameters(layer));

        double optimum = Reference.Norm(spectrum.Skip(12)) / Reference.Norm(spectrum);
        report.RelativeError.ShouldBeInRange((1 - 1e-5) * optimum, 1.0001 * optimum);
        report.Groups[0].Iterations.ShouldBeGreaterThan(1);
        report.Converged.ShouldBeTrue();
    }

    [Fact]
    public void Several_groups_end_where_each_is_optimal_for_what_the_others_leave_over()
    {
        ShapeGroup[] shapes = [Kernels.Shape(4, 3, 3, 1, 2, 2, 1, 3, 2), Kernels.Shape(2, 2, 1, 3, 4, 3, 3, 1, 2), Kernels.Shape(8, 2, 3, 3, 1, 3, 1, 1, 1)];
        LayerDefinition layer = Kernels.Layer(shapes, bias: BiasMode.None);
        float[] weight = Reference.Gaussian(8 * 6 * 9, 2), greedy = Parameters(layer), parameters = Parameters(layer);

        FitReport before = KroneckerFit.Fit(layer, weight, greedy, new FitOptions { MaxSweeps = 0 });
        FitReport report = KroneckerFit.Fit(layer, weight, parameters, new FitOptions { SweepTolerance = 1e-9, MaxSweeps = 2000 });

        double norm = Reference.Norm(weight), error = report.RelativeError * norm;
        before.RelativeError.ShouldBe(Reference.Distance(weight, Kernels.Expand(shapes, greedy)) / norm, 1e-9);
        before.Groups[0].RelativeError.ShouldBe(Kernels.OptimalError(weight, shapes[0]) / norm, 1e-6);
        report.RelativeError.ShouldBe(Reference.Distance(weight, Kernels.Expand(shapes, parameters)) / norm, 1e-9);
        report.RelativeError.ShouldBeLessThan(0.99 * before.RelativeError);
        int offset = 0;
        foreach (ShapeGroup shape in shapes)
        {
            int length = shape.R * (Kernels.LengthA(shape) + Kernels.LengthB(shape));
            float[] others = [.. parameters];
            Array.Clear(others, offset, length);
            double[] sum = Kernels.Expand(shapes, others);
            Kernels.OptimalError([.. weight.Select((w, i) => (float)(w - sum[i]))], shape).ShouldBe(error, 1e-4 * error);
            offset += length;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Expand_agrees_with_the_definition(int[] sizes)
    {
        // With a second group, its factors exchanged.
        ShapeGroup first = Of(sizes), second = Of([.. sizes[4..8], .. sizes[..4], 2]);
        foreach (ShapeGroup[] groups in (ShapeGroup[][])[[first], [first, second]])
        {
            LayerDefinition layer = Kernels.Layer(groups);
            float[] parameters = Reference.Gaussian(Parameters(layer).Length, 3);
            var weight = new float[Kernels.LengthA(first) * Kernels.LengthB(first)];

            KroneckerFit.Expand(layer, parameters, weight);

            weight.Select(v => (double)v).ShouldBe(Kernels.Expand(groups, parameters), 1e-5);
        }
    }

    [Theory]
    [InlineData(8, 6, 3, 5)]
    [InlineData(2, 1, 5, 3)]
    [InlineData(7, 4, 1, 2)]
    [InlineData(3, 2, 3, 9)]
    public void A_low_rank_convolution_is_the_closed_form(int outputs, int channels, int d, int rank)
    {
        LayerDefinition layer = Kernels.LowRank(outputs, channels, d, rank);
        float[] weight = Reference.Gaussian(outputs * channels * d * d, rank), parameters = Parameters(layer);
        Array.Fill(parameters, 7);

        FitReport report = KroneckerFit.Fit(layer, weight, parameters);

        // Of the pair as two convolutions compute it, V [K, c, d, 1] and then H [o, K, 1, d].
        float[] vertical = parameters[..(rank * channels * d)], horizontal = parameters[vertical.Length..^outputs];
        var expected = new double[weight.Length];
        var matrix = Matrix<double>.Build.Dense(channels * d, d * outputs);
        for (int i = 0; i < weight.Length; i++)
        {
            int x = i % d, y = i / d % d, c = i / (d * d) % channels, o = i / (d * d * channels);
            matrix[(c * d) + y, (x * outputs) + o] = weight[i];
            expected[i] = Enumerable.Range(0, rank).Sum(k => (double)vertical[(((k * channels) + c) * d) + y] * horizontal[(((o * rank) + k) * d) + x]);
        }

        double norm = Reference.Norm(weight), optimum = Reference.Norm(matrix.Svd(false).S.Skip(rank)) / norm;
        (Reference.Distance(weight, expected) / norm).ShouldBe(optimum, 1e-6);
        report.RelativeError.ShouldBe(optimum, 1e-6);
        report.Parameters.ShouldBe(rank * d * (channels + outputs));
        parameters[^outputs..].ShouldAllBe(bias => bias == 7);

        var expanded = new float[weight.Length];
        KroneckerFit.Expand(layer, parameters, expanded);
        expanded.Select(v => (double)v).ShouldBe(expected, 1e-5);
    }

    [Fact]
    public void The_decomposition_takes_kernels_too()
    {
        ShapeGroup shape = Kernels.Shape(2, 3, 3, 1, 4, 2, 1, 2, 2);
        float[] weight = Reference.Gaussian(8 * 6 * 3 * 2, 4);

        KroneckerFactors factors = Kpsvd.Decompose(weight, shape);

        double[] expected = [.. Kernels.Rearrange(weight, shape).Svd(false).S];
        factors.SingularValues.ShouldBe(expected[..2], 1e-9 * expected[0]);
        factors.RelativeError.ShouldBe(Reference.Norm(expected.Skip(2)) / Reference.Norm(weight), 1e-9);
        Should.Throw<ArgumentException>(() => Kpsvd.Decompose(weight, shape with { H2 = 2 })).Message.ShouldContain("= 8 × 72 floats, but holds 288");
        Should.Throw<ArgumentException>(() => Kpsvd.Decompose(weight, shape with { W1 = 0 })).Message.ShouldContain("(2, 3, 3, 0, 4, 2, 1, 2, 2)");
    }

    [Fact]
    public void A_structured_convolution_is_projected_and_says_its_residual()
    {
        LayerDefinition layer = Kernels.Layer(LayerKind.Structured, new ImageWindow(6, 8, 8, 3, 3, 1, 1, 1, 1), 5, structured: (4, 2, 2));
        float[] weight = Reference.Gaussian(5 * 6 * 9, 5), parameters = Parameters(layer);
        Array.Fill(parameters, 7);

        FitReport report = KroneckerFit.Fit(layer, weight, parameters);

        Matrix<double> a = Windows(6, 4).KroneckerProduct(Windows(3, 2)).KroneckerProduct(Windows(3, 2));
        var dense = Matrix<double>.Build.Dense(5, 54, (i, j) => weight[(i * 54) + j]);
        Matrix<double> alpha = a.QR().Solve(dense.Transpose()).Transpose(), nearest = alpha * a.Transpose();
        parameters.Take(80).Select(v => (double)v).ShouldBe(alpha.ToRowMajorArray(), 1e-5);
        parameters.Skip(80).ShouldBe([7, 7, 7, 7, 7]);
        report.RelativeError.ShouldBe((dense - nearest).FrobeniusNorm() / dense.FrobeniusNorm(), 1e-6);
        (report.Parameters, report.DenseParameters, report.MultiplyAdds, report.DenseMultiplyAdds).ShouldBe((80, 270, 80 * 64, 270 * 64));
        var expanded = new float[270];
        KroneckerFit.Expand(layer, parameters, expanded);
        expanded.Select(v => (double)v).ShouldBe(nearest.ToRowMajorArray(), 1e-5);
    }

    [Fact]
    public void A_structured_layer_is_projected()
    {
        var layer = new LayerDefinition { Name = "Tests.Structured", Attributes = "", Kind = LayerKind.Structured, Inputs = 7, Outputs = 3, Groups = [], Structured = (4, 1, 1) };
        float[] weight = Reference.Gaussian(21, 6), parameters = Parameters(layer), expanded = new float[21];

        FitReport report = KroneckerFit.Fit(layer, weight, parameters);

        Matrix<double> a = Windows(7, 4);
        var dense = Matrix<double>.Build.Dense(3, 7, (i, j) => weight[(i * 7) + j]);
        Matrix<double> alpha = a.QR().Solve(dense.Transpose()).Transpose();
        parameters[..12].Select(v => (double)v).ShouldBe(alpha.ToRowMajorArray(), 1e-5);
        (report.Parameters, report.MultiplyAdds, report.DenseMultiplyAdds).ShouldBe((12, 12, 21));
        KroneckerFit.Expand(layer, parameters, expanded);
        expanded.Select(v => (double)v).ShouldBe((alpha * a.Transpose()).ToRowMajorArray(), 1e-5);
    }

    [Fact]
    public void A_dense_convolution_copies()
    {
        LayerDefinition layer = Kernels.Layer(LayerKind.Dense, new ImageWindow(2, 5, 6, 3, 2, 1, 1, 0, 0), 3);
        float[] weight = Reference.Gaussian(36, 7), parameters = Parameters(layer), expanded = new float[36];

        FitReport report = KroneckerFit.Fit(layer, weight, parameters);

        parameters[..36].ShouldBe(weight);
        (report.RelativeError, report.Parameters, report.MultiplyAdds).ShouldBe((0, 36, 36 * 15));
        KroneckerFit.Expand(layer, parameters, expanded);
        expanded.ShouldBe(weight);
    }

    [Fact]
    public void Wrong_arguments_are_named_and_nothing_is_written()
    {
        LayerDefinition layer = Kernels.Layer([Kernels.Shape(2, 3, 3, 1, 1, 1, 1, 2, 1)]);
        float[] parameters = Parameters(layer), weight = Reference.Gaussian(36, 8);
        Array.Fill(parameters, 5);

        Should.Throw<ArgumentException>(() => KroneckerFit.Fit(layer, new float[35], parameters)).Message.ShouldContain("weight must hold 36 floats, o × c × h × w = 2 × 3 × 3 × 2, but holds 35");
        Should.Throw<ArgumentException>(() => KroneckerFit.Expand(layer, parameters, new float[37])).ParamName.ShouldBe("weight");
        Should.Throw<InvalidOperationException>(() => KroneckerFit.Fit(Kernels.Layer(layer.Groups, nonlinearity: Nonlinearity.PerTerm), weight, parameters)).Message.ShouldContain("no dense weight");
        weight[19] = float.NaN;
        Should.Throw<ArgumentException>(() => KroneckerFit.Fit(layer, weight, parameters)).Message.ShouldContain("weight[19] (row 1, column 1) is NaN");
        parameters.ShouldAllBe(value => value == 5);
    }

    [Theory]
    [InlineData(LayerKind.MaxPool)]
    [InlineData(LayerKind.AveragePool)]
    [InlineData(LayerKind.BatchNorm)]
    public void Layers_without_a_weight_say_so(LayerKind kind)
    {
        LayerDefinition layer = Kernels.Layer(kind, new ImageWindow(2, 4, 4, 1, 1, 1, 1, 0, 0), 2);
        float[] parameters = Parameters(layer);

        Should.Throw<InvalidOperationException>(() => KroneckerFit.Fit(layer, new float[4], parameters)).Message.ShouldBe($"Tests.Image is a layer of kind {kind}, which has no dense weight to fit or to expand to.");
        Should.Throw<InvalidOperationException>(() => KroneckerFit.Expand(layer, parameters, new float[4])).Message.ShouldContain("no dense weight");
    }

    [Fact]
    public void A_fit_to_inputs_is_refused_with_what_is_expected()
    {
        var moments = new InputMoments(54);
        moments.Add(Reference.Gaussian(540, 9));
        var options = new FitOptions { Inputs = moments };
        LayerDefinition convolution = Kernels.Layer([Kernels.Shape(2, 3, 3, 1, 4, 2, 1, 3, 2)]);
        var structured = new LayerDefinition { Name = "Tests.Structured", Attributes = "", Kind = LayerKind.Structured, Inputs = 54, Outputs = 8, Groups = [], Structured = (9, 1, 1) };
        float[] weight = Reference.Gaussian(8 * 54, 10);

        Should.Throw<NotSupportedException>(() => KroneckerFit.Fit(convolution, weight, Parameters(convolution), options)).Message
            .ShouldBe("A fit to inputs needs a fully-connected layer, dense or a sum of Kronecker products, but Tests.Image is a convolution; fit its weight alone, without FitOptions.Inputs.");
        Should.Throw<NotSupportedException>(() => KroneckerFit.Fit(structured, weight, Parameters(structured), options)).Message.ShouldContain("Tests.Structured is structured");
    }

    private static ShapeGroup Of(int[] sizes) =>
        Kernels.Shape(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], sizes[6], sizes[7], sizes[8]);

    /// <summary>T by its definition.</summary>
    private static Matrix<double> Windows(int size, int reduced) =>
        Matrix<double>.Build.Dense(size, reduced, (i, j) => i >= j && i - j <= size - reduced ? 1 : 0);

    private static float[] Parameters(LayerDefinition layer) => new float[ParameterLayout.Of(layer).Length];
}
