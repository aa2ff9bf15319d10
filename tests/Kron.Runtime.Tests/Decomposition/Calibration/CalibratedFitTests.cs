using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kron.CompilerServices;
using Kron.Decomposition;
using MathNet.Numerics.LinearAlgebra;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition.Calibration;

public class CalibratedFitTests
{
    private static readonly FitOptions s_tight = new() { MaxSweeps = 3000, SweepTolerance = 1e-9 };

    /// <summary>Layers of every kind: wide and tall factors, degenerate ones, padding, formulations, several groups.</summary>
    public static TheoryData<string> Layers => [.. s_layers.Keys];

    private static readonly Dictionary<string, LayerDefinition> s_layers = new()
    {
        ["left factor larger"] = Reference.Layer([new(6, 2, 8, 3, 2)]),
        ["right factor larger"] = Reference.Layer([new(2, 6, 3, 8, 2)]),
        ["more terms"] = Reference.Layer([new(4, 4, 6, 4, 7)]),
        ["low rank"] = Reference.Layer([new(1, 12, 24, 1, 4)]),
        ["low rank, exchanged"] = Reference.Layer([new(12, 1, 1, 24, 4)]),
        ["columns of one input"] = Reference.Layer([new(4, 3, 24, 1, 2)]),
        ["right side of one input"] = Reference.Layer([new(3, 4, 1, 24, 2)]),
        ["padded"] = Reference.Layer([new(4, 4, 5, 5, 3)], outputs: 13, inputs: 22),
        ["padded by whole blocks"] = Reference.Layer([new(4, 4, 6, 5, 2)], outputs: 9, inputs: 23),
        ["image read by columns"] = Reference.Layer([new(4, 3, 8, 3, 2, Formulation.III)], image: (2, 3, 4)),
        ["two shapes"] = Reference.Layer([new(6, 2, 8, 3, 1), new(2, 6, 4, 6, 2)]),
        ["formulations"] = Reference.Layer(
            [new(4, 3, 2, 12, 1, Formulation.I), new(4, 3, 6, 4, 1, Formulation.II), new(3, 4, 8, 3, 1, Formulation.III)], image: (2, 3, 4)),
        ["two padded shapes"] = Reference.Layer([new(4, 4, 5, 5, 1), new(2, 7, 8, 3, 2)], outputs: 13, inputs: 22),
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void The_output_error_falls_and_is_what_the_result_says(string name)
    {
        LayerDefinition layer = s_layers[name];
        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 1), samples = Samples.Correlated(300, layer.Inputs, 2);
        float[] start = Samples.Start(layer, weight), factors = [.. start];

        CalibrationResult result = CalibratedFit.Improve(layer, weight, factors, Samples.Moments(samples, layer.Inputs), FitOptions.Default);

        double before = Samples.OutputError(layer, weight, start, samples), after = Samples.OutputError(layer, weight, factors, samples);
        result.InitialError.ShouldBe(before, 1e-6);
        result.Error.ShouldBe(after, 1e-6);
        result.WeightError.ShouldBe(Reference.Distance(weight, Reference.Expand(layer, factors)) / Reference.Norm(weight), 1e-6);
        after.ShouldBeLessThan(0.97 * before);
        result.Sweeps.ShouldBeInRange(2, 100);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void No_factor_can_be_changed_a_little_for_the_better(string name)
    {
        LayerDefinition layer = s_layers[name];
        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 3), samples = Samples.Correlated(300, layer.Inputs, 4);
        float[] start = Samples.Start(layer, weight), factors = [.. start];

        CalibratedFit.Improve(layer, weight, factors, Samples.Moments(samples, layer.Inputs), s_tight);

        Gradient(layer, weight, factors, samples).ShouldBeLessThan(1e-3 * Gradient(layer, weight, start, samples));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Each_sweep_lowers_the_objective(string name)
    {
        LayerDefinition layer = s_layers[name];
        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 5), samples = Samples.Correlated(60, layer.Inputs, 6);
        float[] start = Samples.Start(layer, weight);
        double before = Samples.Objective(layer, weight, Doubles(start), samples);
        for (int sweeps = 1; sweeps < 12; sweeps++)
        {
            float[] factors = [.. start];
            List<double> errors = [];
            FitOptions options = new() { MaxSweeps = sweeps, SweepTolerance = 0, Progress = new Recorder(p => errors.Add(p.RelativeError!.Value)) };
            CalibratedFit.Improve(layer, weight, factors, Samples.Moments(samples, layer.Inputs), options);

            double after = Samples.Objective(layer, weight, Doubles(factors), samples);
            after.ShouldBeLessThan(before * (1 + 1e-7));
            before = after;

            // What the second group has at dummies is known from its first half step on.
            errors = name == "two padded shapes" ? errors[2..] : errors;
            errors.ShouldBe(errors.OrderDescending(), 1e-12);
        }
    }

