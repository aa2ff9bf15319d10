using System;
using System.Linq;
using Kron.CompilerServices;
using Kron.Decomposition;
using Shouldly;
using Xunit;

namespace Kron.Runtime.Tests.Decomposition.Calibration;

/// <summary>The data-aware fit as users call it.</summary>
public class FitToInputsTests
{
    private static readonly LayerDefinition s_layer = Reference.Layer([new(6, 2, 8, 3, 1), new(2, 6, 4, 6, 2)]);
    private static readonly float[] s_weight = Reference.Gaussian(12 * 24, 1);
    private static readonly float[] s_samples = Samples.Correlated(200, 24, 2);

    [Fact]
    public void The_report_tells_both_errors_and_the_bias_is_left_alone()
    {
        float[] plain = new float[ParameterLayout.Of(s_layer).Length], parameters = new float[plain.Length];
        Array.Fill(parameters, 7);

        FitReport without = KroneckerFit.Fit(s_layer, s_weight, plain);
        FitReport with = KroneckerFit.Fit(s_layer, s_weight, parameters, new FitOptions { Inputs = Samples.Moments(s_samples, 24) });

        without.OutputError.ShouldBeNull();
        without.InitialOutputError.ShouldBeNull();
        with.InitialOutputError!.Value.ShouldBe(Samples.OutputError(s_layer, s_weight, plain, s_samples), 1e-6);
        with.OutputError!.Value.ShouldBe(Samples.OutputError(s_layer, s_weight, parameters, s_samples), 1e-6);
        with.OutputError!.Value.ShouldBeLessThan(0.97 * with.InitialOutputError.Value);
        with.RelativeError.ShouldBe(Reference.Distance(s_weight, Reference.Expand(s_layer, parameters)) / Reference.Norm(s_weight), 1e-6);
        with.RelativeError.ShouldBeGreaterThan(without.RelativeError);
        with.GreedyError.ShouldBe(without.GreedyError);
        with.Groups.Select(g => g.RelativeError).ShouldBe(without.Groups.Select(g => g.RelativeError));
        parameters.TakeLast(12).ShouldAllBe(v => v == 7);
    }

    [Fact]
    public void Moments_of_other_inputs_are_refused_before_anything_is_written()
    {
        float[] parameters = new float[ParameterLayout.Of(s_layer).Length];
        Array.Fill(parameters, 7);

        Should.Throw<ArgumentException>(() => KroneckerFit.Fit(s_layer, s_weight, parameters, new FitOptions { Inputs = Samples.White(23) }))
            .Message.ShouldContain("24 inputs of Tests.Layer, but are those of 23");

        parameters.ShouldAllBe(v => v == 7);
    }

    [Fact]
    public void A_dense_layer_has_no_output_error()
    {
        LayerDefinition dense = Reference.Layer([], outputs: 12, inputs: 24);
        var parameters = new float[ParameterLayout.Of(dense).Length];

        FitReport report = KroneckerFit.Fit(dense, s_weight, parameters, new FitOptions { Inputs = Samples.White(24) });

        report.OutputError.ShouldBe(0);
        report.InitialOutputError.ShouldBe(0);
    }
}
