using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kron.CompilerServices;
using Kron.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition;

public class BackfittingTests
{
    private static readonly ShapeGroup[] Shapes = [new(4, 6, 8, 3, 2), new(6, 4, 3, 8, 2), new(2, 12, 12, 2, 3)];

    [Fact]
    public void Sweeps_lower_the_greedy_error_in_any_order_of_the_groups()
    {
        float[] weight = Reference.Gaussian(24 * 24, 1);
        double norm = Reference.Norm(weight);
        int[][] orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        foreach (int[] order in orders)
        {
            LayerDefinition layer = Reference.Layer([.. order.Select(i => Shapes[i])]);
            float[] greedy = Parameters(layer), swept = Parameters(layer);

            FitReport before = KroneckerFit.Fit(layer, weight, greedy, new FitOptions { MaxSweeps = 0 });
            FitReport after = KroneckerFit.Fit(layer, weight, swept);

            before.Sweeps.ShouldBe(0);
            before.RelativeError.ShouldBe(before.GreedyError);
            after.Sweeps.ShouldBeGreaterThan(0);
            after.GreedyError.ShouldBe(Reference.Distance(weight, Reference.Expand(layer, greedy)) / norm, 1e-9);
            after.RelativeError.ShouldBe(Reference.Distance(weight, Reference.Expand(layer, swept)) / norm, 1e-9);
            after.RelativeError.ShouldBeLessThan(0.99 * after.GreedyError, string.Join(", ", order));
        }
    }

    [Fact]
    public void At_the_end_each_group_is_optimal_for_what_the_others_leave_over()
    {
        float[] weight = Reference.Gaussian(24 * 24, 2);
        LayerDefinition layer = Reference.Layer(Shapes, bias: BiasMode.None);
        float[] parameters = Parameters(layer);

        FitReport report = KroneckerFit.Fit(layer, weight, parameters, new FitOptions { SweepTolerance = 1e-9, MaxSweeps = 2000 });

        double error = report.RelativeError * Reference.Norm(weight);
        int offset = 0;
        foreach (ShapeGroup shape in Shapes)
        {
            int length = shape.R * ((shape.M1 * shape.N1) + (shape.M2 * shape.N2));
            float[] others = [.. parameters];
            Array.Clear(others, offset, length);
            double[] sum = Reference.Expand(layer, others);
            Reference.OptimalError([.. weight.Select((w, i) => (float)(w - sum[i]))], shape).ShouldBe(error, 1e-4 * error);
            offset += length;
        }
    }

    [Fact]
    public void No_sweep_increases_the_error()
    {
        foreach (int outputs in new[] { 24, 21 })
        {
            // With 21 of 24 outputs the solver sees zeros where the layer drops what it computes.
            LayerDefinition layer = Reference.Layer(Shapes, outputs: outputs);
            for (int seed = 0; seed < 5; seed++)
            {
                var errors = new List<double>();
                FitReport report = KroneckerFit.Fit(
                    layer,
                    Reference.Gaussian(outputs * 24, seed),
                    Parameters(layer),
                    new FitOptions { Progress = new Recorder(step => errors.Add(step.RelativeError!.Value)) });

                errors.Count.ShouldBe(report.Sweeps + 1);
                errors[0].ShouldBe(report.GreedyError);
                errors[^1].ShouldBe(report.RelativeError);
                errors.ShouldBe(errors.OrderDescending());
            }
        }
    }

    [Fact]
    public void A_sum_of_three_shapes_is_recovered()
    {
        // What greedy steps cannot do: no group is optimal for the weight alone.
        LayerDefinition layer = Reference.Layer([new(4, 6, 8, 3, 1), new(6, 4, 3, 8, 1), new(2, 12, 12, 2, 1)], bias: BiasMode.None);
        float[] truth = Reference.Gaussian(Parameters(layer).Length, 3);
        float[] weight = [.. Reference.Expand(layer, truth).Select(v => (float)v)];

        FitReport report = KroneckerFit.Fit(layer, weight, Parameters(layer), new FitOptions { MaxSweeps = 3000, SweepTolerance = 0 });

        report.GreedyError.ShouldBeGreaterThan(0.1);
        report.RelativeError.ShouldBeLessThan(1e-5);
    }

    [Fact]
    public void Cancellation_between_steps_leaves_the_parameters_alone()
    {
        LayerDefinition layer = Reference.Layer(Shapes);
        float[] parameters = Parameters(layer);
        using var source = new CancellationTokenSource();
        var options = new FitOptions
        {
            CancellationToken = source.Token,
            Progress = new Recorder(step =>
            {
                if (step.Step == 2)
                {
                    source.Cancel();
                }
            }),
        };

        Should.Throw<OperationCanceledException>(() => KroneckerFit.Fit(layer, Reference.Gaussian(24 * 24, 4), parameters, options));

        parameters.ShouldAllBe(v => v == 0);
    }

    [Fact]
    public void Wrong_options_are_named()
    {
        LayerDefinition layer = Reference.Layer(Shapes);
        float[] weight = Reference.Gaussian(24 * 24, 5), parameters = Parameters(layer);

        Should.Throw<ArgumentException>(() => KroneckerFit.Fit(layer, weight, parameters, new FitOptions { MaxSweeps = -1 })).Message.ShouldContain("MaxSweeps must be at least 0, but is -1");
        Should.Throw<ArgumentException>(() => KroneckerFit.Fit(layer, weight, parameters, new FitOptions { SweepTolerance = double.NaN })).Message.ShouldContain("SweepTolerance");
        weight[25] = float.PositiveInfinity;
        Should.Throw<ArgumentException>(() => KroneckerFit.Fit(layer, weight, parameters, new FitOptions { WeightName = "fc1.weight" }))
            .Message.ShouldContain("fc1.weight[25] (row 1, column 1) is Infinity");
    }

    private static float[] Parameters(LayerDefinition layer) => new float[ParameterLayout.Of(layer).Length];
}
