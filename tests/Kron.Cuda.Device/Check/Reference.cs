using System;
using System.Collections.Generic;
using System.Linq;
using Kron.Kernels.Tests.Support;

namespace Kron.Cuda.Device.Check;

/// <summary>Random parameters and a random batch, and what a layer should make of them.</summary>
internal sealed record Reference(float[] Parameters, float[] Input, float[] OutputGradient, double[] Output, double[] InputGradient, double[] Gradients)
{
    // Of the pre-activations' root mean square: far more than TF32 or BF16 moves one.
    private const double Margin = 1.0 / 64;

    /// <summary>By the oracle in double.</summary>
    /// <remarks>
    /// Outputs near a kink of the activation get no gradient: there the rounding of TF32 decides on which side it is, and any two
    /// computations differ by the whole of it.
    /// </remarks>
    public static Reference OfOracle(LayerCase layer, int batch)
    {
        var random = new Random(7);
        float[] parameters = random.Floats(layer.ParameterCount), x = random.Floats(batch * layer.Inputs), dy = random.Floats(batch * layer.OutputSize);
        var oracle = new Oracle(layer, Widen(parameters));
        double[] y = new double[dy.Length], dx = new double[x.Length], gradients = new double[parameters.Length];
        for (int s = 0; s < batch; s++)
        {
            double[] sample = Widen(x.AsSpan(s * layer.Inputs, layer.Inputs));
            Span<float> gradient = dy.AsSpan(s * layer.OutputSize, layer.OutputSize);
            foreach (double[] pre in oracle.PreActivations(sample))
            {
                double margin = Margin * Math.Sqrt(pre.Average(value => value * value));
                for (int j = 0; j < gradient.Length; j++)
                {
                    gradient[j] = DistanceFromKink(layer, pre, j) < margin ? 0 : gradient[j];
                }
            }

            oracle.Forward(sample).CopyTo(y, s * layer.OutputSize);
            oracle.Backward(sample, Widen(gradient), gradients).CopyTo(dx, s * layer.Inputs);
        }

        return new Reference(parameters, x, dy, y, dx, gradients);
    }

    /// <summary>By the kernels of the processor, which the kernel tests hold to the oracle.</summary>
    public static Reference OfHost(ILayer layer, int batch)
    {
        var random = new Random(7);
        float[] parameters = random.Floats(layer.Parameters.Length), x = random.Floats(batch * layer.InputSize), dy = random.Floats(batch * layer.OutputSize);
        float[] y = new float[dy.Length], dx = new float[x.Length];
        parameters.CopyTo(layer.Parameters);
        layer.Commit();
        LayerTape tape = layer.CreateTape(batch);
        layer.Forward(x, y, tape);
        layer.Gradients.Clear();
        layer.Backward(x, dy, dx, tape);
        return new Reference(parameters, x, dy, Widen(y), Widen(dx), Widen(layer.Gradients));
    }

    private static double DistanceFromKink(LayerCase layer, double[] pre, int j)
    {
        switch (layer.Activation)
        {
            case Activation.Relu or Activation.LeakyRelu:
                return Math.Abs(pre[j]);
            case Activation.Maxout when layer.Pieces > 1:
                IEnumerable<double> pieces = pre.Skip(j * layer.Pieces).Take(layer.Pieces).OrderDescending();
                return pieces.First() - pieces.ElementAt(1);
            default:
                return double.PositiveInfinity;
        }
    }

    private static double[] Widen(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = values[i];
        }

        return wide;
    }
}
