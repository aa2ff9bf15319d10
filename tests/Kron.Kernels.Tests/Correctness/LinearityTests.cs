using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Kernels.Tests.Support;
using Shouldly;
using Xunit;

namespace Kron.Kernels.Tests.Correctness;

/// <summary>What holds of every linear map, whatever its weights: needs no oracle but for the size of the rounding errors.</summary>
public class LinearityTests
{
    private const int Batch = 17;

    [Fact]
    public void The_input_gradient_is_the_adjoint_of_the_forward_pass()
    {
        foreach ((LayerCase layer, ILayer compiled) in Linear())
        {
            float[] x = new Random(8).Floats(Batch * layer.Inputs), dy = new Random(9).Floats(Batch * layer.OutputSize);
            float[] y = new float[dy.Length], dx = new float[x.Length];
            LayerTape tape = compiled.CreateTape(Batch);
            compiled.Forward(x, y, tape);
            compiled.Backward(x, dy, dx, tape);

            double bound = Dot(Magnitude(layer, compiled, x), [.. dy.Select(v => Math.Abs((double)v))]) * Measurement.Tolerance(layer);
            Dot(y, dy).ShouldBe(Dot(x, dx), 2 * bound, layer.ToString());
        }
    }

    [Fact]
    public void The_forward_pass_is_linear()
    {
        foreach ((LayerCase layer, ILayer compiled) in Linear())
        {
            float[] a = new Random(10).Floats(Batch * layer.Inputs), b = new Random(11).Floats(a.Length);
            float[] sum = [.. a.Zip(b, (u, v) => (0.5f * u) - (2 * v))];
            float[] ya = Forward(compiled, a, layer), yb = Forward(compiled, b, layer), y = Forward(compiled, sum, layer);
            double[] scaleA = Magnitude(layer, compiled, a), scaleB = Magnitude(layer, compiled, b);
            for (int i = 0; i < y.Length; i++)
            {
                double bound = 2 * Measurement.Tolerance(layer) * ((0.5 * scaleA[i]) + (2 * scaleB[i]));
                ((double)y[i]).ShouldBe((0.5 * ya[i]) - (2.0 * yb[i]), bound, $"{layer}: y[{i}]");
            }
        }
    }

    /// <summary>The layers without an activation, their bias zero.</summary>
    private static IEnumerable<(LayerCase Layer, ILayer Compiled)> Linear() =>
        CaseBatch.OfEveryKind()
            .Concat(CompiledCases.LargeShapes.OnEachTarget())
            .Where(pair => pair.Layer.Activation == Activation.None)
            .Select(pair =>
            {
                pair.Compiled.Initialize(seed: 7);
                pair.Compiled.Parameters[^(pair.Layer.Bias == BiasMode.None ? 0 : pair.Layer.BiasSize)..].Clear();
                pair.Compiled.Commit();
                return pair;
            });

    private static float[] Forward(ILayer compiled, float[] x, LayerCase layer)
    {
        var y = new float[Batch * layer.OutputSize];
        compiled.Forward(x, y);
        return y;
    }

    /// <summary>The sums of magnitudes that make up each output.</summary>
    private static double[] Magnitude(LayerCase layer, ILayer compiled, float[] x)
    {
        var oracle = new Oracle(layer, [.. compiled.Parameters.ToArray().Select(p => Math.Abs((double)p))]);
        return [.. x.Select(v => Math.Abs((double)v)).Chunk(layer.Inputs).SelectMany(sample => oracle.Forward(sample))];
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (u, v) => (double)u * v).Sum();

    private static double Dot(double[] a, double[] b) => a.Zip(b, (u, v) => u * v).Sum();
}
