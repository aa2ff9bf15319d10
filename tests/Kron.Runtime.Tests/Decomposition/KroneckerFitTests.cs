using System;
using System.Collections.Generic;
using System.Linq;
using Kron.CompilerServices;
using Kron.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition;

public class KroneckerFitTests
{
    [Fact]
    public void One_group_reaches_the_optimum_and_the_report_says_so()
    {
        var shape = new ShapeGroup(6, 4, 5, 8, 3);
        LayerDefinition layer = Reference.Layer([shape]);
        float[] weight = Reference.Gaussian(24 * 40, 1);
        float[] parameters = Parameters(layer);

        FitReport report = KroneckerFit.Fit(layer, weight, parameters);

        double norm = Reference.Norm(weight), optimum = Reference.OptimalError(weight, shape);
        double error = Reference.Distance(weight, Reference.Expand(layer, parameters));
        error.ShouldBeInRange((1 - 1e-9) * optimum, 1.0001 * optimum);
        report.RelativeError.ShouldBe(error / norm, 1e-9);
        report.EnergyKept.ShouldBe(1 - (error * error / (norm * norm)), 1e-9);
        report.Parameters.ShouldBe(3 * (30 + 32));
        report.DenseParameters.ShouldBe(960);
        report.MultiplyAdds.ShouldBe(3 * Math.Min((6 * 40) + (8 * 24), (4 * 40) + (5 * 24)));
        report.DenseMultiplyAdds.ShouldBe(960);
        report.Converged.ShouldBeTrue();
        report.Elapsed.ShouldBeGreaterThan(TimeSpan.Zero);
        GroupFit group = report.Groups.ShouldHaveSingleItem();
        group.Shape.ShouldBe(shape);
        double[] expected = Reference.SingularValues(weight, shape);
        group.SingularValues.ShouldBe(expected.Take(3), 1e-9 * expected[0]);
    }

    [Fact]
    public void The_bias_is_left_alone()
    {
        LayerDefinition layer = Reference.Layer([new ShapeGroup(2, 2, 3, 2, 1)]);
        float[] parameters = Parameters(layer);
        Array.Fill(parameters, 7);

        KroneckerFit.Fit(layer, Reference.Gaussian(24, 2), parameters);

        parameters.TakeLast(4).ShouldAllBe(v => v == 7);
        parameters.SkipLast(4).ShouldAllBe(v => v != 7);
    }

    [Fact]
    public void Several_groups_are_never_worse_than_the_first_alone_and_each_helps()
    {
        ShapeGroup[] shapes = [new(4, 6, 8, 3, 2), new(6, 4, 3, 8, 2), new(2, 12, 12, 2, 3)];
        for (int seed = 0; seed < 10; seed++)
        {
            float[] weight = Reference.Gaussian(24 * 24, seed);
            LayerDefinition layer = Reference.Layer(shapes);
            float[] parameters = Parameters(layer);

            FitReport report = KroneckerFit.Fit(layer, weight, parameters);

            double norm = Reference.Norm(weight);
            double error = Reference.Distance(weight, Reference.Expand(layer, parameters)) / norm;
            report.RelativeError.ShouldBe(error, 1e-9);
            error.ShouldBeLessThan(Reference.OptimalError(weight, shapes[0]) / norm);
            report.Groups.Select(g => g.RelativeError).ShouldBe(report.Groups.Select(g => g.RelativeError).OrderDescending());
            report.Groups[0].RelativeError.ShouldBe(Reference.OptimalError(weight, shapes[0]) / norm, 1e-6);

            // Each later group is optimal for what the groups before it left.
            float[] first = Parameters(Reference.Layer([shapes[0]], bias: BiasMode.None));
            KroneckerFit.Fit(Reference.Layer([shapes[0]], bias: BiasMode.None), weight, first);
            double[] part = Reference.Expand(Reference.Layer([shapes[0]]), first);
            float[] rest = weight.Select((w, i) => (float)(w - part[i])).ToArray();
            report.Groups[1].RelativeError.ShouldBe(Reference.OptimalError(rest, shapes[1]) / norm, 1e-6);
        }
    }

