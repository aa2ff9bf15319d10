using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Gradients;

/// <summary>The oracle itself: its backward pass against central differences of its forward pass, in double.</summary>
public class OracleGradientTests
{
    private const double Step = 1e-5;
    private const int Coordinates = 8;

    [Fact]
    public void Every_case_agrees_with_central_differences() => Agree(Cases.All);

    [Fact]
    public void Every_convolution_agrees_with_central_differences() => Agree([.. ConvolutionCases.Convolutions, .. ConvolutionCases.Structured]);

    private static void Agree(IReadOnlyList<LayerCase> cases)
    {
        foreach (LayerCase layer in cases)
        {
            var random = new Random(12);
            double[] parameters = Values(random, layer.ParameterCount), x = Values(random, layer.Inputs), dy = Values(random, layer.OutputSize);
            var gradients = new double[parameters.Length];
            var oracle = new Oracle(layer, parameters);
            double[] dx = oracle.Backward(x, dy, gradients);

            // The bias is the last of the parameters.
            foreach (int p in Enumerable.Range(0, Coordinates).Select(_ => random.Next(parameters.Length)).Append(parameters.Length - 1))
            {
                Compare(layer, $"parameter {p}", gradients[p], parameters, p, () => Loss(oracle, x, dy));
            }

            foreach (int i in Enumerable.Range(0, Coordinates).Select(_ => random.Next(x.Length)))
            {
                Compare(layer, $"input {i}", dx[i], x, i, () => Loss(oracle, x, dy));
            }
        }
    }

    private static void Compare(LayerCase layer, string what, double gradient, double[] values, int at, Func<double> loss)
    {
        double value = values[at];
        values[at] = value + Step;
        double above = loss();
        values[at] = value - Step;
        double below = loss();
        values[at] = value;
        gradient.ShouldBe((above - below) / (2 * Step), 1e-6 * (1 + Math.Abs(gradient)), $"{layer}: {what}");
    }

    private static double Loss(Oracle oracle, double[] x, double[] dy) =>
        oracle.Forward(x).Zip(dy, (y, d) => y * d).Sum();

    private static double[] Values(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => (random.NextDouble() * 2) - 1)];
}
