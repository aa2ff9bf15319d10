using System;
using System.Linq;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Gradients;

/// <summary>The gradients of compiled layers against central differences of the same layers' float forward pass.</summary>
public class CompiledGradientTests
{
    private const float Step = 1f / 64;
    private const int Coordinates = 12;

    [Fact]
    public void Essential_cases_agree_with_central_differences() => Agree(CompiledCases.Essential);

    [Fact]
    public void Activations_agree_with_central_differences() => Agree(CompiledCases.Activations);

    [Fact]
    public void Convolutions_agree_with_central_differences() => Agree(CompiledCases.Convolutions);

    [Fact]
    public void Structured_layers_agree_with_central_differences() => Agree(CompiledCases.Structured);

    private static void Agree(CaseBatch batch)
    {
        foreach ((LayerCase layer, ILayer compiled) in batch.OnEachTarget())
        {
            Expectation data = Expectation.Of(layer, batch: 1, seed: 13);
            data.Parameters.CopyTo(compiled.Parameters);
            compiled.Commit();
            float[] x = [.. data.Input], dy = data.OutputGradient, y = new float[dy.Length], dx = new float[x.Length];
            LayerTape tape = compiled.CreateTape(1);
            compiled.Forward(x, y, tape);
            compiled.Backward(x, dy, dx, tape);
            float[] gradients = compiled.Gradients.ToArray();

            var random = new Random(14);
            int compared = 0;
            foreach (int p in Enumerable.Range(0, Coordinates).Select(_ => random.Next(gradients.Length)))
            {
                compared += Compare($"{layer}: parameter {p}", gradients[p], data.Gradients.Scale[p], step =>
                {
                    compiled.Parameters[p] = data.Parameters[p] + step;
                    compiled.Commit();
                    compiled.Forward(x, y);
                    compiled.Parameters[p] = data.Parameters[p];
                    return Dot(y, dy);
                });
            }

            compiled.Commit();
            foreach (int i in Enumerable.Range(0, Coordinates).Select(_ => random.Next(x.Length)))
            {
                compared += Compare($"{layer}: input {i}", dx[i], data.InputGradient.Scale[i], step =>
                {
                    x[i] = data.Input[i] + step;
                    compiled.Forward(x, y);
                    x[i] = data.Input[i];
                    return Dot(y, dy);
                });
            }

            compared.ShouldBeGreaterThanOrEqualTo(Coordinates, layer.ToString());
        }
    }

    /// <summary>1 where the loss is smooth around the point, and then the gradient must be its slope; 0 where a kink lies within the step.</summary>
    private static int Compare(string what, float gradient, double scale, Func<float, double> loss)
    {
        double bound = 0.02 * scale;
        double above = (loss(Step) - loss(0)) / Step, below = (loss(0) - loss(-Step)) / Step;
        if (Math.Abs(above - below) > bound)
        {
            return 0;
        }

        ((double)gradient).ShouldBe((above + below) / 2, bound + 1e-30, what);
        return 1;
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (u, v) => (double)u * v).Sum();
}