    [Fact]
    public void A_sum_of_two_shapes_beats_what_either_can_do()
    {
        // Exactly representable by the two shapes together, by neither alone.
        ShapeGroup[] shapes = [new(4, 3, 5, 2, 1), new(3, 4, 2, 5, 1)];
        LayerDefinition layer = Reference.Layer(shapes);
        float[] truth = Parameters(layer);
        Reference.Gaussian(truth.Length, 3).CopyTo(truth, 0);
        for (int i = 0; i < 26; i++)
        {
            truth[i] *= 4;
        }

        float[] weight = Reference.Expand(layer, truth).Select(v => (float)v).ToArray();

        FitReport report = KroneckerFit.Fit(layer, weight, Parameters(layer));

        report.RelativeError.ShouldBeLessThan(0.9 * report.Groups[0].RelativeError);
    }

    [Fact]
    public void Padding_is_read_as_zeros_and_dropped()
    {
        // 11 × 13 padded up to 12 × 14.
        var shape = new ShapeGroup(3, 4, 7, 2, 4);
        LayerDefinition layer = Reference.Layer([shape], outputs: 11, inputs: 13);
        float[] weight = Reference.Gaussian(11 * 13, 4);
        var extended = new float[12 * 14];
        for (int i = 0; i < 11; i++)
        {
            Array.Copy(weight, i * 13, extended, i * 14, 13);
        }

        float[] parameters = Parameters(layer);
        FitReport report = KroneckerFit.Fit(layer, weight, parameters);

        KroneckerFactors expected = Kpsvd.Decompose(extended, shape);
        parameters.Take(expected.A.Length).Select(v => (double)v).ShouldBe(expected.A, 1e-6);
        double error = Reference.Distance(weight, Reference.Expand(layer, parameters));
        report.RelativeError.ShouldBe(error / Reference.Norm(weight), 1e-9);
        error.ShouldBeLessThanOrEqualTo(Reference.OptimalError(extended, shape));

        var actual = new float[weight.Length];
        KroneckerFit.Expand(layer, parameters, actual);
        Reference.Distance(actual, Reference.Expand(layer, parameters)).ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Several_padded_groups_never_lose_on_the_part_that_exists()
    {
        ShapeGroup[] shapes = [new(3, 4, 7, 2, 1), new(4, 3, 2, 7, 1), new(2, 6, 14, 1, 1)];
        LayerDefinition layer = Reference.Layer(shapes, outputs: 7, inputs: 9);
        float[] weight = Reference.Gaussian(63, 5);
        float[] parameters = Parameters(layer);

        FitReport report = KroneckerFit.Fit(layer, weight, parameters);

        report.Groups.Select(g => g.RelativeError).ShouldBe(report.Groups.Select(g => g.RelativeError).OrderDescending());
        report.RelativeError.ShouldBe(Reference.Distance(weight, Reference.Expand(layer, parameters)) / Reference.Norm(weight), 1e-9);
    }

    [Fact]
    public void Formulations_mix_in_one_layer()
    {
        // 3 × 4 × 5 image: I is n1 = c, II n1 = c·h, III n1 = c·w on the swapped image.
        ShapeGroup[] shapes =
        [
            new(4, 3, 3, 20, 2, Formulation.I), new(4, 3, 12, 5, 2, Formulation.II), new(6, 2, 15, 4, 2, Formulation.III),
        ];
        LayerDefinition layer = Reference.Layer(shapes, image: (3, 4, 5));
        float[] weight = Reference.Gaussian(12 * 60, 6);
        float[] parameters = Parameters(layer);

        FitReport report = KroneckerFit.Fit(layer, weight, parameters);

        double error = Reference.Distance(weight, Reference.Expand(layer, parameters));
        report.RelativeError.ShouldBe(error / Reference.Norm(weight), 1e-9);
        report.Groups[2].RelativeError.ShouldBeLessThan(0.95 * report.Groups[1].RelativeError);
    }

    [Fact]
    public void Expand_agrees_with_the_definition_for_random_layers()
    {
        var random = new Random(8);
        for (int trial = 0; trial < 80; trial++)
        {
            int c = random.Next(1, 4), h = random.Next(1, 6), w = random.Next(1, 6);
            int m1 = random.Next(1, 8), m2 = random.Next(1, 8), n = c * h * w;
            var shapes = new List<ShapeGroup> { new(m1, m2, c * w, h, random.Next(1, 5), Formulation.III) };
            if (trial % 2 == 0)
            {
                shapes.Add(new ShapeGroup(m2, m1, c, h * w, random.Next(1, 5), Formulation.I));
            }

            if (trial % 4 == 0)
            {
                shapes.Add(new ShapeGroup(1, m1 * m2, n, 1, 2));
            }

            LayerDefinition layer = Reference.Layer(shapes, outputs: random.Next(1, (m1 * m2) + 1), image: (c, h, w));
            float[] parameters = Reference.Gaussian(Parameters(layer).Length, trial);
            var weight = new float[layer.Outputs * layer.Inputs];

            KroneckerFit.Expand(layer, parameters, weight);

            double[] expected = Reference.Expand(layer, parameters);
            for (int i = 0; i < weight.Length; i++)
            {
                ((double)weight[i]).ShouldBe(expected[i], 1e-6 * (1 + Math.Abs(expected[i])));
            }
        }
    }

    [Fact]
    public void What_was_expanded_fits_exactly()
    {
        var shape = new ShapeGroup(5, 7, 11, 3, 3);
        LayerDefinition layer = Reference.Layer([shape]);
        float[] parameters = Reference.Gaussian(Parameters(layer).Length, 9);
        var weight = new float[35 * 33];
        KroneckerFit.Expand(layer, parameters, weight);

        KroneckerFit.Fit(layer, weight, parameters).RelativeError.ShouldBeLessThan(1e-6);
    }

    [Fact]
    public void A_dense_layer_copies()
    {
        LayerDefinition layer = Reference.Layer([], outputs: 3, inputs: 4);
        float[] weight = Reference.Gaussian(12, 10);
        float[] parameters = Parameters(layer);

        FitReport report = KroneckerFit.Fit(layer, weight, parameters);

        parameters.Take(12).ShouldBe(weight);
        report.RelativeError.ShouldBe(0);
        report.Groups.ShouldBeEmpty();
        report.Parameters.ShouldBe(12);
        report.MultiplyAdds.ShouldBe(12);
        var expanded = new float[12];
        KroneckerFit.Expand(layer, parameters, expanded);
        expanded.ShouldBe(weight);
    }

    [Fact]
    public void A_nonlinearity_per_term_has_no_dense_weight()
    {
        LayerDefinition layer = Reference.Layer([new ShapeGroup(2, 2, 2, 2, 2)], nonlinearity: Nonlinearity.PerTerm, activation: Activation.Relu);

        Should.Throw<InvalidOperationException>(() => KroneckerFit.Fit(layer, new float[16], Parameters(layer))).Message.ShouldContain("no dense weight");
        Should.Throw<InvalidOperationException>(() => KroneckerFit.Expand(layer, Parameters(layer), new float[16])).Message.ShouldContain("no dense weight");
    }

    [Fact]
    public void Wrong_arguments_are_named_and_nothing_is_written()
    {
        LayerDefinition layer = Reference.Layer([new ShapeGroup(2, 3, 2, 2, 1)]);
        float[] parameters = Parameters(layer);
        Array.Fill(parameters, 5);
        float[] weight = Reference.Gaussian(24, 11);

        Should.Throw<ArgumentNullException>(() => KroneckerFit.Fit(null!, weight, parameters));
        Should.Throw<ArgumentException>(() => KroneckerFit.Fit(layer, new float[23], parameters)).Message.ShouldContain("6 × 4, but holds 23");
        Should.Throw<ArgumentException>(() => KroneckerFit.Fit(layer, weight, new float[3])).Message.ShouldContain("parameters must hold 16 floats");
        Should.Throw<ArgumentException>(() => KroneckerFit.Expand(layer, new float[3], weight)).ParamName.ShouldBe("parameters");
        Should.Throw<ArgumentException>(() => KroneckerFit.Expand(layer, parameters, new float[3])).ParamName.ShouldBe("weight");
        weight[17] = float.NaN;
        Should.Throw<ArgumentException>(() => KroneckerFit.Fit(layer, weight, parameters)).Message.ShouldContain("weight[17] (row 4, column 1) is NaN");
        Should.Throw<ArgumentException>(() => KroneckerFit.Fit(layer, new float[24], parameters, new FitOptions { Tolerance = 0 }));

        var shared = new float[40];
        Should.Throw<ArgumentException>(() => KroneckerFit.Expand(layer, shared.AsSpan(0, 16), shared.AsSpan(10, 24))).Message.ShouldContain("overlap");
        parameters.ShouldAllBe(v => v == 5);
    }

    private static float[] Parameters(LayerDefinition layer) => new float[ParameterLayout.Of(layer).Length];
}