    [Fact]
    public void A_half_step_is_the_solution_of_the_least_squares_problem()
    {
        // One output row of A: the stacked products B·x of all samples against W·x, and λ's rows below.
        var shape = new ShapeGroup(3, 2, 4, 3, 2);
        LayerDefinition layer = Reference.Layer([shape]);
        float[] weight = Reference.Gaussian(6 * 12, 7), samples = Samples.Correlated(40, 12, 8);
        float[] start = Samples.Start(layer, weight);
        using var block = new TermBlock(shape, null, 12, start.AsSpan(0, 24), start.AsSpan(24));

        HalfStep(block, weight, Samples.Moments(samples, 12), solvesLeft: true);

        Matrix<double> solution = LeastSquares(shape, weight, samples, Doubles(block.Right.ToArray()));
        double[] a = block.Left.ToArray();
        for (int t = 0; t < 2; t++)
        {
            for (int i = 0; i < 3; i++)
            {
                for (int j = 0; j < 4; j++)
                {
                    a[(((t * 3) + i) * 4) + j].ShouldBe(solution[(t * 4) + j, i], 1e-5);
                }
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_half_step_without_a_matrix_comes_near_the_exact_one(bool solvesLeft)
    {
        var shape = new ShapeGroup(3, 2, 4, 3, 2);
        float[] weight = Reference.Gaussian(6 * 12, 43), start = Samples.Start(Reference.Layer([shape]), weight);
        InputMoments moments = Samples.Moments(Samples.Correlated(40, 12, 44), 12);
        using TermBlock inexact = new(shape, null, 12, start.AsSpan(0, 24), start.AsSpan(24), maxSystem: 1), exact = new(shape, null, 12, start.AsSpan(0, 24), start.AsSpan(24));

        double none = Samples.Objective(Reference.Layer([shape]), weight, new double[start.Length], Samples.Correlated(40, 12, 44));
        double least = HalfStep(exact, weight, moments, solvesLeft);
        double reached = HalfStep(inexact, weight, moments, solvesLeft);

        // What it says is where it is.
        double[] factors = [.. inexact.Left.ToArray(), .. inexact.Right.ToArray()];
        double objective = Samples.Objective(Reference.Layer([shape]), weight, factors, Samples.Correlated(40, 12, 44));
        reached.ShouldBe(objective - none, 1e-5 * none);
        double before = Samples.Objective(Reference.Layer([shape]), weight, Doubles(start), Samples.Correlated(40, 12, 44)) - none;
        reached.ShouldBeGreaterThanOrEqualTo(least - (1e-9 * none));
        (reached - least).ShouldBeLessThan(0.05 * (before - least));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void White_inputs_leave_the_decomposition_as_it_is(string name)
    {
        LayerDefinition layer = s_layers[name];
        if (layer.Groups.Count > 1)
        {
            return;
        }

        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 9);
        float[] start = Samples.Start(layer, weight), factors = [.. start];

        CalibrationResult result = CalibratedFit.Improve(layer, weight, factors, Samples.White(layer.Inputs), FitOptions.Default);

        result.InitialError.ShouldBe(Reference.Distance(weight, Reference.Expand(layer, start)) / Reference.Norm(weight), 1e-6);
        if (layer.Inputs == layer.Groups[0].N1 * layer.Groups[0].N2)
        {
            result.Error.ShouldBe(result.InitialError, 1e-6 * result.InitialError);
        }
        else
        {
            // Dummy inputs are known to be zero, so what meets them hardly counts.
            result.Error.ShouldBeLessThan(result.InitialError);
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Fewer_samples_than_inputs_are_enough(string name)
    {
        LayerDefinition layer = s_layers[name];
        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 11), samples = Samples.Correlated(5, layer.Inputs, 12);
        float[] start = Samples.Start(layer, weight), factors = [.. start];

        CalibrationResult result = CalibratedFit.Improve(layer, weight, factors, Samples.Moments(samples, layer.Inputs), FitOptions.Default);

        factors.ShouldAllBe(v => float.IsFinite(v));
        result.Error.ShouldBe(Samples.OutputError(layer, weight, factors, samples), 1e-4);
        result.Error.ShouldBeLessThan(0.9 * result.InitialError);
        Samples.Objective(layer, weight, Doubles(factors), samples).ShouldBeLessThan(Samples.Objective(layer, weight, Doubles(start), samples));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void What_few_inputs_teach_helps_with_others(string name)
    {
        LayerDefinition layer = s_layers[name];
        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 37);
        float[] samples = Samples.Correlated(15, layer.Inputs, 38), others = Samples.Correlated(1000, layer.Inputs, 39);
        float[] start = Samples.Start(layer, weight), factors = [.. start];

        CalibratedFit.Improve(layer, weight, factors, Samples.Moments(samples, layer.Inputs), FitOptions.Default);

        Samples.OutputError(layer, weight, factors, others).ShouldBeLessThan(Samples.OutputError(layer, weight, start, others));
    }

    [Fact]
    public void Few_inputs_without_correlations_hardly_move_the_factors()
    {
        LayerDefinition layer = s_layers["left factor larger"];
        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 41);
        float[] start = Samples.Start(layer, weight), factors = [.. start];

        CalibratedFit.Improve(layer, weight, factors, Samples.Moments(Reference.Gaussian(20 * 24, 42), 24), FitOptions.Default);

        double before = Reference.Distance(weight, Reference.Expand(layer, start)), after = Reference.Distance(weight, Reference.Expand(layer, factors));
        after.ShouldBeLessThan(1.01 * before);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_sketch_that_loses_nothing_leads_where_the_full_moments_lead(string name)
    {
        LayerDefinition layer = s_layers[name];
        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 13), samples = Samples.Correlated(100, layer.Inputs, 14);
        var sketch = new InputMoments(layer.Inputs, layer.Inputs, maxFullSize: 4);
        sketch.Add(samples);
        float[] start = Samples.Start(layer, weight), full = [.. start], sketched = [.. start];

        CalibrationResult expected = CalibratedFit.Improve(layer, weight, full, Samples.Moments(samples, layer.Inputs), FitOptions.Default);
        CalibrationResult actual = CalibratedFit.Improve(layer, weight, sketched, sketch, FitOptions.Default);

        actual.InitialError.ShouldBe(expected.InitialError, 1e-6);
        actual.Error.ShouldBe(expected.Error, 1e-5);
        sketched.Zip(full, (x, y) => Math.Abs(x - y)).Max().ShouldBeLessThan(1e-3f);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_sketch_that_loses_much_still_helps(string name)
    {
        LayerDefinition layer = s_layers[name];
        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 15), samples = Samples.Correlated(300, layer.Inputs, 16);
        var sketch = new InputMoments(layer.Inputs, 6, maxFullSize: 4);
        sketch.Add(samples);
        float[] start = Samples.Start(layer, weight), factors = [.. start];

        CalibratedFit.Improve(layer, weight, factors, sketch, FitOptions.Default);

        Samples.OutputError(layer, weight, factors, samples).ShouldBeLessThan(0.99 * Samples.OutputError(layer, weight, start, samples));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Systems_too_large_to_be_made_lead_to_factors_that_cannot_be_improved_either(string name)
    {
        LayerDefinition layer = s_layers[name];
        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 17), samples = Samples.Correlated(300, layer.Inputs, 18);
        float[] start = Samples.Start(layer, weight), factors = [.. start];

        CalibrationResult result = CalibratedFit.Improve(layer, weight, factors, Samples.Moments(samples, layer.Inputs), s_tight, maxSystem: 1);

        result.Error.ShouldBeLessThan(result.InitialError);
        Gradient(layer, weight, factors, samples).ShouldBeLessThan(1e-3 * Gradient(layer, weight, start, samples));
    }

    [Fact]
    public void The_factors_have_the_form_of_the_decomposition()
    {
        LayerDefinition layer = s_layers["more terms"];
        ShapeGroup shape = layer.Groups[0];
        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 19);
        float[] factors = Samples.Start(layer, weight);
        CalibratedFit.Improve(layer, weight, factors, Samples.Moments(Samples.Correlated(200, 24, 20), 24), FitOptions.Default);

        float[] expanded = Reference.Expand(layer, factors).Select(v => (float)v).ToArray();
        KroneckerFactors expected = Kpsvd.Decompose(expanded, shape);
        factors.Select(v => (double)v).ShouldBe(expected.A.Concat(expected.B), 1e-4);
    }

    [Fact]
    public void A_weight_that_the_factors_can_express_stays_expressed()
    {
        LayerDefinition layer = s_layers["left factor larger"];
        float[] weight = Reference.Expand(layer, Reference.Gaussian(ParameterLayout.Of(layer).Length, 21)).Select(v => (float)v).ToArray();
        float[] factors = Samples.Start(layer, weight);

        CalibrationResult result = CalibratedFit.Improve(layer, weight, factors, Samples.Moments(Samples.Correlated(99, 24, 22), 24), FitOptions.Default);

        result.Error.ShouldBeLessThan(1e-6);
        result.Error.ShouldBeLessThanOrEqualTo(result.InitialError);
    }

    [Fact]
    public void More_products_than_the_rank_do_no_harm()
    {
        LayerDefinition layer = Reference.Layer([new(4, 3, 6, 2, 9)]);
        float[] weight = Reference.Gaussian(12 * 12, 23);
        float[] factors = Samples.Start(layer, weight);

        CalibrationResult result = CalibratedFit.Improve(layer, weight, factors, Samples.Moments(Samples.Correlated(99, 12, 24), 12), FitOptions.Default);

        factors.ShouldAllBe(v => float.IsFinite(v));
        result.Error.ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Zero_weights_and_zero_inputs_leave_the_factors_alone()
    {
        LayerDefinition layer = s_layers["two shapes"];
        float[] start = Reference.Gaussian(Samples.Start(layer, new float[288]).Length, 25), factors = [.. start];

        CalibrationResult zeroWeight = CalibratedFit.Improve(layer, new float[288], factors, Samples.White(24), FitOptions.Default);
        CalibrationResult zeroInputs = CalibratedFit.Improve(layer, Reference.Gaussian(288, 26), factors, Samples.Moments(new float[48], 24), FitOptions.Default);

        zeroWeight.ShouldBe(default);
        (zeroInputs with { WeightError = 0 }).ShouldBe(default);
        factors.ShouldBe(start);
    }

    [Fact]
    public void Equal_inputs_give_equal_factors()
    {
        LayerDefinition layer = s_layers["formulations"];
        float[] weight = Reference.Gaussian(288, 27), samples = Samples.Correlated(50, 24, 28);
        float[] start = Samples.Start(layer, weight), once = [.. start], again = [.. start];

        CalibratedFit.Improve(layer, weight, once, Samples.Moments(samples, 24), FitOptions.Default);
        CalibratedFit.Improve(layer, weight, again, Samples.Moments(samples, 24), FitOptions.Default);

        again.ShouldBe(once);
    }

    [Fact]
    public void The_scale_of_inputs_and_weight_does_not_matter()
    {
        LayerDefinition layer = s_layers["two padded shapes"];
        float[] weight = Reference.Gaussian(layer.Outputs * layer.Inputs, 29), samples = Samples.Correlated(50, layer.Inputs, 30);
        float[] start = Samples.Start(layer, weight);
        CalibrationResult expected = CalibratedFit.Improve(layer, weight, start, Samples.Moments(samples, layer.Inputs), FitOptions.Default);
        foreach (float scale in (float[])[1e-12f, 1e12f])
        {
            float[] scaledWeight = weight.Select(v => scale * v).ToArray(), scaledSamples = samples.Select(v => scale * v).ToArray();
            float[] factors = Samples.Start(layer, scaledWeight);

            CalibrationResult actual = CalibratedFit.Improve(layer, scaledWeight, factors, Samples.Moments(scaledSamples, layer.Inputs), FitOptions.Default);

            actual.Error.ShouldBe(expected.Error, 1e-4);
        }
    }

    [Fact]
    public void Moments_of_another_length_or_of_no_samples_are_refused()
    {
        LayerDefinition layer = s_layers["padded"];
        float[] weight = Reference.Gaussian(13 * 22, 31), factors = Samples.Start(layer, weight);

        Should.Throw<ArgumentException>(() => CalibratedFit.Improve(layer, weight, factors, Samples.White(25), FitOptions.Default))
            .Message.ShouldContain("those of the 22 inputs of Tests.Layer, but are those of 25");
        Should.Throw<ArgumentException>(() => CalibratedFit.Improve(layer, weight, factors, new InputMoments(22), FitOptions.Default))
            .Message.ShouldContain("at least one sample");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Cancelling_leaves_the_factors_alone(int steps)
    {
        LayerDefinition layer = s_layers["two shapes"];
        float[] weight = Reference.Gaussian(288, 33), start = Samples.Start(layer, weight), factors = [.. start];
        using var source = new CancellationTokenSource();
        List<FitProgress> reports = [];
        if (steps == 0)
        {
            source.Cancel();
        }

        FitOptions options = new()
        {
            CancellationToken = source.Token,
            Progress = new Recorder(progress =>
            {
                reports.Add(progress);
                if (progress.Step == steps)
                {
                    source.Cancel();
                }
            }),
        };
        InputMoments moments = Samples.Moments(Samples.Correlated(50, 24, 34), 24);

        Should.Throw<OperationCanceledException>(() => CalibratedFit.Improve(layer, weight, factors, moments, options));

        factors.ShouldBe(start);
        reports.Select(r => r.Step).ShouldBe(Enumerable.Range(1, steps));
        reports.ShouldAllBe(r => r.Stage == FitStage.Calibrating && r.Steps == 100 * 2 * 2 && r.RelativeError > 0);
    }

    [Fact]
    public void No_sweeps_leave_the_start()
    {
        LayerDefinition layer = s_layers["two shapes"];
        float[] weight = Reference.Gaussian(288, 35), start = Samples.Start(layer, weight), factors = [.. start];

        CalibrationResult result = CalibratedFit.Improve(layer, weight, factors, Samples.White(24), new FitOptions { MaxSweeps = 0 });

        factors.ShouldBe(start);
        result.Sweeps.ShouldBe(0);
        result.Error.ShouldBe(result.InitialError);
    }

    /// <summary>The norm of the objective's gradient by all factor entries, by central differences.</summary>
    private static double Gradient(LayerDefinition layer, float[] weight, float[] factors, float[] samples)
    {
        Matrix<double> moments = Samples.Product(samples, layer.Inputs);
        double damping = Samples.Damping(samples, layer.Inputs);
        double[] values = Doubles(factors);
        const double Step = 1e-3;
        double sum = 0;
        for (int k = 0; k < values.Length; k++)
        {
            double value = values[k];
            values[k] = value + Step;
            double above = Samples.Objective(layer, weight, values, moments, damping);
            values[k] = value - Step;
            double below = Samples.Objective(layer, weight, values, moments, damping);
            values[k] = value;
            sum += Math.Pow((above - below) / (2 * Step), 2);
        }

        return Math.Sqrt(sum);
    }

    private static unsafe double HalfStep(TermBlock block, float[] weight, InputMoments moments, bool solvesLeft)
    {
        using var target = new DenseMatrix(6, 12);
        using var product = new DenseMatrix(6, 12);
        for (int i = 0; i < weight.Length; i++)
        {
            target.Row(i / 12)[i % 12] = weight[i];
        }

        double damping = moments.Shrinkage();
        moments.Matrix.Multiply(target, product);
        DenseMatrices.Axpy(damping, target, product);
        return block.HalfStep(solvesLeft, new FitTarget(moments.Matrix, damping, target, product));
    }

    /// <summary>[(t, j1) × i1] from the QR decomposition of the design matrix.</summary>
    private static Matrix<double> LeastSquares(ShapeGroup s, float[] weight, float[] samples, double[] b)
    {
        int n = s.N1 * s.N2, count = samples.Length / n;
        double damping = Math.Sqrt(Samples.Damping(samples, n));
        Matrix<double> x = Samples.Rows(samples, n).Stack(Matrix<double>.Build.DenseDiagonal(n, damping));
        var design = Matrix<double>.Build.Dense((count + n) * s.M2, s.R * s.N1, (row, unknown) =>
            Enumerable.Range(0, s.N2).Sum(j2 =>
                b[((((unknown / s.N1) * s.M2) + (row % s.M2)) * s.N2) + j2] * x[row / s.M2, ((unknown % s.N1) * s.N2) + j2]));
        Matrix<double> outputs = x.TransposeAndMultiply(Samples.Rows(weight, n));
        return design.QR().Solve(Matrix<double>.Build.Dense((count + n) * s.M2, s.M1, (row, i1) => outputs[row / s.M2, (i1 * s.M2) + (row % s.M2)]));
    }

    private static double[] Doubles<T>(T[] values)
        where T : IConvertible => values.Select(v => v.ToDouble(null)).ToArray();
}
